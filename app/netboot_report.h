// SPDX-License-Identifier: GPL-3.0-or-later
// What the terminal and the log hear of the netboot service, and when its failure ends a station
// that nobody looks at: not while a job is at work, which needs no DHCP any more.
#pragma once

#include "core/station.h"

#include <QObject>
#include <QTimer>

class NetbootReport : public QObject
{
    Q_OBJECT

public:
    // The station outlives it. A station with a window goes on in any case.
    NetbootReport(const core::Station &station, bool headless, QObject *parent = nullptr);

private:
    void tell();
    void endWhenIdle();
    void end();
    [[nodiscard]] bool isAtWork() const;

    const core::Station &m_station;
    bool m_headless;
    bool m_ending = false;
    QTimer m_end;
    core::NetbootStatus m_told; // last
};
