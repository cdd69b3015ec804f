// SPDX-License-Identifier: GPL-3.0-or-later
// Fetches frames of the pack in order, by ranges on one kept-alive connection. A lost connection
// costs at most the frame that was under way.
#pragma once

#include "netclient/fetch_plan.h"
#include "netclient/image_source.h"

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
    // `source` was settled once and outlives this.
    explicit FrameFetcher(ImageSource &source) : m_source(source) {}

    // `chunks` ascending. Ends well also when the sink wanted no more.
    [[nodiscard]] protocol::Result<void> fetch(const std::vector<quint64> &chunks, FrameSink &sink);

    // ImageSource's; any thread.
    bool reject(quint64 chunk) { return m_source.reject(chunk); }
    [[nodiscard]] bool isAtStation() const { return m_source.isAtStation(); }

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

    ImageSource &m_source;
    std::vector<std::byte> m_skipped;
};

} // namespace netclient
