// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/deploy_engine.h"

#include "netclient/log.h"
#include "netclient/present_chunks.h"
#include "protocol/guarded.h"

#include <algorithm>
#include <cstring>

namespace netclient
{

using protocol::Failure;
using protocol::FailureCode;
using protocol::Phase;
using protocol::Result;
using protocol::Stage;
using namespace Qt::StringLiterals;

namespace
{

// The stage at which something failed is known best here, where the steps are.
Result<void> at(Stage stage, Result<void> step)
{
    if (step)
        return step;
    Failure failure = step.failure();
    failure.stage = stage;
    return failure;
}

qint64 bytesIn(const std::vector<Mismatch> &mismatches)
{
    qint64 bytes = 0;
    for (const Mismatch &mismatch : mismatches)
        bytes += mismatch.expected.length;
    return bytes;
}

// Of these DATA chunks, ascending.
qint64 dataBytes(const std::vector<Expectation> &checks, const std::vector<quint64> &chunks)
{
    qint64 bytes = 0;
    for (const Expectation &check : checks) {
        if (!check.isZero && std::ranges::binary_search(chunks, check.chunk))
            bytes += check.length;
    }
    return bytes;
}

} // namespace

DeployEngine::DeployEngine(JobContext context, imaging::BlockIo &device, FrameFetcher &fetcher,
                           const imaging::PackTail &tail, WritePlan plan)
    : m_context(context),
      m_plan(std::move(plan)),
      m_device(device),
      m_veiled(device),
      m_pipeline(context, m_veiled, fetcher, tail),
      m_verifier(context, m_veiled)
{
}

Result<Verified> DeployEngine::run()
{
    struct Part {
        Stage stage;
        Step (DeployEngine::*step)();
    };
    static constexpr Part parts[] = {
        {Stage::Wipe, &DeployEngine::wipe},     {Stage::Zero, &DeployEngine::zero},
        {Stage::Write, &DeployEngine::write},   {Stage::Flush, &DeployEngine::flush},
        {Stage::Verify, &DeployEngine::verify}, {Stage::Finish, &DeployEngine::finish},
    };
    for (const Part &part : parts) {
        if (m_context.stop.isStopped())
            return stopped(m_context.stop);
        const auto step = [&] { return (this->*part.step)(); };
        if (auto done = at(part.stage, protocol::guarded(step)); !done)
            return done.failure();
    }
    return m_verified;
}

// A device that does not take its first writes would keep the old table until the end. So the wipe
// is read back, still without the veil, before anything else is written.
Result<void> DeployEngine::wipe()
{
    const std::vector<Expectation> checks = zerosIn(m_plan.wipe);
    if (auto flushed = m_device.flush(); !flushed)
        return flushed;
    for (int again = 0;; ++again) {
        if (auto wiped = wipeOnce(); !wiped)
            return wiped;
        const auto bad = m_verifier.check(checks);
        if (!bad)
            return bad.failure();
        if (bad->empty())
            break;
        if (again == m_context.tuning().tries)
            return verifyMismatch(bad->front(), Stage::Wipe);
        m_verified.repairedChunks += again == 0 ? int(bad->size()) : 0;
    }
    m_veiled.veil(m_plan.veil);
    return {};
}

// Between wiping a table and wiping its copy one of them is alone: so they go at once, and what
// somebody left in the page cache has gone before.
Result<void> DeployEngine::wipeOnce()
{
    m_context.progress.begin(Phase::Wiping, 2 * totalBytes(m_plan.wipe)); // written and read
    qint64 longest = 0;
    for (const ByteExtent &extent : m_plan.wipe)
        longest = std::max(longest, extent.length);
    imaging::AlignedBuffer zeros{size_t(longest)};
    std::memset(zeros.data(), 0, zeros.size());
    std::vector<imaging::PlacedBytes> pieces;
    for (const ByteExtent &extent : m_plan.wipe)
        pieces.push_back({extent.offset, zeros.first(size_t(extent.length))});
    auto wiped = m_device.writeTogether(pieces);
    m_context.progress.add(totalBytes(m_plan.wipe));
    return wiped ? m_device.flush() : wiped;
}

Result<void> DeployEngine::zero()
{
    m_context.progress.begin(Phase::Zeroing, totalBytes(m_plan.zero));
    for (const ByteExtent &extent : sliced(m_plan.zero, m_context.tuning().zeroSliceBytes)) {
        if (auto done = m_device.zero(extent.offset, extent.length); !done)
            return done;
        m_context.progress.add(extent.length);
        if (m_context.stop.isStopped())
            return stopped(m_context.stop);
    }
    return {};
}

Result<void> DeployEngine::write()
{
    const qint64 bytes = dataBytes(m_plan.checks, m_plan.data);
    m_context.progress.begin(Phase::Writing, bytes);
    const auto missing = missingChunks(m_plan, m_verifier);
    if (!missing)
        return missing.failure();
    const qint64 present = bytes - dataBytes(m_plan.checks, *missing);
    m_context.progress.begin(Phase::Writing, bytes);
    m_context.progress.add(present);
    if (present > 0)
        logLine(u"%1 of %2 bytes of the image are on the device already"_s.arg(present).arg(bytes));
    return m_pipeline.write(*missing);
}

Result<void> DeployEngine::flush()
{
    m_context.progress.begin(Phase::Flushing, 0);
    return m_device.flush();
}

Result<void> DeployEngine::verify()
{
    auto bad = readBack(m_plan.checks);
    if (bad && std::ranges::any_of(*bad, [](const Mismatch &m) { return m.expected.isZero; }))
        bad = withAllZeros(std::move(*bad));
    return bad ? repairAll(std::move(*bad)) : bad.failure();
}

DeployEngine::Mismatches DeployEngine::readBack(const std::vector<Expectation> &expectations)
{
    m_context.progress.begin(Phase::Verifying, totalBytes(expectations));
    auto bad = m_verifier.check(expectations);
    if (bad)
        m_verified.bytes += totalBytes(expectations);
    return bad;
}

// A sample that is not zero says that the device's zeroing is worth nothing: what was not sampled
// is as doubtful.
DeployEngine::Mismatches DeployEngine::withAllZeros(std::vector<Mismatch> bad)
{
    auto zeros = readBack(allZeros(m_plan));
    if (!zeros)
        return zeros;
    const auto offset = [](const Mismatch &mismatch) { return mismatch.expected.offset; };
    bad.insert(bad.end(), zeros->begin(), zeros->end());
    std::ranges::sort(bad, {}, offset);
    const auto twice = std::ranges::unique(bad, {}, offset);
    bad.erase(twice.begin(), twice.end());
    return bad;
}

// What makes the device bootable, and the proof that it is right; without that proof it is taken
// back.
Result<void> DeployEngine::finish()
{
    for (int again = 0;; ++again) {
        const auto bad = protocol::guarded([this] { return unveil(); });
        if (bad && bad->empty())
            return {};
        makeUnbootable();
        if (!bad)
            return bad.failure();
        if (again == m_context.tuning().tries)
            return verifyMismatch(bad->front(), Stage::Finish);
        m_verified.repairedChunks += again == 0 ? int(bad->size()) : 0;
        if (auto veiled = veilAgain(); !veiled)
            return veiled;
    }
}

DeployEngine::Mismatches DeployEngine::unveil()
{
    m_context.progress.begin(Phase::Finishing, totalBytes(m_plan.veiledChecks));
    if (auto written = m_veiled.unveil(m_plan.unveil); !written)
        return written.failure();
    if (auto flushed = m_device.flush(); !flushed)
        return flushed.failure();
    return m_verifier.check(m_plan.veiledChecks);
}

Result<void> DeployEngine::veilAgain()
{
    m_veiled.veil(m_plan.veil);
    std::vector<quint64> chunks;
    for (const Expectation &expectation : m_plan.veiledChecks) {
        if (!expectation.isZero)
            chunks.push_back(expectation.chunk);
    }
    return m_pipeline.write(chunks);
}

Result<void> DeployEngine::repairAll(std::vector<Mismatch> bad)
{
    m_verified.repairedChunks += int(bad.size());
    for (int attempt = 0; attempt < m_context.tuning().tries && !bad.empty(); ++attempt) {
        if (auto repaired = repair(bad); !repaired)
            return repaired;
        std::vector<Expectation> again;
        for (const Mismatch &mismatch : bad)
            again.push_back(mismatch.expected);
        auto still = m_verifier.check(again);
        if (!still)
            return still.failure();
        bad = std::move(*still);
    }
    return bad.empty() ? Result<void>{} : verifyMismatch(bad.front(), Stage::Verify);
}

Result<void> DeployEngine::repair(const std::vector<Mismatch> &mismatches)
{
    m_context.progress.begin(Phase::Repairing, 2 * bytesIn(mismatches)); // written and read again
    std::vector<quint64> chunks;
    for (const Mismatch &mismatch : mismatches) {
        if (m_context.stop.isStopped())
            return stopped(m_context.stop);
        if (!mismatch.expected.isZero)
            chunks.push_back(mismatch.expected.chunk);
        else if (auto done = writeZeros(mismatch.expected); !done)
            return done;
    }
    if (auto done = m_pipeline.write(chunks); !done)
        return done;
    return m_device.flush();
}

// By hand: the device has just shown what its own zeroing is worth.
Result<void> DeployEngine::writeZeros(const Expectation &expectation)
{
    imaging::AlignedBuffer zeros(expectation.length);
    std::memset(zeros.data(), 0, zeros.size());
    m_context.progress.add(expectation.length);
    return m_veiled.write(expectation.offset, zeros.first(expectation.length));
}

// Best effort: what led here may be a device that takes no more writes.
void DeployEngine::makeUnbootable()
{
    for (const ByteExtent &extent : m_plan.wipe)
        (void)m_device.zero(extent.offset, extent.length);
    (void)m_device.flush();
}

} // namespace netclient
