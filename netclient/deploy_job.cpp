// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/deploy_job.h"

#include "netclient/deploy_engine.h"
#include "netclient/image_reader.h"

namespace netclient
{

using imaging::PackTail;
using protocol::DeployProof;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Phase;
using protocol::Result;
using protocol::Stage;
using namespace Qt::StringLiterals;

namespace
{

// About 40 bytes a chunk: enough for an image of 1.4 TB.
constexpr qint64 mostTailBytes = 64 * 1024 * 1024;

Failure atStage(Failure failure, Stage stage)
{
    if (failure.stage == Stage::None)
        failure.stage = stage;
    return failure;
}

Failure badUrl(const QString &url)
{
    return {FailureCode::BadRequest, Stage::Check, u"not a URL for this client: %1"_s.arg(url)};
}

} // namespace

DeployJob::DeployJob(JobContext context, protocol::Action action, imaging::BlockIo &device)
    : m_context(context), m_action(std::move(action)), m_device(device)
{
}

DeployJob::~DeployJob() = default;

Result<DeployProof> DeployJob::run()
{
    m_context.progress.begin(Phase::Checking, 0);
    const auto packTarget = targetOf(m_action.packUrl);
    if (!packTarget)
        return badUrl(m_action.packUrl);
    const auto tail = fetchTail();
    if (!tail)
        return atStage(tail.failure(), Stage::Check);
    FrameFetcher fetcher(m_context.link, m_context.stop, *packTarget, *tail);
    if (auto fits = checkSizes(fetcher, *tail); !fits)
        return atStage(fits.failure(), Stage::Check);
    DeployEngine engine(
        m_context, m_device, fetcher, *tail,
        planWrite(tail->map(), m_device.size(), m_action.verify, m_action.eraseRest));
    const auto verified = engine.run();
    if (!verified)
        return verified.failure();
    return DeployProof{m_action.imageIdentity, m_action.verify, verified->bytes,
                       verified->repairedChunks};
}

// Damaged on its way, it is fetched again; a pack that stays wrong is ImageCorrupt.
Result<PackTail> DeployJob::fetchTail()
{
    const auto target = targetOf(m_action.mapUrl);
    if (!target)
        return badUrl(m_action.mapUrl);
    StationRequests requests(m_context.link, m_context.stop);
    Failure failure;
    for (int attempt = 0; attempt < m_context.tuning().tries; ++attempt) {
        transport::HttpRequest request;
        request.target = *target;
        auto reply = requests.exchange(request, mostTailBytes);
        if (!reply)
            return reply.failure();
        auto tail = PackTail::parse(reply->body);
        if (tail && imaging::toHex(tail->map().identity()) == m_action.imageIdentity.toLower())
            return tail;
        failure = tail
                      ? Failure{FailureCode::ImageCorrupt, Stage::Check,
                                u"the map is that of image %1, not %2"_s.arg(
                                    imaging::toHex(tail->map().identity()), m_action.imageIdentity)}
                      : tail.failure();
    }
    return failure;
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
