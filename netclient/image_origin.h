// SPDX-License-Identifier: GPL-3.0-or-later
// The other server that a job names for its pack, and whether it is to be asked any more: whoever
// finds it unreachable, unwilling or wrong leaves it, and that is for the rest of the job.
// Thread-safe.
#pragma once

#include "protocol/messages.h"
#include "transport/http_client.h"

#include <atomic>
#include <mutex>

namespace netclient
{

class ImageOrigin
{
public:
    // Not in use when the action names none; left at once when it names something that is not for
    // this client: https, no host, a password, numbers that cannot be.
    explicit ImageOrigin(const protocol::Action &action);

    [[nodiscard]] bool isInUse() const { return m_inUse; }
    // `why` goes on where "the image origin http://host:port" ends; logged. Only the first counts.
    void leave(const QString &why);
    // For the technician, in English: why it was left. Empty when it was not, or there is none.
    [[nodiscard]] QString note() const;

    // Of the pack, while in use.
    [[nodiscard]] const transport::Endpoint &endpoint() const { return m_endpoint; }
    [[nodiscard]] const QByteArray &target() const { return m_target; } // path and query
    [[nodiscard]] qint64 mapOffset() const { return m_mapOffset; }      // bytes
    [[nodiscard]] qint64 size() const { return m_size; }                // bytes of the file

private:
    transport::Endpoint m_endpoint;
    QByteArray m_target;
    qint64 m_mapOffset = 0;
    qint64 m_size = 0;
    std::atomic<bool> m_inUse = false;
    mutable std::mutex m_mutex;
    QString m_note;
};

} // namespace netclient
