// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/device_verifier.h"

#include "imaging/chunk_codec.h"
#include "netclient/station_requests.h"
#include "protocol/guarded.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace netclient
{

using imaging::chunkBytes;
using protocol::Result;
using namespace Qt::StringLiterals;

namespace
{

// Orders that the storage has at once: with one alone it waits for the next while the answer to
// the last is taken. 2.83 GiB of a virtual disk, two cores: with one 2.3 s, two 2.0 s, four 1.6 s.
constexpr size_t readerCount = 4;
// Read while others are compared.
constexpr size_t bufferCount = 8;

} // namespace

class DeviceVerifier::Pass
{
public:
    Pass(DeviceVerifier &verifier, const std::vector<Expectation> &expectations)
        : m_verifier(verifier), m_expectations(expectations)
    {
        for (size_t i = 0; i < bufferCount; ++i)
            m_free.push_back(verifier.m_memory.part(i, chunkBytes));
    }
    ~Pass() { waitForAll(); }

    Result<std::vector<Mismatch>> run()
    {
        {
            std::vector<std::jthread> readers;
            for (size_t i = 0; i < std::min(readerCount, m_expectations.size()); ++i)
                readers.emplace_back([this] { readAll(); });
        }
        waitForAll();
        if (m_failure)
            return *m_failure;
        if (m_next < m_expectations.size())
            return stopped(m_verifier.m_context.stop);
        std::ranges::sort(m_mismatches, {}, [](const Mismatch &m) { return m.expected.offset; });
        return std::move(m_mismatches);
    }

private:
    using Buffer = std::span<std::byte>; // of a chunk

    void readAll()
    {
        while (const Expectation *expectation = takeNext()) {
            if (auto read = readOne(*expectation); !read)
                fail(expectation->offset, read.failure());
        }
    }

    const Expectation *takeNext()
    {
        // Asked first: a stop calls back under its lock, which is never taken inside of ours.
        const bool isStopped = m_verifier.m_context.stop.isStopped();
        const std::lock_guard lock(m_mutex);
        if (m_failure || m_next == m_expectations.size() || isStopped)
            return nullptr;
        return &m_expectations[m_next++];
    }

    Result<void> readOne(const Expectation &expectation)
    {
        const Buffer buffer = takeFree();
        auto handedOn = protocol::guarded([&] { return readInto(buffer, expectation); });
        if (!handedOn)
            giveBack(buffer);
        return handedOn;
    }

    // The buffer is the pool's afterwards, unless this fails.
    Result<void> readInto(Buffer buffer, const Expectation &expectation)
    {
        const auto bytes = buffer.first(expectation.length);
        if (auto read = m_verifier.m_device.read(expectation.offset, bytes); !read)
            return read;
        m_verifier.m_context.progress.add(expectation.length);
        m_verifier.m_context.pool.submit([this, &expectation, buffer, bytes] {
            const auto done = protocol::guarded([&] { return compare(expectation, bytes); });
            if (!done)
                fail(expectation.offset, done.failure());
            giveBack(buffer);
        });
        return {};
    }

    // Of several that failed at once the first on the device counts.
    void fail(qint64 offset, const protocol::Failure &failure)
    {
        const std::lock_guard lock(m_mutex);
        if (m_failure && m_failedAt < offset)
            return;
        m_failure = failure;
        m_failedAt = offset;
    }

    Result<void> compare(const Expectation &expectation, std::span<const std::byte> bytes)
    {
        if (expectation.isZero && imaging::isZero(bytes))
            return {};
        const imaging::Digest found = imaging::Sha256::of(bytes);
        if (!expectation.isZero && found == expectation.digest)
            return {};
        const std::lock_guard lock(m_mutex);
        m_mismatches.push_back({expectation, found});
        return {};
    }

    Buffer takeFree()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return !m_free.empty(); });
        const Buffer buffer = m_free.back();
        m_free.pop_back();
        return buffer;
    }

    void giveBack(Buffer buffer)
    {
        const std::lock_guard lock(m_mutex);
        m_free.push_back(buffer);
        m_changed.notify_all();
    }

    void waitForAll()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_free.size() == bufferCount; });
    }

    DeviceVerifier &m_verifier;
    const std::vector<Expectation> &m_expectations;
    std::mutex m_mutex; // of all that follows
    std::condition_variable m_changed;
    std::vector<Buffer> m_free;
    size_t m_next = 0;
    std::vector<Mismatch> m_mismatches;
    std::optional<protocol::Failure> m_failure;
    qint64 m_failedAt = 0;
};

DeviceVerifier::DeviceVerifier(JobContext context, imaging::BlockIo &device)
    : m_context(context), m_device(device), m_memory(bufferCount * chunkBytes)
{
}

DeviceVerifier::~DeviceVerifier() = default;

Result<std::vector<Mismatch>> DeviceVerifier::check(const std::vector<Expectation> &expectations)
{
    if (auto dropped = m_device.dropCache(); !dropped)
        return dropped.failure();
    return Pass(*this, expectations).run();
}

protocol::Failure verifyMismatch(const Mismatch &mismatch, protocol::Stage stage)
{
    const Expectation &expected = mismatch.expected;
    const QString wanted = expected.isZero ? u"zeros"_s : imaging::toHex(expected.digest);
    return {protocol::FailureCode::VerifyMismatch, stage,
            u"chunk %1 at byte %2: expected %3, found %4; the eMMC may be worn"_s
                .arg(expected.offset / chunkBytes)
                .arg(expected.offset)
                .arg(wanted, imaging::toHex(mismatch.found))};
}

} // namespace netclient
