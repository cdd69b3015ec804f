// SPDX-License-Identifier: GPL-3.0-or-later
// Puts an image on a device and proves that it is there, in the order of DESIGN 4: check, wipe what
// makes the device bootable, zero, write, read back, repair, then the chunks in which a GPT copy
// may lie, and chunk 0 at the very end. What an earlier, interrupted run left on the device is
// used.
#pragma once

#include "imaging/block_device.h"
#include "netclient/frame_fetcher.h"
#include "netclient/job_context.h"

namespace netclient
{

class DeployJob
{
public:
    // `action` is a Deploy of the full level.
    DeployJob(JobContext context, protocol::Action action, imaging::BlockIo &device);
    ~DeployJob();

    // After a failure or a stop the device is as it was (nothing was written yet) or has no
    // partition table.
    [[nodiscard]] protocol::Result<protocol::DeployProof> run();
    // After it: what the technician should know besides, in English; mostly empty.
    [[nodiscard]] QString note() const { return m_source.note(); }

private:
    [[nodiscard]] protocol::Result<void> checkSizes(FrameFetcher &fetcher,
                                                    const imaging::PackTail &tail);

    JobContext m_context;
    const protocol::Action m_action;
    imaging::BlockIo &m_device;
    ImageSource m_source;
};

} // namespace netclient
