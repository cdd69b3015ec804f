// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/frame_fetcher.h"

namespace netclient
{

using protocol::Result;

Result<void> FrameFetcher::fetch(const std::vector<quint64> &chunks, FrameSink &sink)
{
    for (std::span<const quint64> left(chunks); !left.empty();) {
        if (auto settled = m_source.settle(); !settled)
            return settled;
        const Outcome outcome = fetchRun(left, sink);
        if (outcome.sinkEnded)
            return {};
        left = left.subspan(outcome.received);
        if (outcome.received > 0)
            m_source.succeeded();
        if (outcome.judgement.verdict == Verdict::Good)
            continue;
        if (auto again = m_source.afterFailure(outcome.judgement); !again)
            return again;
    }
    return {};
}

FrameFetcher::Outcome FrameFetcher::fetchRun(std::span<const quint64> chunks, FrameSink &sink)
{
    const FetchRun run = nextFetchRun(m_source.tail(), chunks, protocol::downloadRunBytes);
    const Judgement begun = m_source.begin(run.offset, run.length);
    if (begun.verdict != Verdict::Good)
        return {begun};
    return receive(run, chunks.first(run.wanted), sink);
}

FrameFetcher::Outcome FrameFetcher::receive(const FetchRun &run, std::span<const quint64> chunks,
                                            FrameSink &sink)
{
    PackConnection &connection = m_source.connection();
    Outcome outcome;
    for (quint64 chunk = run.firstChunk; chunk < run.endChunk; ++chunk) {
        const quint32 bytes = m_source.tail().frameBytes(chunk);
        const bool wanted = chunks[outcome.received] == chunk;
        m_skipped.resize(wanted ? m_skipped.size() : bytes);
        const auto room = wanted ? sink.room(chunk, bytes) : std::span(m_skipped);
        if (room.empty()) {
            outcome.sinkEnded = true;
            return outcome;
        }
        if (m_source.isLeaving()) // somebody found out while we waited
            return outcome;
        outcome.judgement = judgeRead(connection.readExactly(room.first(bytes)));
        if (outcome.judgement.verdict != Verdict::Good)
            return outcome;
        if (wanted) {
            sink.received(chunk);
            ++outcome.received;
        }
    }
    outcome.judgement = judgeRead(connection.readEnd());
    return outcome;
}

} // namespace netclient
