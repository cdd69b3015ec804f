// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/device_verifier.h"

#include "fake_station.h"
#include "memory_device.h"

#include <QTest>

#include <thread>

using imaging::chunkBytes;
using netclient::DeviceVerifier;
using netclient::Expectation;
using netclient::StopReason;
using netclient::StopSource;
using protocol::FailureCode;
using protocol::Result;
using testing::MemoryDevice;

namespace
{

constexpr int chunks = 24;

// What everybody needs, and a device whose every chunk holds its own bytes.
struct Bench {
    StopSource stop;
    netclient::Progress progress;
    imaging::WorkerPool pool{2};
    netclient::StationLink link{
        *transport::Endpoint::parse(u"http://127.0.0.1:1"_qs, 1), testing::testFacts(), {}};
    MemoryDevice device{qint64(chunks) * chunkBytes};
    std::vector<Expectation> expectations;

    Bench()
    {
        for (quint64 chunk = 0; chunk < chunks; ++chunk) {
            const qint64 offset = qint64(chunk) * chunkBytes;
            const auto bytes = std::span(device.bytes()).subspan(size_t(offset), chunkBytes);
            std::ranges::fill(bytes, std::byte(chunk));
            expectations.push_back(
                {offset, chunkBytes, chunk == 0, chunk, imaging::Sha256::of(bytes)});
        }
        progress.begin(protocol::Phase::Verifying, device.size());
    }

    auto check(imaging::BlockIo &of)
    {
        return DeviceVerifier({link, stop, progress, pool}, of).check(expectations);
    }
};

// Holds the first two reads until both have come, or that takes too long.
class MeetingDevice final : public imaging::BlockIo
{
public:
    explicit MeetingDevice(MemoryDevice &device) : m_device(device) {}

    // Called with the offset of each read, several at once, when two have met. Set before use.
    std::function<void(qint64)> met = [](qint64) {};

    [[nodiscard]] bool hadToWaitInVain() const { return m_inVain; }

    [[nodiscard]] QString path() const override { return m_device.path(); }
    [[nodiscard]] qint64 size() const override { return m_device.size(); }
    [[nodiscard]] int logicalBlockSize() const override { return m_device.logicalBlockSize(); }
    Result<void> read(qint64 offset, std::span<std::byte> buffer) override
    {
        {
            std::unique_lock lock(m_mutex);
            ++m_came;
            m_changed.notify_all();
            if (!m_changed.wait_for(lock, std::chrono::seconds(60), [this] { return m_came > 1; }))
                m_inVain = true;
        }
        met(offset);
        return m_device.read(offset, buffer);
    }
    Result<void> write(qint64 offset, std::span<const std::byte> buffer) override
    {
        return m_device.write(offset, buffer);
    }
    Result<void> zero(qint64 offset, qint64 length) override
    {
        return m_device.zero(offset, length);
    }
    Result<void> flush() override { return m_device.flush(); }
    Result<void> dropCache() override { return m_device.dropCache(); }

private:
    MemoryDevice &m_device;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    int m_came = 0;
    std::atomic<bool> m_inVain = false;
};

} // namespace

class TestDeviceVerifier : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void findsWhatIsWrong()
    {
        Bench bench;
        for (const int chunk : {0, 7, 8, chunks - 1})
            bench.device.bytes()[size_t(chunk) * chunkBytes + 4711] = std::byte{0x5a};
        const auto wrong = bench.check(bench.device);
        QVERIFY(wrong.ok());
        QList<quint64> found;
        for (const auto &mismatch : *wrong)
            found << mismatch.expected.chunk;
        QCOMPARE(found, (QList<quint64>{0, 7, 8, chunks - 1}));
        const auto bytes = std::span(bench.device.bytes()).subspan(7 * chunkBytes, chunkBytes);
        QVERIFY((*wrong)[1].found == imaging::Sha256::of(bytes));
        QCOMPARE(bench.progress.state().done, bench.device.size());
        QCOMPARE(bench.device.misuse(), QString());
    }

    // The storage is never without an order.
    void readsTwoAtOnce()
    {
        Bench bench;
        MeetingDevice device(bench.device);
        const auto wrong = bench.check(device);
        QVERIFY(wrong.ok());
        QVERIFY(wrong->empty());
        QVERIFY(!device.hadToWaitInVain());
    }

    // Whichever of two answers first: what is told does not depend on chance.
    void firstUnreadableCounts()
    {
        Bench bench;
        bench.device.before = [](const MemoryDevice::Call &) { return MemoryDevice::Fate::Failed; };
        MeetingDevice device(bench.device);
        device.met = [](qint64 offset) {
            if (offset == 0) // the other fails before
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
        };
        const auto wrong = bench.check(device);
        QVERIFY(!wrong.ok());
        QCOMPARE(wrong.failure().code, FailureCode::DeviceReadError);
        QCOMPARE(wrong.failure().detail, u"memory: byte 0"_qs);
        QCOMPARE(bench.progress.state().done, 0);
    }

    void endsAtAFailure()
    {
        Bench bench;
        std::atomic<int> reads = 0;
        bench.device.before = [&](const MemoryDevice::Call &) {
            const int number = reads++;
            if (number > 3) // time for the other thread to say that it failed
                std::this_thread::sleep_for(std::chrono::milliseconds(100));
            return number == 3 ? MemoryDevice::Fate::Failed : MemoryDevice::Fate::Done;
        };
        QVERIFY(!bench.check(bench.device).ok());
        QVERIFY2(reads < chunks, qPrintable(QString::number(reads)));
    }

    void stops()
    {
        Bench bench;
        std::atomic<int> reads = 0;
        bench.device.before = [&](const MemoryDevice::Call &) {
            if (++reads == 5)
                bench.stop.stop(StopReason::JobOver);
            return MemoryDevice::Fate::Done;
        };
        const auto wrong = bench.check(bench.device);
        QVERIFY(!wrong.ok());
        QCOMPARE(wrong.failure().code, FailureCode::Cancelled);
        QVERIFY2(reads <= 6, qPrintable(QString::number(reads)));
    }

    // All was read when the stop came: the answer is known, and who asked decides.
    void aStopAtTheEndChangesNothing()
    {
        Bench bench;
        bench.device.before = [&](const MemoryDevice::Call &call) {
            if (call.offset == qint64(chunks - 1) * chunkBytes)
                bench.stop.stop(StopReason::JobOver);
            return MemoryDevice::Fate::Done;
        };
        const auto wrong = bench.check(bench.device);
        QVERIFY(wrong.ok());
        QVERIFY(wrong->empty());
    }
};

QTEST_GUILESS_MAIN(TestDeviceVerifier)
#include "tst_device_verifier.moc"
