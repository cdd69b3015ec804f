// SPDX-License-Identifier: GPL-3.0-or-later
// Carries what the station knows of devices into the model: signals mark devices, a timer takes the
// marked ones over in one batch, at most five times a second however many signals come.
#pragma once

#include "ui/device_row.h"

#include <QObject>
#include <QSet>
#include <QTimer>

#include <chrono>

namespace core
{
class Station;
}

namespace ui
{

class DeviceModel;

inline constexpr std::chrono::milliseconds feedInterval{200};
// How often it is brought up to date when a device was last heard of: a poll that brings nothing
// new is no change that the station tells of.
inline constexpr std::chrono::milliseconds ageInterval{5000};

class DeviceFeed : public QObject
{
    Q_OBJECT

public:
    // Both outlive the feed. What the station holds already is in the model afterwards.
    DeviceFeed(core::Station &station, DeviceModel &model, QObject *parent = nullptr,
               std::chrono::milliseconds age = ageInterval);

    // Takes over at once what is marked; for tests, and before a decision is made on the model's
    // rows.
    void flush();

Q_SIGNALS:
    void flushed(); // after rows were taken over

private:
    void mark(core::MacAddress mac);
    void drop(core::MacAddress mac);
    void markAged();
    void markAll();
    [[nodiscard]] DeviceRow row(const core::Device &device) const;

    core::Station &m_station;
    DeviceModel &m_model;
    QSet<core::MacAddress> m_marked;
    QTimer m_flushTimer;
    QTimer m_ageTimer;
};

} // namespace ui
