// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/device_verifier.h"

#include "fake_station.h"
#include "memory_device.h"
#include "netclient/measured_device.h"
#include "netclient/veiled_device.h"

#include <QTemporaryFile>
#include <QTest>

#include <condition_variable>
#include <new>
#include <thread>

using imaging::chunkBytes;
using netclient::DeviceVerifier;
using netclient::Expectation;
using netclient::StopReason;
using netclient::StopSource;
using protocol::FailureCode;
using testing::MemoryDevice;
using Fate = MemoryDevice::Fate;
using Call = MemoryDevice::Call;
using namespace Qt::StringLiterals;

namespace
{

constexpr int chunks = 24;
constexpr int readers = 4;
constexpr qint64 lastOffset = qint64(chunks - 1) * chunkBytes;

// What everybody needs, and a device whose every chunk holds its own bytes.
struct Bench {
    StopSource stop;
    netclient::Progress progress;
    imaging::WorkerPool pool{2};
    netclient::StationLink link{
        *transport::Endpoint::parse(u"http://127.0.0.1:1"_s, 1), testing::testFacts(), {}};
    MemoryDevice device{qint64(chunks) * chunkBytes};
    std::vector<Expectation> expectations;

    Bench()
    {
        for (quint64 chunk = 0; chunk < chunks; ++chunk) {
            const auto bytes = bytesOf(chunk);
            std::ranges::fill(bytes, std::byte(chunk));
            expectations.push_back({qint64(chunk * chunkBytes), chunkBytes, chunk == 0, chunk,
                                    imaging::Sha256::of(bytes)});
        }
        progress.begin(protocol::Phase::Verifying, device.size());
    }

    std::span<std::byte> bytesOf(quint64 chunk)
    {
        return std::span(device.bytes()).subspan(size_t(chunk * chunkBytes), chunkBytes);
    }

    auto check(imaging::BlockIo &of)
    {
        return DeviceVerifier({link, stop, progress, pool}, of).check(expectations);
    }
    auto check() { return check(device); }
};

// Holds who comes until all readers have come, or that takes too long.
class Meeting
{
public:
    void come()
    {
        std::unique_lock lock(m_mutex);
        ++m_came;
        m_changed.notify_all();
        const auto known = [this] { return m_came >= readers || m_inVain; };
        m_inVain |= !m_changed.wait_for(lock, std::chrono::seconds(30), known);
    }
    [[nodiscard]] bool cameAbout() const { return m_came >= readers && !m_inVain; }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    int m_came = 0;
    bool m_inVain = false;
};

} // namespace

class TestDeviceVerifier : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void findsWhatIsWrongInOrder()
    {
        Bench bench;
        QList<quint64> changed;
        for (quint64 chunk = 0; chunk < chunks; chunk += chunk == 7 ? 2 : 1) { // all but 8
            bench.bytesOf(chunk)[4711] = std::byte{0x5a};
            changed << chunk;
        }
        const auto wrong = bench.check();
        QVERIFY(wrong.ok());
        QList<quint64> found;
        for (const auto &mismatch : *wrong) {
            found << mismatch.expected.chunk;
            QVERIFY(mismatch.found == imaging::Sha256::of(bench.bytesOf(found.back())));
        }
        QCOMPARE(found, changed);
        QCOMPARE(bench.progress.state().done, bench.device.size());
        QCOMPARE(bench.device.misuse(), QString());
    }

    void readsSeveralAtOnce()
    {
        Bench bench;
        Meeting meeting;
        bench.device.onRead = [&](qint64) { meeting.come(); };
        const auto wrong = bench.check();
        QVERIFY(wrong.ok());
        QVERIFY(wrong->empty());
        QVERIFY(meeting.cameAbout());
    }

    // As in a deploy: through all layers, from a file, by several threads.
    void readsThroughTheLayers()
    {
        Bench bench;
        bench.bytesOf(0)[0] = std::byte{0x5a}; // behind the veil
        bench.bytesOf(5)[0] = std::byte{0x5a};
        QTemporaryFile file;
        QVERIFY(file.open());
        QCOMPARE(file.write(reinterpret_cast<const char *>(bench.device.bytes().data()),
                            bench.device.size()),
                 bench.device.size());
        QVERIFY(file.flush());
        auto opened = imaging::openBlockDevice(file.fileName(), imaging::DeviceAccess::ReadWrite);
        QVERIFY(opened.ok());
        netclient::MeasuredDevice measured(**opened, bench.progress.storage());
        netclient::VeiledDevice veiled(measured);
        veiled.veil({{0, chunkBytes}, {lastOffset + 4096, 4096}});
        const auto wrong = bench.check(veiled);
        QVERIFY(wrong.ok());
        QCOMPARE(wrong->size(), size_t(2));
        QCOMPARE(wrong->front().expected.chunk, quint64(5));
        QCOMPARE(wrong->back().expected.chunk, quint64(chunks - 1));
    }

    // Whichever answers first: what is told does not depend on chance.
    void firstUnreadableCounts_data()
    {
        QTest::addColumn<bool>("comesLast");
        QTest::newRow("it fails last") << true;
        QTest::newRow("it fails first") << false;
    }
    void firstUnreadableCounts()
    {
        QFETCH(const bool, comesLast);
        Bench bench;
        Meeting meeting;
        bench.device.onRead = [&](qint64 offset) {
            meeting.come();
            if ((offset == 0) == comesLast)
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
        };
        bench.device.before = [](const Call &) { return Fate::Failed; };
        const auto wrong = bench.check();
        QVERIFY(!wrong.ok());
        QCOMPARE(wrong.failure().code, FailureCode::DeviceReadError);
        QCOMPARE(wrong.failure().detail, u"memory: byte 0"_s);
        QCOMPARE(bench.progress.state().done, 0);
        QVERIFY(meeting.cameAbout());
    }

    // On a thread of its own, where it would end the program.
    void whatIsThrownIsTheJobsFailure()
    {
        Bench bench;
        bench.device.onRead = [](qint64 offset) {
            if (offset == 5 * chunkBytes)
                throw std::bad_alloc();
        };
        const auto wrong = bench.check();
        QVERIFY(!wrong.ok());
        QCOMPARE(wrong.failure().code, FailureCode::Internal);
        QCOMPARE(wrong.failure().detail, u"exception: std::bad_alloc"_s);
        bench.device.onRead = {};
        QVERIFY(bench.check().ok()); // all buffers are back
    }

    void endsAtAFailure()
    {
        Bench bench;
        int reads = 0;
        bench.device.before = [&](const Call &) { return ++reads > 3 ? Fate::Failed : Fate::Done; };
        QVERIFY(!bench.check().ok());
        QVERIFY2(reads <= 3 + readers, qPrintable(QString::number(reads))); // each may have met one
    }

    void stops()
    {
        Bench bench;
        int reads = 0;
        bench.device.before = [&](const Call &) {
            if (++reads == 5)
                bench.stop.stop(StopReason::JobOver);
            return Fate::Done;
        };
        const auto wrong = bench.check();
        QVERIFY(!wrong.ok());
        QCOMPARE(wrong.failure().code, FailureCode::Cancelled);
        QVERIFY2(reads < 5 + readers,
                 qPrintable(QString::number(reads))); // the others' were under way
    }

    // All was read when the stop came: the answer is known, and who asked decides.
    void aStopAtTheEndChangesNothing()
    {
        Bench bench;
        bench.device.before = [&](const Call &call) {
            if (call.offset == lastOffset)
                bench.stop.stop(StopReason::JobOver);
            return Fate::Done;
        };
        const auto wrong = bench.check();
        QVERIFY(wrong.ok());
        QVERIFY(wrong->empty());
    }
};

QTEST_GUILESS_MAIN(TestDeviceVerifier)
#include "tst_device_verifier.moc"
