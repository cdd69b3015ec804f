// SPDX-License-Identifier: GPL-3.0-or-later
// What a device's program said, line by line, as on the device's console: English, for whoever
// looks for the cause of something.
#pragma once

#include "core/device_logs.h"

#include <QPlainTextEdit>

namespace ui
{

class DeviceLogView : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit DeviceLogView(QWidget *parent = nullptr);

    // Stays where the reader has scrolled to, or at the end.
    void showLog(const core::DeviceLogs::Log &log);

private:
    // Tells one state of a log from another.
    struct Sign {
        qint64 dropped = 0;
        qsizetype lines = 0;
        QString last;
        QString first;

        friend bool operator==(const Sign &, const Sign &) = default;
    };

    Sign m_shown;
};

} // namespace ui
