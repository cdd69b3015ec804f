// SPDX-License-Identifier: GPL-3.0-or-later
// The pack of a deploy: from the image origin as long as that gives what it should, else from the
// station. What is wrong shows by the hashes: the map must have the identity that the station
// named, and every chunk the hash that the map has for it. The session is the station's alone.
// One thread, but for reject().
#pragma once

#include "imaging/pack.h"
#include "netclient/image_origin.h"
#include "netclient/pack_connection.h"
#include "netclient/station_requests.h"

namespace netclient
{

class ImageSource
{
public:
    ImageSource(StationLink &link, StopSource &stop, const protocol::Action &action);

    // Chooses who is asked next, and gets the tail from there; nothing to do when that is who was
    // asked last. ImageCorrupt, BadRequest, or how the station ended the job.
    [[nodiscard]] protocol::Result<void> settle();
    // Says where the frames lie at who is asked now: settle() changes it. The map is the same
    // throughout.
    [[nodiscard]] const imaging::PackTail &tail() const { return m_tail; }

    // A run of bytes of the pack, as PackConnection has it.
    [[nodiscard]] Judgement begin(qint64 offset, qint64 length);
    [[nodiscard]] PackConnection &connection() { return *m_connection; }
    // What was asked for came. After a failure: waits, registers or leaves the origin, and then
    // says: settle() and ask again; or the failure that ends the job.
    void succeeded();
    [[nodiscard]] protocol::Result<void> afterFailure(const Judgement &judgement);

    // This chunk's frame is not what the map says. True when it came from the origin, which is left
    // by that; false: the station has no better one.
    bool reject(quint64 chunk);
    // What is under way comes from an origin that was left.
    [[nodiscard]] bool isLeaving() const
    {
        return m_server == Server::Origin && !m_origin.isInUse();
    }
    [[nodiscard]] bool isAtStation() const { return !m_origin.isInUse(); }
    // For the result; empty: nothing to tell.
    [[nodiscard]] QString note() const { return m_origin.note(); }

private:
    enum class Server { Nobody, Origin, Station };

    [[nodiscard]] bool openOrigin();
    [[nodiscard]] protocol::Result<imaging::PackTail> originTail();
    void originFailed(const Judgement &judgement);
    [[nodiscard]] bool isNetworksFault(const Judgement &judgement);
    [[nodiscard]] bool stationAnswers();
    [[nodiscard]] protocol::Result<void> openStation();
    [[nodiscard]] protocol::Result<imaging::PackTail> stationTail();
    [[nodiscard]] protocol::Result<imaging::PackTail> checked(const QByteArray &tail) const;

    StationLink &m_link;
    StopSource &m_stop;
    const protocol::Action m_action;
    ImageOrigin m_origin;
    RetryPolicy m_policy; // towards the station
    Backoff m_originBackoff;
    int m_originFailures = 0;  // in the whole job
    bool m_networkOut = false; // when the origin was asked last
    Server m_server = Server::Nobody;
    std::unique_ptr<PackConnection> m_connection; // to m_server
    QByteArray m_session;                         // of the last request to the station
    imaging::PackTail m_tail;
};

} // namespace netclient
