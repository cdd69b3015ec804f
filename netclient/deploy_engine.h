// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of a deploy on a device that was found fit, in the order in which they are safe.
#pragma once

#include "netclient/deploy_pipeline.h"
#include "netclient/device_verifier.h"
#include "netclient/veiled_device.h"
#include "netclient/write_plan.h"

namespace netclient
{

struct Verified {
    qint64 bytes = 0; // read back and compared
    int repairedChunks = 0;
};

class DeployEngine
{
public:
    DeployEngine(JobContext context, imaging::BlockIo &device, FrameFetcher &fetcher,
                 const imaging::PackTail &tail, WritePlan plan);

    // Once. A failure leaves the device without a partition table, unless it came before the first
    // write.
    [[nodiscard]] protocol::Result<Verified> run();

private:
    using Step = protocol::Result<void>;

    [[nodiscard]] Step wipe();
    [[nodiscard]] Step zero();
    [[nodiscard]] Step write();
    [[nodiscard]] Step flush();
    [[nodiscard]] Step verify();
    [[nodiscard]] Step finish();
    [[nodiscard]] protocol::Result<std::vector<Mismatch>> unveil();
    [[nodiscard]] Step veilAgain();
    [[nodiscard]] Step zeroAll(const std::vector<ByteExtent> &extents);
    [[nodiscard]] Step proveAll(const std::vector<Expectation> &expectations);
    [[nodiscard]] Step repair(const std::vector<Mismatch> &mismatches);
    [[nodiscard]] Step writeZeros(const Expectation &expectation);
    void makeUnbootable();

    JobContext m_context;
    const WritePlan m_plan;
    imaging::BlockIo &m_device;
    VeiledDevice m_veiled;
    DeployPipeline m_pipeline;
    DeviceVerifier m_verifier;
    Verified m_verified;
};

} // namespace netclient
