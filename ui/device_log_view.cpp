// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/device_log_view.h"

#include <QFontDatabase>
#include <QScrollBar>
#include <QStringList>

#include <utility>

using namespace Qt::StringLiterals;

namespace ui
{
namespace
{

// "  12.3  text": seconds since the device was switched on.
QString shown(const protocol::LogLine &line)
{
    return u"%1  %2"_s.arg(double(line.uptimeMs) / 1000, 7, 'f', 1).arg(line.text);
}

// Two devices that start together say the same at the same uptime, but not in the same millisecond.
QString signOf(const core::DeviceLogs::Entry &entry)
{
    return QString::number(entry.received.toMSecsSinceEpoch()) + shown(entry.line);
}

} // namespace

DeviceLogView::DeviceLogView(QWidget *parent) : QPlainTextEdit(parent)
{
    setReadOnly(true);
    setLineWrapMode(NoWrap);
    setFrameShape(NoFrame);
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setPlaceholderText(
        tr("The device has logged nothing yet. Only provisioning-client sends a log."));
    setAccessibleName(tr("Log of the selected device, seconds since power-on"));
}

void DeviceLogView::showLog(const core::DeviceLogs::Log &log)
{
    // Five times a second: what has not changed is not put together again.
    const Sign sign{log.dropped, log.entries.size(),
                    log.entries.isEmpty() ? QString() : signOf(log.entries.last()),
                    log.entries.isEmpty() ? QString() : signOf(log.entries.first())};
    if (std::exchange(m_shown, sign) == sign)
        return;
    QStringList lines;
    if (log.dropped > 0)
        lines.append(tr("(%n older line(s) are gone)", nullptr, int(log.dropped)));
    for (const core::DeviceLogs::Entry &entry : log.entries)
        lines.append(shown(entry.line));
    const QString text = lines.join(u'\n');
    QScrollBar *bar = verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum();
    const int place = bar->value();
    setPlainText(text);
    bar->setValue(atEnd ? bar->maximum() : place);
}

} // namespace ui
