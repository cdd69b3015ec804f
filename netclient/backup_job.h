// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a device and uploads it, chunk by chunk; goes on where an earlier upload of the same job
// stopped. A newly started client still reads what the station has, because the image's identity
// covers all of it: a device that changed in between is found out at the commit.
#pragma once

#include "imaging/block_device.h"
#include "imaging/used_blocks.h"
#include "netclient/job_context.h"
#include "netclient/station_requests.h"

namespace netclient
{

class BackupJob
{
public:
    // `action` is a Backup of the full level.
    BackupJob(JobContext context, protocol::Action action, imaging::BlockIo &device);

    // The station has stored and confirmed the image.
    [[nodiscard]] protocol::Result<void> run();

private:
    [[nodiscard]] protocol::Result<void> attempt(const QByteArray &target);
    [[nodiscard]] protocol::Result<imaging::BlockMap> upload(const QByteArray &target,
                                                             quint64 next);
    [[nodiscard]] protocol::Result<void> commit(const QByteArray &target,
                                                const imaging::BlockMap &map);
    [[nodiscard]] QString note() const;
    [[nodiscard]] imaging::FreeSpace freeSpace();

    JobContext m_context;
    const protocol::Action m_action;
    imaging::BlockIo &m_device;
    StationRequests m_requests;
    imaging::FreeSpace m_free;
};

} // namespace netclient
