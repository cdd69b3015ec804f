// SPDX-License-Identifier: GPL-3.0-or-later
// Values for the tests of the window's models.
#pragma once

#include "ui/device_row.h"

namespace rows
{

inline core::MacAddress mac(int number)
{
    const QString text = QStringLiteral("e4:5f:01:00:00:%1").arg(number, 2, 16, QLatin1Char('0'));
    return *protocol::MacAddress::parse(text);
}

inline ui::DeviceRow device(int number)
{
    ui::DeviceRow row;
    row.device.mac = mac(number);
    row.device.address = QStringLiteral("10.20.50.%1").arg(100 + number);
    row.device.model = QStringLiteral("Raspberry Pi Compute Module 4");
    row.device.serial = QStringLiteral("10000000abcd%1").arg(number, 4, 16, QLatin1Char('0'));
    return row;
}

inline ui::DeviceRow withJob(int number, core::JobKind kind, core::JobState state)
{
    ui::DeviceRow row = device(number);
    core::Job job;
    job.id = QStringLiteral("job-%1").arg(number);
    job.mac = row.device.mac;
    job.kind = kind;
    job.state = state;
    job.level = core::Level::Full;
    job.imageName = QStringLiteral("golden.img");
    row.job = job;
    return row;
}

inline ui::DeviceRow writing(int number, qint64 done, qint64 total)
{
    ui::DeviceRow row = withJob(number, core::JobKind::Deploy, core::JobState::Transferring);
    row.job->phase = protocol::Phase::Writing;
    row.job->done = done;
    row.job->total = total;
    row.job->bytesPerSecond = 50e6;
    row.job->secondsLeft = total > 0 ? (total - done) / 50'000'000 : -1;
    return row;
}

inline constexpr qint64 gib = qint64(1) << 30;

} // namespace rows
