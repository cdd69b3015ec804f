// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/present_chunks.h"

#include <algorithm>

namespace netclient
{

using protocol::FailureCode;
using protocol::Result;

namespace
{

// Read at once, and the most that is read in vain behind the place where a deploy was interrupted.
constexpr size_t batchChunks = 32;

std::vector<Expectation> candidates(const WritePlan &plan)
{
    std::vector<Expectation> data;
    std::ranges::copy_if(plan.checks, std::back_inserter(data), [&plan](const Expectation &check) {
        return !check.isZero && std::ranges::none_of(plan.veiledChecks, [&](const Expectation &v) {
            return !v.isZero && v.chunk == check.chunk;
        });
    });
    return data;
}

} // namespace

Result<std::vector<quint64>> missingChunks(const WritePlan &plan, DeviceVerifier &verifier)
{
    const std::vector<Expectation> data = candidates(plan);
    std::vector<quint64> present; // ascending
    for (size_t first = 0, count = 1; first < data.size(); first += count, count = batchChunks) {
        const auto begin = data.begin() + qsizetype(first);
        const std::vector<Expectation> batch(
            begin, begin + qsizetype(std::min(count, data.size() - first)));
        const auto wrong = verifier.check(batch);
        if (!wrong && wrong.failure().code == FailureCode::Cancelled)
            return wrong.failure();
        if (!wrong) // to be written is what may heal it
            break;
        for (const Expectation &each : batch) {
            if (std::ranges::none_of(
                    *wrong, [&](const Mismatch &m) { return m.expected.chunk == each.chunk; }))
                present.push_back(each.chunk);
        }
        // Chunks are written nearly in order: behind a gap there may be some more.
        if (wrong->size() * 2 > batch.size())
            break;
    }
    std::vector<quint64> missing;
    std::ranges::set_difference(plan.data, present, std::back_inserter(missing));
    return missing;
}

} // namespace netclient
