// SPDX-License-Identifier: GPL-3.0-or-later
// Fetches frames of the pack in order, by ranges on one kept-alive connection. A lost connection
// costs at most the frame that was under way.
#pragma once

#include "netclient/fetch_plan.h"
#include "netclient/station_requests.h"

namespace netclient
{

// Where frames go.
class FrameSink
{
public:
    virtual ~FrameSink() = default;
    // Memory for the frame of `chunk`; empty ends the fetching. Asked again for the same chunk when
    // the connection was lost within it: the same memory serves.
    [[nodiscard]] virtual std::span<std::byte> room(quint64 chunk, quint32 bytes) = 0;
    // The memory that room() gave last is filled.
    virtual void received(quint64 chunk) = 0;
};

class FrameFetcher
{
public:
    // `target`: path and query of the pack. `tail` must outlive this.
    FrameFetcher(StationLink &link, StopSource &stop, QByteArray target,
                 const imaging::PackTail &tail);

    // `chunks` ascending. Ends well also when the sink wanted no more.
    [[nodiscard]] protocol::Result<void> fetch(const std::vector<quint64> &chunks, FrameSink &sink);

private:
    // How one request went; `received` chunks are done, whatever the verdict.
    struct Outcome {
        Judgement judgement;
        size_t received = 0;
        bool sinkEnded = false;
    };
    [[nodiscard]] Outcome fetchRun(std::span<const quint64> chunks, FrameSink &sink);
    [[nodiscard]] Outcome receive(const FetchRun &run, std::span<const quint64> chunks,
                                  FrameSink &sink);
    [[nodiscard]] Judgement begin(const FetchRun &run);
    [[nodiscard]] transport::HttpStatus readExactly(std::span<std::byte> buffer);
    [[nodiscard]] transport::HttpStatus readEnd();

    StationLink &m_link;
    StopSource &m_stop;
    const QByteArray m_target;
    const imaging::PackTail &m_tail;
    std::unique_ptr<transport::HttpClient> m_client;
    StopSource::Subscription m_abortion;
    std::vector<std::byte> m_skipped;
};

} // namespace netclient
