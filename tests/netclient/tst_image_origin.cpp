// SPDX-License-Identifier: GPL-3.0-or-later
// A deploy whose pack lies at another server, too: whatever that one does, the device ends up
// right, and the technician hears of it.
#include "netclient/deploy_bench.h"

using namespace bench;
using namespace Qt::StringLiterals;
using imaging::PackTail;
using std::chrono::milliseconds;

namespace
{

struct OriginBench : Bench {
    FakeStation origin; // another one of it does well as a server of files
    QString note;

    explicit OriginBench(const Bytes &image) : Bench(image)
    {
        origin.pack = station.pack;
        nameOrigin(u"http://127.0.0.1:%1"_s.arg(origin.endpoint().port));
    }
    void nameOrigin(const QString &server)
    {
        action.originUrl = server + QLatin1StringView(packPath);
        action.originMapOffset = station.pack.tail.tailOffset();
        action.originSize = station.pack.bytes.size();
    }
    Result<DeployProof> deploy(MemoryDevice &device)
    {
        DeployJob job(JobContext{*link, stop, progress, pool}, action, device);
        auto proof = job.run();
        note = job.note();
        return proof;
    }
    // That the image came to the device by these servers, and what was said about it.
    void checkDeployed(const Bytes &image, const QString &said)
    {
        MemoryDevice device(qint64(image.size()));
        fillWithOldDisk(device);
        const auto proof = deploy(device);
        QVERIFY2(proof.ok(), proof.ok() ? "" : qPrintable(proof.failure().detail));
        QCOMPARE(proof->imageIdentity, station.pack.identity);
        QVERIFY(holds(device, image));
        QVERIFY2(note.contains(said) && note.isEmpty() == said.isEmpty(), qPrintable(note));
        QVERIFY(said.isEmpty() || note.endsWith("; the rest came from the station"_L1));
    }
    [[nodiscard]] int asked() const { return origin.requests(packPath); }
    [[nodiscard]] qint64 fromStation() const { return station.packBytesSent(); }
    void waitShortly()
    {
        netclient::Tuning tuning = quickTuning();
        tuning.ioTimeout = milliseconds(1000);
        useTuning(tuning);
    }
};

// More than one run.
const std::string pattern = "d0tdd" + std::string(40, 'd') + "0td";

} // namespace

class TestImageOrigin : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void servesItAll()
    {
        const Bytes image = makeImage(pattern, 512);
        OriginBench bench(image);
        std::atomic<int> secrets = 0;
        bench.origin.react = [&](const Request &request) -> Reaction {
            secrets += request.head.authorization.isEmpty() ? 0 : 1;
            return {};
        };
        bench.checkDeployed(image, {});
        QCOMPARE(bench.fromStation(), 0);
        QCOMPARE(bench.station.requests("/transfer/t/map"), 0);
        QCOMPARE(secrets, 0);
        QCOMPARE(bench.origin.connections(), 1);
    }

    void failsForGood_data()
    {
        QTest::addColumn<Reaction>("reaction");
        QTest::addColumn<int>("from"); // request; 0 asks for the map
        QTest::addColumn<int>("tries");
        QTest::addColumn<QString>("said");
        const auto status = [](int code) { return Reaction{Kind::Status, 0, code}; };
        const auto refuse = [](FailureCode code) { return Reaction{Kind::Refuse, 0, 0, code}; };
        QTest::newRow("404") << status(404) << 0 << 1 << u"refused: HTTP status 404"_s;
        QTest::newRow("403 later") << status(403) << 1 << 1 << u"refused: HTTP status 403"_s;
        QTest::newRow("401") << status(401) << 1 << 1 << u"HTTP status 401"_s;
        QTest::newRow("416") << status(416) << 1 << 1 << u"HTTP status 416"_s;
        QTest::newRow("whole file") << status(200) << 1 << 1 << u"got status 200"_s;
        QTest::newRow("redirect") << status(302) << 1 << 1 << u"HTTP status 302"_s;
        QTest::newRow("503 for ever") << status(503) << 1 << 3 << u"HTTP status 503"_s;
        // Its words are not the station's.
        QTest::newRow("unknown job")
            << refuse(FailureCode::UnknownJob) << 1 << 1 << u"HTTP status 404"_s;
        QTest::newRow("storage full")
            << refuse(FailureCode::StorageFull) << 1 << 3 << u"HTTP status 507"_s;
        // On a connection that was kept, the first one is sent twice.
        QTest::newRow("drops") << Reaction{Kind::Drop} << 1 << 4 << u"was not reachable"_s;
        QTest::newRow("cuts map") << Reaction{Kind::CutAfter, 40} << 0 << 3
                                  << u"was not reachable"_s;
        QTest::newRow("cuts") << Reaction{Kind::CutAfter, 1000} << 1 << 3 << u"was not reachable"_s;
        QTest::newRow("cuts after frames")
            << Reaction{Kind::CutAfter, 3 * mib} << 1 << 3 << u"was not reachable"_s;
        QTest::newRow("stalls at map")
            << Reaction{Kind::StallAfter, 40} << 0 << 2 << u"was too slow"_s;
        QTest::newRow("stalls") << Reaction{Kind::StallAfter, 3 * mib} << 1 << 2
                                << u"was too slow"_s;
        QTest::newRow("wrong map")
            << Reaction{Kind::FlipAt, 60} << 0 << 1 << u"has something else"_s;
        QTest::newRow("wrong chunk 0")
            << Reaction{Kind::FlipAt, 4000} << 1 << 0 << u"has wrong bytes in chunk 0"_s;
        QTest::newRow("wrong frame's head")
            << Reaction{Kind::FlipAt, 0} << 1 << 0 << u"has wrong bytes in chunk 0"_s;
        QTest::newRow("wrong in the middle")
            << Reaction{Kind::FlipAt, 5 * mib} << 2 << 0 << u"has wrong bytes in chunk 3"_s;
    }

    // From the N-th request on always; what it does after it was left does not matter any more.
    void failsForGood()
    {
        QFETCH(Reaction, reaction);
        QFETCH(int, from);
        QFETCH(int, tries);
        QFETCH(QString, said);
        const Bytes image = makeImage(pattern, 512);
        OriginBench bench(image);
        if (reaction.kind == Kind::StallAfter)
            bench.waitShortly();
        bench.origin.react = [&](const Request &request) {
            return request.number < from ? Reaction{} : reaction;
        };
        bench.checkDeployed(image, said);
        QVERIFY(bench.fromStation() > mib);
        QVERIFY(tries == 0 || bench.asked() == from + tries);
        QVERIFY(bench.station.requests("/transfer/t/map") == 1);
    }

    // One that restarts in between is worth a second try.
    void troubleThatPasses()
    {
        const Bytes image = makeImage(pattern);
        OriginBench bench(image);
        bench.origin.react = [](const Request &request) -> Reaction {
            if (request.number == 0)
                return {Kind::Drop};
            if (request.number == 2)
                return {Kind::CutAfter, 2 * mib};
            return {};
        };
        bench.checkDeployed(image, {});
        // Asked twice whether it is there.
        QCOMPARE(bench.fromStation(), 2);
        QCOMPARE(bench.station.requests("/transfer/t/map"), 0);
    }

    void networkIsOut_data()
    {
        QTest::addColumn<int>("from"); // request; 0 asks for the map
        QTest::addColumn<Reaction>("reaction");
        QTest::newRow("at the map") << 0 << Reaction{Kind::Drop};
        QTest::newRow("later") << 1 << Reaction{Kind::CutAfter, 3 * mib};
        QTest::newRow("stands still") << 2 << Reaction{Kind::StallAfter, 3 * mib};
    }

    // That nobody answers is no failure of the origin, however long it takes: it is asked again.
    void networkIsOut()
    {
        QFETCH(int, from);
        QFETCH(Reaction, reaction);
        constexpr int asksInVain = 8;
        const Bytes image = makeImage(pattern, 512);
        OriginBench bench(image);
        if (reaction.kind == Kind::StallAfter)
            bench.waitShortly();
        std::atomic<bool> out = false;
        bench.origin.react = [&](const Request &request) -> Reaction {
            if (request.number != from)
                return {out ? Kind::Drop : Kind::Serve};
            out = true;
            return reaction;
        };
        bench.station.react = [&](const Request &request) -> Reaction {
            out = out && request.number < asksInVain;
            return {out ? Kind::Drop : Kind::Serve};
        };
        bench.checkDeployed(image, {});
        QCOMPARE(bench.station.requests(packPath), asksInVain + 1);
        QCOMPARE(bench.fromStation(), 1);
        QCOMPARE(bench.station.requests("/transfer/t/map"), 0);
    }

    // The job's end is not waited for then either.
    void isCancelledWhileTheNetworkIsOut()
    {
        OriginBench bench(makeImage("dddd"));
        bench.origin.react = [](const Request &request) -> Reaction {
            return {request.number == 0 ? Kind::Serve : Kind::Drop};
        };
        bench.station.react = [&](const Request &request) -> Reaction {
            if (request.number == 5)
                bench.stop.stop(StopReason::JobOver);
            return {Kind::Drop};
        };
        MemoryDevice device(4 * mib);
        const auto proof = bench.deploy(device);
        QVERIFY(!proof.ok());
        QCOMPARE(proof.failure().code, FailureCode::Cancelled);
        QVERIFY(bench.note.isEmpty());
    }

    // Dead for a while, it is not asked again in this job.
    void comesBack()
    {
        const Bytes image = makeImage(pattern);
        OriginBench bench(image);
        bench.origin.react = [](const Request &request) -> Reaction {
            return {request.number == 0 || request.number > 4 ? Kind::Serve : Kind::Drop};
        };
        bench.checkDeployed(image, u"was not reachable"_s);
        QCOMPARE(bench.asked(), 5); // the first that fails on a kept connection is sent twice
    }

    void isNotThere()
    {
        const Bytes image = makeImage("dd0d");
        OriginBench bench(image);
        quint16 port = 0;
        (void)listenLoopback(&port); // closed again: nobody listens
        bench.nameOrigin(u"http://127.0.0.1:%1"_s.arg(port));
        bench.checkDeployed(image, u"was not reachable: Connection refused"_s);
    }

    void cannotBeUsed_data()
    {
        QTest::addColumn<QString>("url");
        QTest::newRow("https") << u"https://127.0.0.1/x"_s;
        QTest::newRow("no host") << u"/x"_s;
        QTest::newRow("password") << u"http://u:p@127.0.0.1/x"_s;
        QTest::newRow("nonsense") << u"http://[/x"_s;
        QTest::newRow("no path") << u"http://127.0.0.1"_s;
    }

    void cannotBeUsed()
    {
        QFETCH(QString, url);
        const Bytes image = makeImage("d0");
        OriginBench bench(image);
        bench.action.originUrl = url;
        bench.checkDeployed(image, u"is not one for this client"_s);
    }

    void impossibleNumbers()
    {
        const Bytes image = makeImage("d0");
        OriginBench bench(image);
        bench.action.originMapOffset = bench.action.originSize;
        bench.checkDeployed(image, u"has a map from byte"_s);
        bench.action.originSize += qint64(1) << 40;
        bench.checkDeployed(image, u"has a map that is too long"_s);
        QCOMPARE(bench.asked(), 0);
    }

    // Another image lies there by that name; of another length, or, worse, of the same.
    void isStale()
    {
        const Bytes image = makeImage("d0dd");
        OriginBench longer(image);
        longer.origin.pack = makePack(makeImage("ddddd", 512, 7));
        longer.checkDeployed(image, u"refused: asked for bytes"_s);

        OriginBench shorter(image);
        shorter.origin.pack = makePack(makeImage("dd"));
        shorter.checkDeployed(image, u"refused: HTTP status 416"_s);

        OriginBench alike(image);
        alike.origin.pack = makePack(makeImage("d0dd", chunkBytes, 7));
        QCOMPARE(alike.origin.pack.bytes.size(), alike.station.pack.bytes.size());
        alike.checkDeployed(image, u"has something else: the map is that of image"_s);
        QCOMPARE(alike.asked(), 1);
    }

    // The map is right, but not where it says that the frames lie. The station's own table says it.
    void liesAboutFrames()
    {
        const Bytes image = makeImage("tdtdd");
        OriginBench bench(image);
        const TestPack &pack = bench.station.pack;
        std::vector<quint32> sizes;
        for (quint64 chunk = 0; chunk < pack.tail.map().count(); ++chunk)
            sizes.push_back(pack.tail.frameBytes(pack.tail.map().count() - 1 - chunk));
        bench.origin.pack.tail = PackTail(pack.tail.map(), sizes);
        bench.origin.pack.bytes =
            pack.bytes.first(pack.tail.tailOffset()) + bench.origin.pack.tail.serialize();
        QCOMPARE(bench.origin.pack.bytes.size(), pack.bytes.size());
        bench.checkDeployed(image, u"has wrong bytes in chunk"_s);
    }

    // Nothing in it is true but the map: only what is under way is fetched in vain.
    void servesNothingButLies()
    {
        const Bytes image = makeImage(std::string(60, 'd'));
        OriginBench bench(image);
        const qint64 frames = bench.station.pack.tail.tailOffset();
        for (qint64 at = 0; at < frames; at += 1000)
            bench.origin.pack.bytes[at] = char(bench.origin.pack.bytes[at] ^ 1);
        bench.checkDeployed(image, u"has wrong bytes in chunk"_s);
        QVERIFY(bench.asked() <= 3);
        QVERIFY(bench.origin.packBytesSent() < 40 * mib);
    }

    // The station's copy has its tries to itself.
    void bothErr()
    {
        const Bytes image = makeImage("dddd");
        OriginBench bench(image);
        bench.origin.react = [](const Request &request) -> Reaction {
            return {request.number == 1 ? Kind::FlipAt : Kind::Serve, 5000};
        };
        bench.station.react = [](const Request &request) -> Reaction {
            const bool frames = request.path == packPath;
            return {frames && request.number < 2 ? Kind::FlipAt : Kind::Serve, 5000};
        };
        bench.checkDeployed(image, u"has wrong bytes in chunk 0"_s);
    }

    // The partition table is looked at before anything is written.
    void errsAboutThePartitionTable()
    {
        Bytes image = makeImage("dd00");
        addMbr(image, 2048, 2 * 2048); // says where it may be cut
        OriginBench bench(image);
        bench.origin.react = [](const Request &request) -> Reaction {
            return {request.number == 1 ? Kind::FlipAt : Kind::Serve, 5000};
        };
        MemoryDevice device(3 * mib);
        fillWithOldDisk(device);
        const auto proof = bench.deploy(device);
        QVERIFY2(proof.ok(), proof.ok() ? "" : qPrintable(proof.failure().detail));
        QVERIFY(std::ranges::equal(device.bytes(), std::span(image).first(size_t(3 * mib))));
        QVERIFY(bench.note.contains("wrong bytes in chunk 0"_L1));
    }

    // A byte now and then is no service either.
    void trickles()
    {
        const Bytes image = makeImage("d0d");
        OriginBench bench(image);
        bench.waitShortly();
        RawPeer peer([&](transport::Socket &socket, int) {
            readUntil(socket, "\r\n\r\n");
            const qint64 first = bench.action.originMapOffset;
            const qint64 size = bench.action.originSize;
            sendText(socket, u"HTTP/1.1 206 Partial Content\r\nContent-Length: %1\r\n"
                             "Content-Range: bytes %2-%3/%4\r\n\r\n"_s.arg(size - first)
                                 .arg(first)
                                 .arg(size - 1)
                                 .arg(size)
                                 .toStdString());
            const QByteArray tail = bench.station.pack.bytes.sliced(first);
            boost::system::error_code error;
            for (qsizetype at = 0; at < tail.size() && !error; ++at) {
                std::this_thread::sleep_for(milliseconds(20));
                socket.write(bytesOf({tail.constData() + at, 1}), error);
            }
        });
        bench.nameOrigin(u"http://127.0.0.1:%1"_s.arg(peer.port()));
        bench.checkDeployed(image, u"was too slow"_s);
    }

    // The job's end is not waited for.
    void isCancelledMeanwhile()
    {
        OriginBench bench(makeImage("dddd"));
        bench.origin.react = [&](const Request &request) -> Reaction {
            return {request.number == 0 ? Kind::Serve : Kind::StallAfter, 1000};
        };
        MemoryDevice device(4 * mib);
        std::jthread interrupter([&] {
            while (bench.asked() < 2)
                std::this_thread::yield();
            bench.stop.stop(StopReason::JobOver);
        });
        QElapsedTimer timer;
        timer.start();
        const auto proof = bench.deploy(device);
        QVERIFY(!proof.ok());
        QCOMPARE(proof.failure().code, FailureCode::Cancelled);
        QVERIFY(timer.elapsed() < 10'000); // not the 20 s of the time-out
        QVERIFY(bench.note.isEmpty());
        QCOMPARE(bench.fromStation(), 0);
    }

    // What is on the device already is not fetched again, from nowhere.
    void goesOnAfterAnInterruption()
    {
        const Bytes image = makeImage(pattern);
        OriginBench bench(image);
        MemoryDevice device(qint64(image.size()));
        fillWithOldDisk(device);
        std::atomic<int> written = 0;
        device.after = [&](const MemoryDevice::Call &call, Bytes &) {
            if (call.operation == Operation::Write && ++written == 30)
                bench.stop.stop(StopReason::Interrupted);
        };
        QVERIFY(!bench.deploy(device).ok());
        device.after = nullptr;
        // What the interrupted job had asked for ahead is counted by the server's own thread.
        QTRY_VERIFY(bench.origin.isIdle());
        const qint64 before = bench.origin.packBytesSent();
        StopSource again;
        DeployJob job(JobContext{*bench.link, again, bench.progress, bench.pool}, bench.action,
                      device);
        QVERIFY(job.run().ok());
        QVERIFY(holds(device, image));
        QVERIFY(bench.origin.packBytesSent() - before < bench.action.originSize - 20 * mib);
        QCOMPARE(bench.fromStation(), 0);
        QVERIFY(job.note().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestImageOrigin)
#include "tst_image_origin.moc"
