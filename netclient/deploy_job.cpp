// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/deploy_job.h"

#include "netclient/deploy_engine.h"
#include "netclient/image_reader.h"

namespace netclient
{

using imaging::PackTail;
using protocol::DeployProof;
using protocol::Failure;
using protocol::Phase;
using protocol::Result;
using protocol::Stage;

namespace
{

Failure atStage(Failure failure, Stage stage)
{
    if (failure.stage == Stage::None)
        failure.stage = stage;
    return failure;
}

} // namespace

DeployJob::DeployJob(JobContext context, protocol::Action action, imaging::BlockIo &device)
    : m_context(context),
      m_action(std::move(action)),
      m_device(device),
      m_source(context.link, context.stop, m_action)
{
}

DeployJob::~DeployJob() = default;

Result<DeployProof> DeployJob::run()
{
    m_context.progress.begin(Phase::Checking, 0);
    if (auto settled = m_source.settle(); !settled)
        return atStage(settled.failure(), Stage::Check);
    const PackTail tail = m_source.tail();
    FrameFetcher fetcher(m_source);
    if (auto fits = checkSizes(fetcher, tail); !fits)
        return atStage(fits.failure(), Stage::Check);
    DeployEngine engine(
        m_context, m_device, fetcher, tail,
        planWrite(tail.map(), m_device.size(), m_action.verify, m_action.eraseRest));
    const auto verified = engine.run();
    if (!verified)
        return verified.failure();
    return DeployProof{m_action.imageIdentity, m_action.verify, verified->bytes,
                       verified->repairedChunks};
}

Result<void> DeployJob::checkSizes(FrameFetcher &fetcher, const PackTail &tail)
{
    ImageReader reader(fetcher, tail);
    auto fits =
        checkFits(tail.map(), m_device.size(), [&](qint64 offset, std::span<std::byte> buffer) {
            return reader.read(offset, buffer);
        });
    // What could not be read because the job was stopped says nothing about sizes.
    if (!fits && m_context.stop.isStopped())
        return stopped(m_context.stop);
    return fits;
}

} // namespace netclient
