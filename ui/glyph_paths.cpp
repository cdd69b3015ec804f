// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/glyph_paths.h"

#include <QPainterPath>

#include <initializer_list>

namespace ui
{
namespace
{

void addLine(QPainterPath &path, std::initializer_list<QPointF> points)
{
    bool first = true;
    for (const QPointF &point : points) {
        if (first)
            path.moveTo(point);
        else
            path.lineTo(point);
        first = false;
    }
}

void addTray(QPainterPath &path)
{
    addLine(path, {{4, 15}, {4, 20}, {20, 20}, {20, 15}});
}

QPainterPath deployPath()
{
    QPainterPath path;
    addLine(path, {{12, 3.5}, {12, 15}});
    addLine(path, {{7.5, 10.5}, {12, 15}, {16.5, 10.5}});
    addTray(path);
    return path;
}

QPainterPath backupPath()
{
    QPainterPath path;
    addLine(path, {{12, 15}, {12, 3.5}});
    addLine(path, {{7.5, 8}, {12, 3.5}, {16.5, 8}});
    addTray(path);
    return path;
}

QPainterPath circlePath()
{
    QPainterPath path;
    path.addEllipse(QPointF(12, 12), 9, 9);
    return path;
}

QPainterPath cancelPath()
{
    QPainterPath path = circlePath();
    addLine(path, {{8.8, 8.8}, {15.2, 15.2}});
    addLine(path, {{15.2, 8.8}, {8.8, 15.2}});
    return path;
}

QPainterPath rebootPath()
{
    QPainterPath path;
    path.arcMoveTo(QRectF(4, 4, 16, 16), 35);
    path.arcTo(QRectF(4, 4, 16, 16), 35, 300);
    addLine(path, {{19.5, 2.8}, {19, 7.6}, {14.2, 7.2}});
    return path;
}

QPainterPath powerPath()
{
    QPainterPath path;
    path.arcMoveTo(QRectF(4, 4.5, 16, 16), 125);
    path.arcTo(QRectF(4, 4.5, 16, 16), 125, 290);
    addLine(path, {{12, 3}, {12, 11}});
    return path;
}

QPainterPath identifyPath() // a lamp with its rays
{
    QPainterPath path;
    path.addEllipse(QPointF(12, 12), 3.6, 3.6);
    addLine(path, {{12, 2.5}, {12, 5}});
    addLine(path, {{12, 19}, {12, 21.5}});
    addLine(path, {{2.5, 12}, {5, 12}});
    addLine(path, {{19, 12}, {21.5, 12}});
    addLine(path, {{5.3, 5.3}, {7, 7}});
    addLine(path, {{17, 17}, {18.7, 18.7}});
    addLine(path, {{18.7, 5.3}, {17, 7}});
    addLine(path, {{7, 17}, {5.3, 18.7}});
    return path;
}

QPainterPath rearmPath() // a bolt
{
    QPainterPath path;
    addLine(path, {{13.5, 2.5}, {5, 13.5}, {11.2, 13.5}, {10.5, 21.5}, {19, 10.5}, {12.8, 10.5}});
    path.closeSubpath();
    return path;
}

QPainterPath forgetPath() // a bin
{
    QPainterPath path;
    addLine(path, {{4, 6.5}, {20, 6.5}});
    addLine(path, {{9, 6.5}, {9, 3.5}, {15, 3.5}, {15, 6.5}});
    addLine(path, {{6, 6.5}, {7, 20.5}, {17, 20.5}, {18, 6.5}});
    addLine(path, {{10.2, 10.5}, {10.2, 16.5}});
    addLine(path, {{13.8, 10.5}, {13.8, 16.5}});
    return path;
}

QPainterPath imagePath() // a file with a disk in it
{
    QPainterPath path;
    addLine(
        path,
        {{14, 2.5}, {5, 2.5}, {5, 21.5}, {19, 21.5}, {19, 7.5}, {14, 2.5}, {14, 7.5}, {19, 7.5}});
    path.addEllipse(QPointF(12, 14), 3.6, 3.6);
    return path;
}

QPainterPath openPath()
{
    QPainterPath path;
    addLine(path, {{3, 19}, {3, 5}, {9.5, 5}, {11.5, 7.5}, {19, 7.5}, {19, 10.5}});
    addLine(path, {{3, 19}, {6.5, 10.5}, {21.5, 10.5}, {18, 19}});
    path.closeSubpath();
    return path;
}

QPainterPath copyPath()
{
    QPainterPath path;
    path.addRoundedRect(QRectF(8.5, 8.5, 12, 12), 2, 2);
    addLine(path, {{5.5, 15.5}, {3.5, 15.5}, {3.5, 3.5}, {15.5, 3.5}, {15.5, 5.5}});
    return path;
}

QPainterPath devicePath() // a module with its contacts
{
    QPainterPath path;
    path.addRoundedRect(QRectF(5.5, 5.5, 13, 13), 2, 2);
    path.addRect(QRectF(9.5, 9.5, 5, 5));
    for (const double at : {9.0, 15.0}) {
        addLine(path, {{at, 2.5}, {at, 5.5}});
        addLine(path, {{at, 18.5}, {at, 21.5}});
        addLine(path, {{2.5, at}, {5.5, at}});
        addLine(path, {{18.5, at}, {21.5, at}});
    }
    return path;
}

QPainterPath goodPath()
{
    QPainterPath path = circlePath();
    addLine(path, {{7.8, 12.4}, {10.8, 15.4}, {16.4, 9.2}});
    return path;
}

QPainterPath warningPath()
{
    QPainterPath path;
    addLine(path, {{12, 3.5}, {2.5, 20}, {21.5, 20}});
    path.closeSubpath();
    addLine(path, {{12, 9.5}, {12, 14}});
    return path;
}

QPainterPath badPath() // an octagon, unlike any of the circles
{
    QPainterPath path;
    addLine(path, {{8.2, 2.8},
                   {15.8, 2.8},
                   {21.2, 8.2},
                   {21.2, 15.8},
                   {15.8, 21.2},
                   {8.2, 21.2},
                   {2.8, 15.8},
                   {2.8, 8.2}});
    path.closeSubpath();
    addLine(path, {{12, 7.2}, {12, 12.8}});
    return path;
}

QPainterPath infoPath()
{
    QPainterPath path = circlePath();
    addLine(path, {{12, 11.5}, {12, 16.5}});
    return path;
}

QPainterPath waitingPath() // a clock
{
    QPainterPath path = circlePath();
    addLine(path, {{12, 7}, {12, 12}, {15.5, 14}});
    return path;
}

QPainterPath workingPath() // two arrows that go round
{
    QPainterPath path;
    path.arcMoveTo(QRectF(4, 4, 16, 16), 20);
    path.arcTo(QRectF(4, 4, 16, 16), 20, 130);
    path.arcMoveTo(QRectF(4, 4, 16, 16), 200);
    path.arcTo(QRectF(4, 4, 16, 16), 200, 130);
    addLine(path, {{4.2, 4}, {4.9, 8.4}, {9.2, 7.8}});
    addLine(path, {{19.8, 20}, {19.1, 15.6}, {14.8, 16.2}});
    return path;
}

QPainterPath interruptedPath()
{
    QPainterPath path = circlePath();
    addLine(path, {{9.5, 8.5}, {9.5, 15.5}});
    addLine(path, {{14.5, 8.5}, {14.5, 15.5}});
    return path;
}

QPainterPath awayPath()
{
    QPainterPath path = circlePath();
    addLine(path, {{5.8, 18.2}, {18.2, 5.8}});
    return path;
}

QPainterPath dot(double y)
{
    QPainterPath path;
    path.addEllipse(QPointF(12, y), 1.4, 1.4);
    return path;
}

} // namespace

QPainterPath glyphOutline(Glyph glyph)
{
    switch (glyph) {
    case Glyph::None:
        return {};
    case Glyph::Deploy:
        return deployPath();
    case Glyph::Backup:
        return backupPath();
    case Glyph::Cancel:
        return cancelPath();
    case Glyph::Reboot:
        return rebootPath();
    case Glyph::PowerOff:
        return powerPath();
    case Glyph::Identify:
        return identifyPath();
    case Glyph::Rearm:
        return rearmPath();
    case Glyph::Forget:
        return forgetPath();
    case Glyph::Image:
        return imagePath();
    case Glyph::Open:
        return openPath();
    case Glyph::Copy:
        return copyPath();
    case Glyph::Device:
        return devicePath();
    case Glyph::Good:
        return goodPath();
    case Glyph::Warning:
        return warningPath();
    case Glyph::Bad:
        return badPath();
    case Glyph::Info:
        return infoPath();
    case Glyph::Waiting:
        return waitingPath();
    case Glyph::Working:
        return workingPath();
    case Glyph::Interrupted:
        return interruptedPath();
    case Glyph::Away:
        return awayPath();
    }
    return {};
}

QPainterPath glyphFill(Glyph glyph)
{
    switch (glyph) {
    case Glyph::Warning:
        return dot(17);
    case Glyph::Bad:
        return dot(16.6);
    case Glyph::Info:
        return dot(7.8);
    case Glyph::Image:
        return dot(14);
    default:
        return {};
    }
}

} // namespace ui
