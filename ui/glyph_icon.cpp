// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/glyph_icon.h"

#include "ui/glyph_paths.h"

#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPalette>
#include <QPixmap>

#include <algorithm>

namespace ui
{
namespace
{

// Drawn on each use, so that it follows the palette; QIcon's own cache would keep yesterday's
// colours.
class GlyphEngine : public QIconEngine
{
public:
    GlyphEngine(Glyph glyph, Tone tone) : m_glyph(glyph), m_tone(tone) {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const int side = std::min(rect.width(), rect.height());
        QRectF square(0, 0, side, side);
        square.moveCenter(QRectF(rect).center());
        paintGlyph(*painter, m_glyph, square, color(mode));
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine *clone() const override { return new GlyphEngine(m_glyph, m_tone); }

private:
    QColor color(QIcon::Mode mode) const
    {
        const QPalette palette = QGuiApplication::palette();
        if (mode == QIcon::Disabled)
            return palette.color(QPalette::Disabled, QPalette::ButtonText);
        if (mode == QIcon::Selected)
            return palette.color(QPalette::Active, QPalette::HighlightedText);
        return toneColor(m_tone, palette);
    }

    Glyph m_glyph;
    Tone m_tone;
};

} // namespace

QIcon glyphIcon(Glyph glyph, Tone tone)
{
    return QIcon(new GlyphEngine(glyph, tone));
}

void paintGlyph(QPainter &painter, Glyph glyph, const QRectF &rect, const QColor &color)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(rect.topLeft());
    painter.scale(rect.width() / glyphGrid, rect.height() / glyphGrid);
    // Small icons get a slightly bolder stroke, so that it does not fall below a pixel and a half.
    const qreal stroke = std::max(1.9, 1.5 * glyphGrid / std::max(1.0, rect.width()));
    painter.setPen(QPen(color, stroke, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(glyphOutline(glyph));
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPath(glyphFill(glyph));
    painter.restore();
}

} // namespace ui
