// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the device back and compares: DATA chunks by hash, the rest for being zero. Several
// threads read, the pool's workers compare.
#pragma once

#include "imaging/block_device.h"
#include "netclient/job_context.h"
#include "netclient/write_plan.h"

namespace netclient
{

struct Mismatch {
    Expectation expected;
    imaging::Digest found{}; // SHA-256 of what is there
};

class DeviceVerifier
{
public:
    DeviceVerifier(JobContext context, imaging::BlockIo &device);
    ~DeviceVerifier();

    // What is not as expected, by ascending offset. The cache is dropped first, so that the medium
    // answers. DeviceReadError, Cancelled. Adds to the progress what was read.
    [[nodiscard]] protocol::Result<std::vector<Mismatch>>
    check(const std::vector<Expectation> &expectations);

private:
    class Pass;

    JobContext m_context;
    imaging::BlockIo &m_device;
    imaging::AlignedBuffer m_memory; // for chunks that are read while others are compared
};

// The failure that says so.
[[nodiscard]] protocol::Failure verifyMismatch(const Mismatch &mismatch, protocol::Stage stage);

} // namespace netclient
