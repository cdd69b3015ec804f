// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/backup_job.h"

#include "imaging/chunk_codec.h"
#include "netclient/device_source.h"
#include "netclient/run_uploader.h"
#include "netclient/second_read.h"
#include "protocol/names.h"
#include "protocol/upload_record.h"

namespace netclient
{

using imaging::BlockMap;
using imaging::ChunkEntry;
using imaging::FreeSpace;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Phase;
using protocol::Result;
using protocol::Stage;
using namespace Qt::StringLiterals;

namespace
{

// Chunks that are read, hashed and compressed at once, of 2.1 MB each.
constexpr int chunksInFlight = 8;

bool mayStartOver(const Failure &failure)
{
    return failure.code == FailureCode::BackupOutOfOrder ||
           failure.code == FailureCode::BackupTruncated;
}

} // namespace

BackupJob::BackupJob(JobContext context, protocol::Action action, imaging::BlockIo &device)
    : m_context(context),
      m_action(std::move(action)),
      m_device(device),
      m_requests(context.link, context.stop)
{
    m_requests.client().setIoTimeout(context.tuning().durableTimeout);
}

Result<void> BackupJob::run()
{
    m_context.progress.begin(Phase::Checking, 0);
    const auto target = targetOf(m_action.uploadUrl);
    if (!target)
        return Failure{FailureCode::BadRequest, Stage::Check,
                       u"not a URL for this client: %1"_s.arg(m_action.uploadUrl)};
    m_free = freeSpace();
    Result<void> done;
    for (int tries = 0; tries < m_context.tuning().tries; ++tries) {
        done = attempt(*target);
        if (done || !mayStartOver(done.failure()))
            return done;
    }
    return done;
}

Result<void> BackupJob::attempt(const QByteArray &target)
{
    const auto next = askNext(m_requests, target);
    if (!next)
        return next.failure();
    const auto map = upload(target, *next);
    if (!map)
        return map.failure();
    if (m_action.verify == protocol::VerifyScope::Full) {
        if (const auto same = readAgain(m_context, m_device, m_free.extents, *map); !same)
            return same;
    }
    return commit(target, *map);
}

Result<BlockMap> BackupJob::upload(const QByteArray &target, quint64 next)
{
    m_context.progress.begin(Phase::Reading, m_device.size());
    DeviceSource source(m_device, m_free.extents, m_context.stop);
    RunUploader uploader(m_context, m_requests, target, m_device.size());
    std::vector<ChunkEntry> entries;
    const Tuning &tuning = m_context.tuning();
    const size_t room =
        size_t(tuning.uploadBodyBytes) + protocol::maxFrameBytes + protocol::dataRecordHeadBytes;
    UploadRun run(next, room);
    const auto take = [&](const imaging::PackedChunk &chunk) -> Result<void> {
        entries.push_back(chunk.entry);
        m_context.progress.add(chunk.length);
        if (chunk.index < next)
            return {};
        run.add(chunk);
        if (!run.isFull(tuning.uploadRunBytes, tuning.uploadBodyBytes))
            return {};
        const quint64 end = run.end();
        return uploader.send(std::exchange(run, UploadRun(end, room)));
    };
    const auto read =
        imaging::packChunks(source, m_context.pool, imaging::backupLevel, chunksInFlight, take);
    Result<void> sent = read ? Result<void>() : Result<void>(read.failure());
    if (sent && !run.isEmpty())
        sent = uploader.send(std::move(run));
    if (sent)
        sent = uploader.finish();
    if (!sent)
        return sent.failure();
    return BlockMap(*read, std::move(entries));
}

Result<void> BackupJob::commit(const QByteArray &target, const BlockMap &map)
{
    m_context.progress.begin(Phase::Committing, 0);
    const auto type = protocol::names::jsonMediaType;
    transport::HttpRequest request;
    request.method = "POST";
    request.target = target + "/commit";
    request.headers = {{"Content-Type", QByteArray(type.data(), type.size())}};
    request.body = protocol::toBody(protocol::toJson(
        protocol::UploadCommit{map.imageSize(), imaging::toHex(map.identity()), note()}));
    const auto reply = m_requests.exchange(request);
    if (reply)
        return {};
    Failure failure = reply.failure();
    failure.stage = Stage::Commit;
    return failure;
}

QString BackupJob::note() const
{
    QStringList notes = m_free.notes;
    if (m_action.verify == protocol::VerifyScope::Full)
        notes.prepend(protocol::names::readTwice);
    return notes.join(u"; "_s);
}

FreeSpace BackupJob::freeSpace()
{
    if (m_action.scope == protocol::BackupScope::Exact)
        return {};
    const auto table = imaging::readPartitionTable(
        [this](qint64 offset, std::span<std::byte> buffer) {
            return readBytes(m_device, offset, buffer);
        },
        m_device.size());
    return imaging::findFreeSpace(m_device.path(), table);
}

} // namespace netclient
