// SPDX-License-Identifier: GPL-3.0-or-later
// Byte ranges of a file at one HTTP server, on one kept-alive connection. One thread.
#pragma once

#include "netclient/judgement.h"
#include "netclient/stop_source.h"

namespace netclient
{

class PackConnection
{
public:
    // `target`: path and query.
    PackConnection(std::unique_ptr<transport::HttpClient> client, StopSource &stop,
                   QByteArray target);

    // A server that is not the station: its words mean nothing to us. That its file has another
    // size than `bytes` is Refused, and what a readExactly() asks for must have come after `limit`,
    // else it is Stalled: a server that trickles would hold the job up for ever, and another one
    // has the same bytes.
    void expectForeign(qint64 bytes, std::chrono::milliseconds limit);

    // Asks for these bytes, which follow when the verdict is Good. Refused also when the server
    // answers with anything else than these, such as the whole file.
    [[nodiscard]] Judgement begin(qint64 offset, qint64 length,
                                  std::vector<transport::HttpHeader> headers);
    [[nodiscard]] transport::HttpStatus readExactly(std::span<std::byte> buffer);
    // The end of the body is read too, so that the connection can be used again.
    [[nodiscard]] transport::HttpStatus readEnd();

private:
    [[nodiscard]] Judgement judgeAnswer(const transport::HttpAnswer &answer, qint64 offset,
                                        qint64 length) const;

    std::unique_ptr<transport::HttpClient> m_client;
    StopSource::Subscription m_abortion;
    const QByteArray m_target;
    bool m_isForeign = false;
    qint64 m_fileBytes = 0;
    std::chrono::milliseconds m_readLimit{0};
};

} // namespace netclient
