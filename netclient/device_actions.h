// SPDX-License-Identifier: GPL-3.0-or-later
// What the client does to and with the machine it runs on: reboot, power off, show which unit this
// is, show its state, set its clock.
#pragma once

#include "netclient/state_leds.h"
#include "netclient/watchdog.h"

#include <functional>

namespace netclient
{

class DeviceActions
{
public:
    virtual ~DeviceActions() = default;
    virtual void reboot() = 0;
    virtual void powerOff() = 0;
    virtual void identify(StopSource &stop) = 0;
    virtual void show(DeviceState) {}
    // The program is alive; from any thread.
    virtual void alive() {}
    // `secondsSinceEpoch` as the station has it; 0: it does not say.
    virtual void setClock(qint64 secondsSinceEpoch) { Q_UNUSED(secondsSinceEpoch) }
};

// What a machine has that was booted for this program alone.
struct Appliance {
    StateLeds *leds = nullptr;
    Heartbeat *heart = nullptr;
    bool mayEnd = false;             // restart and power off
    bool maySetClock = false;        // a Pi has none of its own
    std::function<void()> beforeEnd; // last words
};

class SystemActions final : public DeviceActions
{
public:
    SystemActions(QString ledsPath, Appliance appliance);

    void reboot() override;
    void powerOff() override;
    // Blinks every LED of the board for some seconds and leaves each as it was. The reTerminal's
    // screen stays dark here.
    void identify(StopSource &stop) override;
    void show(DeviceState state) override;
    void alive() override;
    void setClock(qint64 secondsSinceEpoch) override;

private:
    void endSystem(int how, const QString &word) const;

    const QString m_ledsPath;
    const Appliance m_appliance;
};

} // namespace netclient
