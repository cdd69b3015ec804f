// SPDX-License-Identifier: GPL-3.0-or-later
// The station as the client knows it: where it is, who we are, and the session that registration
// gave. Thread-safe; each call uses a connection of its own, because control answers close theirs.
#pragma once

#include "netclient/judgement.h"
#include "netclient/stop_source.h"
#include "netclient/tuning.h"
#include "protocol/messages.h"

namespace netclient
{

class StationLink
{
public:
    StationLink(transport::Endpoint endpoint, protocol::RegisterRequest facts, Tuning tuning);

    // One try each. registerDevice() is Refused with Unsupported when the station gives no session:
    // it speaks the plain level only.
    [[nodiscard]] Judgement registerDevice(StopSource &stop);
    [[nodiscard]] Judgement poll(StopSource &stop, protocol::Action *action);

    // Registers unless another thread has done so since `stale` was read.
    [[nodiscard]] Judgement renewSession(const QByteArray &stale, StopSource &stop);

    [[nodiscard]] QByteArray session() const;
    [[nodiscard]] std::chrono::seconds pollInterval() const;
    // The station's clock at the last registration, seconds since the epoch; 0: not told.
    [[nodiscard]] qint64 stationTime() const;
    [[nodiscard]] const protocol::MacAddress &mac() const { return m_facts.mac; }
    [[nodiscard]] const Tuning &tuning() const { return m_tuning; }
    [[nodiscard]] const transport::Endpoint &endpoint() const { return m_endpoint; }
    [[nodiscard]] std::unique_ptr<transport::HttpClient> makeClient() const;

private:
    [[nodiscard]] Judgement call(const transport::HttpRequest &request, StopSource &stop,
                                 QByteArray *body) const;

    const transport::Endpoint m_endpoint;
    const protocol::RegisterRequest m_facts;
    const Tuning m_tuning;
    std::mutex m_renewal; // one registration at a time
    mutable std::mutex m_mutex;
    QByteArray m_session;
    qint64 m_stationTime = 0;
    std::chrono::seconds m_pollInterval{1};
};

// The header that carries a session.
[[nodiscard]] transport::HttpHeader authorization(const QByteArray &session);

// Path and query of a URL that the station gave, which is resolved against the station we know: it
// may call itself by a name that does not work here. nullopt for what is not http or has no path.
[[nodiscard]] std::optional<QByteArray> targetOf(const QString &url);

} // namespace netclient
