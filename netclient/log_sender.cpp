// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/log_sender.h"

#include "protocol/guarded.h"
#include "protocol/messages.h"
#include "protocol/names.h"

namespace netclient
{

namespace
{

transport::HttpRequest logRequest(const protocol::DeviceLog &log)
{
    const auto target = protocol::names::deviceLog;
    const auto type = protocol::names::jsonMediaType;
    transport::HttpRequest request;
    request.method = "POST";
    request.target = QByteArray(target.data(), target.size());
    request.headers = {{"Content-Type", QByteArray(type.data(), type.size())}};
    request.body = protocol::toBody(protocol::toJson(log));
    return request;
}

} // namespace

LogSender::LogSender(StationLink &link, LogBuffer &buffer)
    : m_link(link), m_buffer(buffer), m_requests(link, m_stop), m_thread([this] { run(); })
{
}

LogSender::~LogSender()
{
    m_stop.stop(StopReason::Interrupted);
    m_thread.join();
}

void LogSender::flush(std::chrono::milliseconds time)
{
    if (!m_link.session().isEmpty())
        (void)m_buffer.waitUntilEmpty(time);
}

void LogSender::run()
{
    Backoff backoff(m_link.tuning().backoff);
    for (;;) {
        const auto sent =
            protocol::guarded([this]() -> protocol::Result<bool> { return sendOnce(); });
        const bool good = sent && *sent;
        if (good)
            backoff.reset();
        if (!m_stop.sleep(good ? m_link.tuning().logInterval : backoff.next()))
            return;
    }
}

// A session that has ended is renewed by who works.
bool LogSender::sendOnce()
{
    if (m_link.session().isEmpty())
        return true;
    const QList<protocol::LogLine> lines = m_buffer.head();
    if (lines.isEmpty())
        return true;
    Reply reply;
    const Judgement judgement = m_requests.tryOnce(logRequest({m_link.mac(), lines}), &reply);
    if (judgement.verdict != Verdict::Good)
        return false;
    m_buffer.removeHead();
    return true;
}

} // namespace netclient
