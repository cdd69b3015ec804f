// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/run_uploader.h"

#include "protocol/names.h"

#include <QJsonObject>

namespace netclient
{

using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;
using transport::HttpRequest;
using namespace Qt::StringLiterals;

namespace
{

// What is handed to the socket at once; between two, an early refusal is noticed.
constexpr size_t partBytes = 256 * 1024;

Result<quint64> parseNext(const QByteArray &body)
{
    const auto object = protocol::parseObject(body);
    const double next = object ? object->value("next"_L1).toDouble(-1) : -1;
    if (next < 0 || next > double(imaging::chunkCount(protocol::maxImageBytes)))
        return Failure{FailureCode::ServerRefused, Stage::Read, u"no \"next\" in the answer"_s};
    return quint64(next);
}

bool sendParts(std::span<const std::byte> bytes,
               const std::function<bool(std::span<const std::byte>)> &send)
{
    for (size_t at = 0; at < bytes.size(); at += partBytes) {
        if (!send(bytes.subspan(at, std::min(partBytes, bytes.size() - at))))
            return false;
    }
    return true;
}

} // namespace

Result<quint64> askNext(StationRequests &requests, const QByteArray &uploadTarget)
{
    HttpRequest request;
    request.target = uploadTarget + "/next";
    const auto reply = requests.exchange(request);
    return reply ? parseNext(reply->body) : Result<quint64>(reply.failure());
}

RunUploader::RunUploader(JobContext context, StationRequests &requests, QByteArray uploadTarget,
                         qint64 size)
    : m_context(context),
      m_requests(requests),
      m_target(std::move(uploadTarget)),
      m_size(size),
      m_thread([this] { sendAll(); })
{
}

RunUploader::~RunUploader()
{
    (void)finish();
}

Result<void> RunUploader::send(UploadRun run)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_run || m_failure; });
    if (m_failure)
        return *m_failure;
    m_run = std::move(run);
    m_changed.notify_all();
    return {};
}

Result<void> RunUploader::finish()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ended = true;
        m_changed.notify_all();
    }
    if (m_thread.joinable())
        m_thread.join();
    return m_failure ? Result<void>(*m_failure) : Result<void>();
}

void RunUploader::sendAll()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return m_run || m_ended; });
        if (!m_run)
            return;
        lock.unlock();
        auto delivered = sendNow(*m_run); // nobody else touches it now
        lock.lock();
        m_run.reset();
        if (!delivered)
            m_failure = delivered.failure();
        m_changed.notify_all();
        if (m_failure)
            return;
    }
}

// Until the station has it on its disk.
Result<void> RunUploader::sendNow(const UploadRun &run)
{
    const WorkClock::Visit visit(m_context.progress.network());
    return deliver(run);
}

Result<void> RunUploader::deliver(const UploadRun &run)
{
    RetryPolicy policy(m_context.link, m_context.stop);
    for (quint64 reached = run.first();;) {
        const QByteArray session = m_context.link.session();
        quint64 next = 0;
        const Judgement judgement = tryRun(run, &next);
        const bool outOfStep = judgement.failure.code == FailureCode::BackupOutOfOrder;
        if (judgement.verdict != Verdict::Good && !outOfStep) {
            if (auto again = policy.afterFailure(judgement, session); !again)
                return again;
        }
        if (judgement.verdict != Verdict::Good) {
            const auto told = askNext(m_requests, m_target);
            if (!told)
                return told.failure();
            next = *told;
        }
        if (next >= run.end())
            return {};
        if (next < run.first())
            return Failure{FailureCode::BackupOutOfOrder, Stage::Read,
                           u"the station wants chunk %1 again"_s.arg(next)};
        // An answer that led nowhere is not asked for again at once.
        const bool idle = next == reached && (judgement.verdict == Verdict::Good || outOfStep);
        reached = next;
        if (!idle)
            continue;
        if (auto again = policy.afterFailure({Verdict::Retry, judgement.failure}, session); !again)
            return again;
    }
}

Judgement RunUploader::tryRun(const UploadRun &run, quint64 *next)
{
    const auto type = protocol::names::recordsMediaType;
    HttpRequest request;
    request.method = "PUT";
    request.target = m_target + "/chunks/" + QByteArray::number(run.first()) +
                     "?size=" + QByteArray::number(m_size);
    request.headers = {{"Content-Type", QByteArray(type.data(), type.size())}};
    request.streamLength = qint64(run.body().size());
    request.streamBody = [&](const auto &send) { return sendParts(run.body(), send); };
    Reply reply;
    Judgement judgement = m_requests.tryOnce(request, &reply);
    if (judgement.verdict != Verdict::Good)
        return judgement;
    const auto told = parseNext(reply.body);
    if (!told)
        return {Verdict::Refused, told.failure()};
    *next = *told;
    return judgement;
}

} // namespace netclient
