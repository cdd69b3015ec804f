// SPDX-License-Identifier: GPL-3.0-or-later
// How many deploys may use the link at the same time: shows what the station has, and sets it.
#pragma once

#include <QWidget>

class QSpinBox;

namespace core
{
class Station;
}

namespace ui
{

class DeployLimit : public QWidget
{
    Q_OBJECT

public:
    // `station` outlives the widget.
    explicit DeployLimit(core::Station &station, QWidget *parent = nullptr);

private:
    void showLimit();

    core::Station &m_station;
    QSpinBox *m_number;
};

} // namespace ui
