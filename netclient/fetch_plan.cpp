// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/fetch_plan.h"

namespace netclient
{

FetchRun nextFetchRun(const imaging::PackTail &tail, std::span<const quint64> chunks,
                      qint64 mostImageBytes)
{
    FetchRun run;
    run.firstChunk = run.endChunk = chunks.front();
    run.offset = tail.frameOffset(run.firstChunk);
    qint64 imageBytes = 0;
    for (const quint64 chunk : chunks) {
        const qint64 gap = tail.frameOffset(chunk) - tail.frameOffset(run.endChunk);
        imageBytes += tail.map().length(chunk);
        if (run.wanted > 0 && (gap > bridgedBytes || imageBytes > mostImageBytes))
            break;
        run.endChunk = chunk + 1;
        ++run.wanted;
    }
    run.length = tail.frameOffset(run.endChunk) - run.offset;
    return run;
}

} // namespace netclient
