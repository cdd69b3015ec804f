// SPDX-License-Identifier: GPL-3.0-or-later
// Actions without a transfer: reboot, power off, show which unit this is.
#pragma once

#include "netclient/stop_source.h"

#include <QString>

namespace netclient
{

class DeviceActions
{
public:
    virtual ~DeviceActions() = default;
    virtual void reboot() = 0;
    virtual void powerOff() = 0;
    virtual void identify(StopSource &stop) = 0;
};

// Of a real device, or of a machine that only plays one with a regular file: then rebooting is just
// said.
class SystemActions final : public DeviceActions
{
public:
    SystemActions(QString ledsPath, bool mayPowerOff);

    void reboot() override;
    void powerOff() override;
    // Blinks every LED of the board for some seconds and leaves each as it was. The reTerminal's
    // screen stays dark here.
    void identify(StopSource &stop) override;

private:
    const QString m_ledsPath;
    const bool m_mayPowerOff;
};

} // namespace netclient
