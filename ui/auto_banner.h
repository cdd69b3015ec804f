// SPDX-License-Identifier: GPL-3.0-or-later
// Says that automatic mode is on, what it does to every device that appears, and how far that is;
// switches it off. Hidden while the mode is off.
#pragma once

#include "ui/device_row.h"

#include <QFrame>

class QLabel;

namespace core
{
class Station;
}

namespace ui
{

class TonedLabel;

// What became of the devices so far.
struct AutoCounts {
    int done = 0;
    int atWork = 0;
    int failed = 0;
};
[[nodiscard]] AutoCounts countAutomatic(const QList<DeviceRow> &rows, core::JobKind kind);

class AutoBanner : public QFrame
{
    Q_OBJECT

public:
    explicit AutoBanner(core::Station &station,
                        QWidget *parent = nullptr); // it outlives the banner

    void setRows(const QList<DeviceRow> &rows);

protected:
    void changeEvent(QEvent *event) override;

private:
    void follow();
    void paintSign();

    core::Station &m_station;
    QLabel *m_sign;
    TonedLabel *m_text;
    TonedLabel *m_counts;
    QList<DeviceRow> m_rows;
};

} // namespace ui
