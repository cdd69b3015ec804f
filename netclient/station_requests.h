// SPDX-License-Identifier: GPL-3.0-or-later
// Requests that a job needs answered: repeated, with back-off and a new session where that is asked
// for, until the station answers, refuses, or declares the job over.
#pragma once

#include "netclient/station_link.h"
#include "protocol/result.h"

namespace netclient
{

// What to do after a try that failed.
class RetryPolicy
{
public:
    RetryPolicy(StationLink &link, StopSource &stop);

    // Something was achieved: the next wait is a short one again.
    void succeeded() { m_backoff.reset(); }
    // Waits or registers, and then says: try again; or the failure that ends the job. JobOver stops
    // `stop`. `session` is the one that the failed try used.
    [[nodiscard]] protocol::Result<void> afterFailure(const Judgement &judgement,
                                                      const QByteArray &session);

private:
    StationLink &m_link;
    StopSource &m_stop;
    Backoff m_backoff;
};

struct Reply {
    transport::HttpAnswer answer;
    QByteArray body;
};

// One thread, one kept-alive connection.
class StationRequests
{
public:
    StationRequests(StationLink &link, StopSource &stop);

    // Any answer of the 200s. Adds the session. `limit`: bytes of the answer's body.
    [[nodiscard]] protocol::Result<Reply> exchange(transport::HttpRequest request,
                                                   qint64 limit = 1 << 20);
    // One try; what it came to is for the caller to judge.
    [[nodiscard]] Judgement tryOnce(transport::HttpRequest request, Reply *reply,
                                    qint64 limit = 1 << 20);
    // tryOnce() in two steps: see HttpClient::send() and receive().
    [[nodiscard]] Judgement send(transport::HttpRequest request);
    [[nodiscard]] Judgement receive(Reply *reply, qint64 limit = 1 << 20);
    // POSTs a report; the answer's content does not matter.
    [[nodiscard]] protocol::Result<void> report(const QByteArray &target,
                                                const protocol::Report &report);

    [[nodiscard]] transport::HttpClient &client() { return *m_client; }

private:
    StationLink &m_link;
    StopSource &m_stop;
    std::unique_ptr<transport::HttpClient> m_client;
    StopSource::Subscription m_abortion;
};

[[nodiscard]] transport::HttpRequest reportRequest(const QByteArray &target,
                                                   const protocol::Report &report);

// Why a job stops whose judgement is JobOver.
[[nodiscard]] StopReason reasonOf(const Judgement &judgement);

// The failure of work that was stopped.
[[nodiscard]] protocol::Failure stopped(const StopSource &stop);

} // namespace netclient
