// SPDX-License-Identifier: GPL-3.0-or-later
// A deploy with everything that it needs, against a fake station and a device in memory.
#pragma once

#include "netclient/deploy_job.h"

#include "fake_station.h"
#include "memory_device.h"
#include "netclient/write_plan.h"

#include <QTest>

#include <csignal>

namespace bench
{

using namespace testing;
using netclient::DeployJob;
using netclient::JobContext;
using netclient::Progress;
using netclient::StationLink;
using netclient::StopReason;
using netclient::StopSource;
using protocol::DeployProof;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;
using Fate = MemoryDevice::Fate;
using Operation = MemoryDevice::Operation;
using Kind = Reaction::Kind;
using imaging::chunkBytes;

inline constexpr qint64 mib = 1024 * 1024;
inline const QByteArray packPath = "/transfer/t/image.img.zst";

// Marks of a GPT where the firmware and Linux look for it, for blocks of 512 bytes.
inline void addGptMarks(Bytes &disk)
{
    const char mark[] = "EFI PART";
    std::memcpy(disk.data() + 512, mark, 8);
    std::memcpy(disk.data() + disk.size() - 512, mark, 8);
}

inline bool hasMark(const Bytes &disk, size_t offset)
{
    return std::memcmp(disk.data() + offset, "EFI PART", 8) == 0;
}

// A job, with everything that it needs.
struct Bench {
    FakeStation station;
    StopSource stop;
    Progress progress;
    imaging::WorkerPool pool{2};
    std::unique_ptr<StationLink> link;
    protocol::Action action;

    explicit Bench(const Bytes &image) : Bench(makePack(image)) {}
    explicit Bench(TestPack pack)
    {
        std::signal(SIGPIPE, SIG_IGN);
        station.pack = std::move(pack);
        action = station.deployAction();
        useTuning(quickTuning());
    }
    void useTuning(const netclient::Tuning &tuning)
    {
        link = std::make_unique<StationLink>(station.endpoint(), testFacts(), tuning);
    }
    Result<DeployProof> run(MemoryDevice &device)
    {
        return DeployJob(JobContext{*link, stop, progress, pool}, action, device).run();
    }
};

// A device that holds another, bootable disk.
inline void fillWithOldDisk(MemoryDevice &device)
{
    Bytes old =
        makeImage(std::string(size_t((device.size() + mib - 1) / mib), 'd'), chunkBytes, 99);
    old.resize(size_t(device.size()));
    addGptMarks(old);
    device.bytes() = old;
}

inline bool holds(const MemoryDevice &device, const Bytes &image)
{
    auto &bytes = const_cast<MemoryDevice &>(device).bytes();
    return bytes.size() >= image.size() &&
           std::memcmp(bytes.data(), image.data(), image.size()) == 0;
}

} // namespace bench
