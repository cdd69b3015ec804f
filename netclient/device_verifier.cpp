// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/device_verifier.h"

#include "imaging/chunk_codec.h"
#include "netclient/station_requests.h"

#include <algorithm>

namespace netclient
{

using imaging::AlignedBuffer;
using imaging::chunkBytes;
using protocol::Result;
using namespace Qt::StringLiterals;

namespace
{

// Read while others are compared.
constexpr int bufferCount = 8;

} // namespace

class DeviceVerifier::Pass
{
public:
    explicit Pass(DeviceVerifier &verifier) : m_verifier(verifier)
    {
        for (AlignedBuffer &buffer : verifier.m_buffers)
            m_free.push_back(&buffer);
    }
    ~Pass() { waitForAll(); }

    Result<void> check(const Expectation &expectation)
    {
        AlignedBuffer *buffer = takeFree();
        const auto bytes = buffer->first(expectation.length);
        if (auto read = m_verifier.m_device.read(expectation.offset, bytes); !read) {
            giveBack(buffer);
            return read;
        }
        m_verifier.m_context.pool.submit([this, expectation, buffer, bytes] {
            compare(expectation, bytes);
            giveBack(buffer);
        });
        return {};
    }

    std::vector<Mismatch> finish()
    {
        waitForAll();
        std::ranges::sort(m_mismatches, {}, [](const Mismatch &m) { return m.expected.offset; });
        return std::move(m_mismatches);
    }

private:
    void compare(const Expectation &expectation, std::span<const std::byte> bytes)
    {
        if (expectation.isZero && imaging::isZero(bytes))
            return;
        const imaging::Digest found = imaging::Sha256::of(bytes);
        if (!expectation.isZero && found == expectation.digest)
            return;
        const std::lock_guard lock(m_mutex);
        m_mismatches.push_back({expectation, found});
    }

    AlignedBuffer *takeFree()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return !m_free.empty(); });
        AlignedBuffer *buffer = m_free.back();
        m_free.pop_back();
        return buffer;
    }

    void giveBack(AlignedBuffer *buffer)
    {
        const std::lock_guard lock(m_mutex);
        m_free.push_back(buffer);
        m_changed.notify_all();
    }

    void waitForAll()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_free.size() == m_verifier.m_buffers.size(); });
    }

    DeviceVerifier &m_verifier;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<AlignedBuffer *> m_free;
    std::vector<Mismatch> m_mismatches;
};

DeviceVerifier::DeviceVerifier(JobContext context, imaging::BlockIo &device)
    : m_context(context), m_device(device)
{
    for (int i = 0; i < bufferCount; ++i)
        m_buffers.emplace_back(chunkBytes);
}

DeviceVerifier::~DeviceVerifier() = default;

Result<std::vector<Mismatch>> DeviceVerifier::check(const std::vector<Expectation> &expectations)
{
    if (auto dropped = m_device.dropCache(); !dropped)
        return dropped.failure();
    Pass pass(*this);
    for (const Expectation &expectation : expectations) {
        if (m_context.stop.isStopped())
            return stopped(m_context.stop);
        if (auto checked = pass.check(expectation); !checked)
            return checked.failure();
        m_context.progress.add(expectation.length);
    }
    return pass.finish();
}

protocol::Failure verifyMismatch(const Mismatch &mismatch, protocol::Stage stage)
{
    const Expectation &expected = mismatch.expected;
    const QString wanted = expected.isZero ? u"zeros"_s : imaging::toHex(expected.digest);
    return {protocol::FailureCode::VerifyMismatch, stage,
            u"chunk %1 at byte %2: expected %3, found %4"_s.arg(expected.offset / chunkBytes)
                .arg(expected.offset)
                .arg(wanted, imaging::toHex(mismatch.found))};
}

} // namespace netclient
