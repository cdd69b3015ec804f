// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/run_uploader.h"

#include "protocol/guarded.h"
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

// The station told where it stands: done, or another chunk first.
bool isAnswer(const Judgement &judgement)
{
    return judgement.verdict == Verdict::Good ||
           judgement.failure.code == FailureCode::BackupOutOfOrder;
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
    for (bool last = false; !last && !m_failure;) {
        m_changed.wait(lock, [this] { return m_run || m_ended; });
        last = !m_run;
        lock.unlock();
        // Nobody else touches it.
        const auto done =
            protocol::guarded([&] { return last ? conclude() : sendNow(std::move(*m_run)); });
        lock.lock();
        m_run.reset();
        if (!done)
            m_failure = done.failure();
        m_changed.notify_all();
    }
}

// Until the station has the run before on its disk, and all of this one is on its way.
Result<void> RunUploader::sendNow(UploadRun run)
{
    const imaging::WorkClock::Visit visit(m_context.progress.network());
    Try before;
    Try attempt = sendBehind(run, &before);
    if (const auto behind = std::exchange(m_unanswered, {})) {
        if (const auto delivered = deliver(*behind, before); !delivered)
            return delivered;
        // What came of this one while that one failed says nothing.
        if (before.judgement.verdict != Verdict::Good || before.next < behind->end())
            return deliver(run, tryRun(run));
    }
    if (attempt.judgement.verdict != Verdict::Good)
        return deliver(run, std::move(attempt));
    m_unanswered = std::move(run);
    m_unansweredSession = attempt.session;
    return {};
}

// `before`: what came of the run that was unanswered. Not sent at all when that is known already
// and leaves it undelivered.
RunUploader::Try RunUploader::sendBehind(const UploadRun &run, Try *before)
{
    bool waiting = m_unanswered.has_value();
    const auto receive = [&] {
        waiting = false;
        *before = receiveAnswer(m_unansweredSession);
        return before->judgement.verdict == Verdict::Good && before->next >= m_unanswered->end();
    };
    const auto mayGoOn = [&] { return !waiting || !m_requests.client().hasAnswer() || receive(); };
    Try attempt{{}, m_context.link.session()};
    // After a pause the station may have closed the connection behind its answer: once that is
    // received, a new one is made.
    if (!mayGoOn())
        return attempt;
    attempt.judgement = m_requests.send(request(run, mayGoOn));
    if (waiting && attempt.judgement.verdict == Verdict::Good)
        (void)receive();
    else if (waiting)
        *before = {attempt.judgement, m_unansweredSession};
    return attempt;
}

Result<void> RunUploader::conclude()
{
    if (!m_unanswered)
        return {};
    const imaging::WorkClock::Visit visit(m_context.progress.network());
    return deliver(*m_unanswered, receiveAnswer(m_unansweredSession));
}

RunUploader::Try RunUploader::receiveAnswer(const QByteArray &session)
{
    Reply reply;
    const Judgement judgement = m_requests.receive(&reply);
    return told({judgement, session}, reply);
}

RunUploader::Try RunUploader::told(Try attempt, const Reply &reply)
{
    if (attempt.judgement.verdict != Verdict::Good)
        return attempt;
    const auto next = parseNext(reply.body);
    if (next)
        attempt.next = *next;
    else
        attempt.judgement = {Verdict::Refused, next.failure()};
    return attempt;
}

// Until the station has it on its disk, after a first try.
Result<void> RunUploader::deliver(const UploadRun &run, Try attempt)
{
    RetryPolicy policy(m_context.link, m_context.stop);
    for (quint64 reached = run.first();; attempt = tryRun(run)) {
        const auto next = nextAfter(attempt, policy);
        if (!next)
            return next.failure();
        if (*next >= run.end())
            return {};
        if (*next < run.first())
            return Failure{FailureCode::BackupOutOfOrder, Stage::Read,
                           u"the station wants chunk %1 again"_s.arg(*next)};
        // An answer that led nowhere is not asked for again at once.
        const bool idle = *next == reached && isAnswer(attempt.judgement);
        reached = *next;
        if (!idle)
            continue;
        if (auto again =
                policy.afterFailure({Verdict::Retry, attempt.judgement.failure}, attempt.session);
            !again)
            return again;
    }
}

// The chunk that the station wants next.
Result<quint64> RunUploader::nextAfter(const Try &attempt, RetryPolicy &policy)
{
    if (attempt.judgement.verdict == Verdict::Good)
        return attempt.next;
    if (!isAnswer(attempt.judgement)) {
        if (auto again = policy.afterFailure(attempt.judgement, attempt.session); !again)
            return again.failure();
    }
    return askNext(m_requests, m_target);
}

// Not behind a run whose answer is outstanding: then a new connection is made, so that no run takes
// another's answer for its own.
RunUploader::Try RunUploader::tryRun(const UploadRun &run)
{
    const QByteArray session = m_context.link.session();
    Reply reply;
    const Judgement judgement = m_requests.tryOnce(request(run, [] { return true; }), &reply);
    return told({judgement, session}, reply);
}

HttpRequest RunUploader::request(const UploadRun &run, std::function<bool()> mayGoOn) const
{
    const auto type = protocol::names::recordsMediaType;
    HttpRequest request;
    request.method = "PUT";
    request.target = m_target + "/chunks/" + QByteArray::number(run.first()) +
                     "?size=" + QByteArray::number(m_size);
    request.headers = {{"Content-Type", QByteArray(type.data(), type.size())}};
    request.streamLength = qint64(run.body().size());
    request.streamBody = [&run, mayGoOn = std::move(mayGoOn)](const auto &send) {
        return sendParts(run.body(),
                         [&](std::span<const std::byte> part) { return mayGoOn() && send(part); });
    };
    return request;
}

} // namespace netclient
