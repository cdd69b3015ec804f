// SPDX-License-Identifier: GPL-3.0-or-later
// A deploy after one that was interrupted: what is on the device is not fetched again.
#include "netclient/deploy_bench.h"

using namespace bench;

namespace
{

constexpr int chunks = 100;
constexpr qint64 mostAgain = 64 * mib; // of the image, sent a second time

// Made once: it takes longer than all the rest.
const Bytes &wholeImage()
{
    static const Bytes image = makeImage(std::string(chunks, 'd'));
    return image;
}

const TestPack &wholePack()
{
    static const TestPack pack = makePack(wholeImage());
    return pack;
}

void fillWithOther(MemoryDevice &device)
{
    std::memset(device.bytes().data(), 0x5a, device.bytes().size());
    addGptMarks(device.bytes());
}

struct Interrupted {
    MemoryDevice device{chunks * mib};

    // Stopped at the `writes`-th write of a whole chunk, as by a kill: nothing is told or undone.
    explicit Interrupted(int writes)
    {
        fillWithOther(device);
        Bench bench(wholePack());
        int done = 0;
        device.before = [&](const MemoryDevice::Call &call) {
            if (call.operation != Operation::Write || call.length != mib)
                return Fate::Done;
            if (++done < writes)
                return Fate::Done;
            bench.stop.stop(StopReason::Interrupted);
            return done == writes ? Fate::Torn : Fate::Failed;
        };
        ended = bench.run(device).ok();
        device.before = nullptr;
    }

    bool ended = false;
};

} // namespace

class TestDeployResume : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void goesOnWhereItWas_data()
    {
        QTest::addColumn<int>("writes");
        QTest::newRow("at once") << 1;
        QTest::newRow("soon") << 5;
        QTest::newRow("in the middle") << 50;
        QTest::newRow("near the end") << 90;
    }

    void goesOnWhereItWas()
    {
        QFETCH(int, writes);
        Interrupted first(writes);
        QVERIFY(!first.ended);
        Bench bench(wholePack());
        const auto proof = bench.run(first.device);
        QVERIFY2(proof.ok(), proof.ok() ? "" : qPrintable(proof.failure().detail));
        QCOMPARE(first.device.misuse(), QString());
        QVERIFY(holds(first.device, wholeImage()));
        QCOMPARE(proof->verifiedBytes, chunks * mib); // all of it, not only what was sent
        const qint64 rest = (chunks - writes) * mib;
        QVERIFY2(bench.station.packBytesSent() <= rest + mostAgain,
                 qPrintable(QString::number(bench.station.packBytesSent())));
    }

    // Interrupted between the last chunk and the table: only the veiled chunks are fetched.
    void aWholeImageIsNotFetchedAgain()
    {
        MemoryDevice device(chunks * mib);
        fillWithOther(device);
        Bench first(wholePack());
        QVERIFY(first.run(device).ok());
        Bench second(wholePack());
        QVERIFY(second.run(device).ok());
        QVERIFY(holds(device, wholeImage()));
        QVERIFY2(second.station.packBytesSent() <= 4 * mib,
                 qPrintable(QString::number(second.station.packBytesSent())));
    }

    void aStrangeDeviceCostsOneChunk()
    {
        Bench bench(wholePack());
        MemoryDevice device(chunks * mib);
        fillWithOther(device);
        qint64 readBefore = 0;
        bool written = false;
        device.before = [&](const MemoryDevice::Call &call) {
            const bool image = call.operation == Operation::Write && call.length == mib &&
                               call.offset > 0 && call.offset < (chunks - 1) * mib;
            written = written || image;
            if (call.operation == Operation::Read && !written)
                readBefore += call.length;
            return Fate::Done;
        };
        QVERIFY(bench.run(device).ok());
        QVERIFY2(readBefore <= 3 * mib, qPrintable(QString::number(readBefore)));
    }

    // What is there is believed only after it was read, chunk by chunk.
    void writesWhatIsWrongInBetween()
    {
        Interrupted first(80);
        const qint64 wrong = 40 * mib;
        first.device.bytes()[size_t(wrong)] ^= std::byte(1);
        QList<qint64> offsets;
        first.device.after = [&](const MemoryDevice::Call &call, Bytes &) {
            if (call.operation == Operation::Write && call.length == mib)
                offsets << call.offset;
        };
        Bench bench(wholePack());
        const auto proof = bench.run(first.device);
        QVERIFY(proof.ok());
        QCOMPARE(proof->repairedChunks, 0);
        QVERIFY(holds(first.device, wholeImage()));
        QVERIFY(offsets.contains(wrong));
        QVERIFY(!offsets.contains(39 * mib));
        QVERIFY(!offsets.contains(41 * mib));
    }

    // A sector that cannot be read may be healed by being written.
    void writesWhatCannotBeRead()
    {
        Interrupted first(80);
        const qint64 bad = 40 * mib;
        bool healed = false;
        first.device.before = [&](const MemoryDevice::Call &call) {
            if (call.offset > bad || call.offset + call.length <= bad)
                return Fate::Done;
            healed = healed || call.operation == Operation::Write;
            return call.operation == Operation::Read && !healed ? Fate::Failed : Fate::Done;
        };
        Bench bench(wholePack());
        QVERIFY(bench.run(first.device).ok());
        QVERIFY(holds(first.device, wholeImage()));
    }

    void canBeStoppedMeanwhile()
    {
        Interrupted first(80);
        Bench bench(wholePack());
        first.device.before = [&](const MemoryDevice::Call &call) {
            if (call.operation == Operation::Read && call.offset == 50 * mib)
                bench.stop.stop(StopReason::JobOver);
            return Fate::Done;
        };
        const auto proof = bench.run(first.device);
        QVERIFY(!proof.ok());
        QCOMPARE(proof.failure().code, FailureCode::Cancelled);
        QVERIFY(!hasMark(first.device.bytes(), 512));
    }
};

QTEST_GUILESS_MAIN(TestDeployResume)
#include "tst_deploy_resume.moc"
