// SPDX-License-Identifier: GPL-3.0-or-later
// Chunks from the station to the device: the calling thread fetches, the pool's workers decompress
// and check the hash, one thread writes; all at once, with a fixed number of chunks under way.
#pragma once

#include "imaging/aligned_buffer.h"
#include "imaging/block_device.h"
#include "netclient/frame_fetcher.h"
#include "netclient/job_context.h"

namespace netclient
{

class DeployPipeline
{
public:
    DeployPipeline(JobContext context, imaging::BlockIo &device, FrameFetcher &fetcher,
                   const imaging::PackTail &tail);
    ~DeployPipeline();

    // Writes these DATA chunks, ascending. A frame that is not what the map says is fetched again,
    // and after some tries ImageCorrupt. DeviceWriteError ends it too. Adds to the progress what
    // was written.
    [[nodiscard]] protocol::Result<void> write(const std::vector<quint64> &chunks);

private:
    class Pass;
    struct Slot;

    [[nodiscard]] protocol::Result<void> fetch(const std::vector<quint64> &chunks, Pass &pass);

    JobContext m_context;
    imaging::BlockIo &m_device;
    FrameFetcher &m_fetcher;
    const imaging::PackTail &m_tail;
    imaging::AlignedBuffer m_memory; // of all slots' chunks
    std::vector<std::unique_ptr<Slot>> m_slots;
};

} // namespace netclient
