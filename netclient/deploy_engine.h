// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of a deploy on a device that was found fit, in the order in which they are safe. What
// an interrupted deploy of the same image has left there is not fetched again.
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
    using Mismatches = protocol::Result<std::vector<Mismatch>>;

    [[nodiscard]] Step wipe();
    [[nodiscard]] Step wipeOnce();
    [[nodiscard]] Step zero();
    [[nodiscard]] Step write();
    [[nodiscard]] Step flush();
    [[nodiscard]] Step verify();
    [[nodiscard]] Step finish();
    [[nodiscard]] Mismatches unveil();
    [[nodiscard]] Step veilAgain();
    [[nodiscard]] Mismatches readBack(const std::vector<Expectation> &expectations);
    [[nodiscard]] Mismatches withAllZeros(std::vector<Mismatch> bad);
    [[nodiscard]] Step repairAll(std::vector<Mismatch> bad);
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
