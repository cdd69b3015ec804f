// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/raw_peer.h"

#include <QElapsedTimer>
#include <QTemporaryFile>
#include <QTest>

#include <csignal>
#include <cstring>

#include <sys/ioctl.h>

using namespace testing;
using namespace std::chrono_literals;
using boost::system::error_code;
using transport::Socket;

class TestSocket : public QObject
{
    Q_OBJECT

    static bool fillFile(QTemporaryFile &file, qint64 bytes)
    {
        return file.open() && file.write(QByteArray(bytes, 'x')) == bytes && file.flush();
    }

    static constexpr qint64 muchBytes = 64 * 1024 * 1024;

    // Writes until there is no more room; how many bytes, or -1.
    static qint64 fill(Socket &socket)
    {
        const std::vector<std::byte> much(muchBytes);
        qint64 written = 0;
        while (socket.waitWritable(50ms)) {
            error_code error;
            written += qint64(socket.writeSome(much, error));
            if (error)
                return -1;
        }
        return written;
    }

private Q_SLOTS:
    void initTestCase() { std::signal(SIGPIPE, SIG_IGN); }

    void connectsToNamesAndNumbers_data()
    {
        QTest::addColumn<QString>("host");
        QTest::newRow("v4") << QStringLiteral("127.0.0.1");
        QTest::newRow("name") << QStringLiteral("localhost");
    }

    void connectsToNamesAndNumbers()
    {
        QFETCH(QString, host);
        RawPeer peer([](Socket &socket, int) { sendText(socket, "hello"); });
        error_code error;
        Socket socket = Socket::connect(host, peer.port(), 5s, error);
        if (error == boost::system::errc::connection_refused)
            QSKIP("localhost is IPv6 only here");
        QVERIFY2(!error, error.message().c_str());
        QCOMPARE(readUntil(socket, "\n"), std::string("hello"));
    }

    void corkedPartsGoOutTogether()
    {
        // The kernel waits for 200 ms at most: what took this machine longer tells nothing.
        bool inTime = false;
        for (int attempt = 0; attempt < 100 && !inTime; ++attempt) {
            SocketPair pair;
            QElapsedTimer timer;
            timer.start();
            bool early = false;
            {
                const Socket::Cork cork(pair.near);
                sendText(pair.near, "head ");
                early = pair.far.waitReadable(20ms);
                sendText(pair.near, "body");
                early = pair.far.waitReadable(20ms) || early;
            }
            inTime = timer.elapsed() < 150;
            if (!inTime)
                continue;
            QVERIFY(!early);
            std::array<std::byte, 64> buffer;
            error_code error;
            QCOMPARE(pair.far.read(buffer, error), sizeof "head body" - 1); // at once
        }
        QVERIFY(inTime);
    }

    // Nobody reads at the other end: what is written there and here, in all.
    void writesNoMoreThanMayBeUnsent()
    {
        const auto room = [](int limit) {
            SocketPair pair;
            pair.near.limitUnsent(limit);
            pair.near.setTimeouts(5s, 50ms);
            const std::vector<std::byte> part(64 * 1024);
            size_t written = 0;
            error_code error;
            for (size_t some = 1; some > 0 && !error; written += some)
                some = pair.near.waitWritable(500ms) ? pair.near.writeSome(part, error) : 0;
            return written;
        };
        QVERIFY(room(128 * 1024) + 1024 * 1024 < room(0));
    }

    void refusesWithAnError()
    {
        quint16 port = 0;
        listenLoopback(&port).close();
        error_code error;
        QVERIFY(!Socket::connect(QStringLiteral("127.0.0.1"), port, 5s, error).isOpen());
        QCOMPARE(error, boost::system::errc::connection_refused);
    }

    void connectTimesOut()
    {
        // A full backlog: what comes after it is not answered.
        quint16 port = 0;
        const transport::Descriptor listener = listenLoopback(&port);
        QCOMPARE(::listen(listener.get(), 0), 0);
        std::vector<Socket> queued;
        error_code error;
        while (!error && queued.size() < 64)
            queued.push_back(Socket::connect(QStringLiteral("127.0.0.1"), port, 200ms, error));
        QCOMPARE(error, boost::system::errc::timed_out);
    }

    void connectIsCancelled()
    {
        quint16 port = 0;
        const transport::Descriptor listener = listenLoopback(&port);
        const std::atomic<bool> cancelled = true;
        error_code error;
        QVERIFY(
            !Socket::connect(QStringLiteral("127.0.0.1"), port, 20s, error, &cancelled).isOpen());
        QCOMPARE(error, boost::system::errc::operation_canceled);
    }

    void readTimesOut()
    {
        SocketPair pair;
        pair.near.setTimeouts(50ms, 50ms);
        std::byte byte{};
        error_code error;
        QCOMPARE(pair.near.read(std::span(&byte, 1), error), size_t(0));
        QCOMPARE(error, boost::system::errc::timed_out);
    }

    void writeTimesOutWhenThePeerDoesNotRead()
    {
        SocketPair pair;
        pair.near.setTimeouts(50ms, 50ms);
        const std::vector<std::byte> much(64 * 1024 * 1024);
        error_code error;
        pair.near.write(much, error);
        QCOMPARE(error, boost::system::errc::timed_out);
        QVERIFY(pair.near.unacknowledged() > 0);
    }

    // What counts is the bytes: the end of the stream, which waits behind them here, is none.
    void theEndIsNoByteToAcknowledge()
    {
        SocketPair pair;
        const qint64 written = fill(pair.near);
        QVERIFY(written > 0);
        const auto arrived = [&pair] {
            int bytes = 0;
            return ::ioctl(pair.far.descriptor(), FIONREAD, &bytes) == 0 ? qint64(bytes) : -1;
        };
        QTRY_COMPARE(pair.near.unacknowledged(), written - arrived());
        pair.near.shutdownSend();
        QTRY_COMPARE(pair.near.unacknowledged(), written - arrived());
        QVERIFY(pair.near.unacknowledged() > 0);
    }

    void writesWhatThereIsRoomFor()
    {
        SocketPair pair;
        error_code error;
        QVERIFY(pair.near.waitWritable(0ms));
        const qint64 sent = fill(pair.near);
        QVERIFY(sent > 0 && sent < muchBytes);
        std::vector<std::byte> there(size_t(sent), std::byte{});
        for (size_t got = 0; got < there.size();)
            got += pair.far.read(std::span(there).subspan(got), error);
        QVERIFY(pair.near.waitWritable(20s));
    }

    void brokenMeansBothWays()
    {
        std::byte byte{};
        error_code error;
        SocketPair halfClosed;
        QVERIFY(!halfClosed.near.isBroken());
        halfClosed.far.shutdownSend(); // a peer that has asked all it wants to ask
        QVERIFY(halfClosed.near.waitReadable(20s));
        QVERIFY(!halfClosed.near.isBroken());
        halfClosed.near.abort();
        QVERIFY(halfClosed.near.isBroken());
        QVERIFY(halfClosed.near.waitWritable(0ms)); // it fails at once
        QCOMPARE(halfClosed.near.writeSome(std::span(&byte, 1), error), size_t(0));
        QCOMPARE(error, boost::system::errc::broken_pipe);
        SocketPair reset;
        resetConnection(reset.far);
        QVERIFY(reset.near.isBroken());
    }

    void endOfStreamIsNoError()
    {
        SocketPair pair;
        pair.far.shutdownSend();
        std::byte byte{};
        error_code error;
        QCOMPARE(pair.near.read(std::span(&byte, 1), error), size_t(0));
        QVERIFY(!error);
    }

    void resetIsAnError()
    {
        SocketPair pair;
        resetConnection(pair.far);
        std::byte byte{};
        error_code error;
        QCOMPARE(pair.near.read(std::span(&byte, 1), error), size_t(0));
        QCOMPARE(error, boost::system::errc::connection_reset);
        pair.near.write(std::span(&byte, 1), error); // must not raise SIGPIPE
        QVERIFY(error);
    }

    void abortEndsABlockedRead()
    {
        SocketPair pair;
        std::atomic<bool> done = false;
        std::thread reader([&] {
            std::byte byte{};
            error_code error;
            (void)pair.near.read(std::span(&byte, 1), error);
            done = true;
        });
        pair.near.abort();
        QTRY_VERIFY(done);
        reader.join();
    }

    void sendsPartsOfAFile()
    {
        QTemporaryFile file;
        QVERIFY(file.open());
        QVERIFY(file.write("0123456789") == 10 && file.flush());
        SocketPair pair;
        qint64 sent = 0;
        error_code error;
        pair.near.sendFile(file.handle(), 3, 4, &sent, error);
        QVERIFY(!error);
        QCOMPARE(sent, 4);
        pair.near.shutdownSend();
        QCOMPARE(readUntil(pair.far, "\n"), std::string("3456"));
    }

    void sendFileTellsOfAShortFile()
    {
        QTemporaryFile file;
        QVERIFY(fillFile(file, 1000));
        SocketPair pair;
        qint64 sent = 0;
        error_code error;
        pair.near.sendFile(file.handle(), 500, 1000, &sent, error);
        QCOMPARE(error, boost::system::errc::io_error);
        QCOMPARE(sent, 500);
    }

    void sendFileCountsWhatWentOutBeforeATimeOut()
    {
        QTemporaryFile file;
        QVERIFY(fillFile(file, 64 * 1024 * 1024));
        SocketPair pair;
        pair.near.setTimeouts(50ms, 50ms);
        qint64 sent = 0;
        error_code error;
        pair.near.sendFile(file.handle(), 0, file.size(), &sent, error);
        QCOMPARE(error, boost::system::errc::timed_out);
        QVERIFY(sent > 0 && sent < file.size());
    }

    void sendFileSurvivesAReset()
    {
        QTemporaryFile file;
        QVERIFY(fillFile(file, 64 * 1024 * 1024));
        SocketPair pair;
        resetConnection(pair.far);
        qint64 sent = 0;
        error_code error;
        pair.near.sendFile(file.handle(), 0, file.size(), &sent, error);
        QVERIFY(error == boost::system::errc::connection_reset ||
                error == boost::system::errc::broken_pipe);
    }

    void drainEndsWithThePeerOrTheClock()
    {
        SocketPair pair;
        QElapsedTimer timer;
        timer.start();
        pair.near.drain(100ms);
        QVERIFY(timer.elapsed() >= 100);
        sendText(pair.far, std::string(200'000, 'x')); // more than one read takes
        pair.far.close();
        timer.restart();
        pair.near.drain(20s);
        QVERIFY(timer.elapsed() < 10'000);
        std::byte byte{};
        error_code error;
        QCOMPARE(pair.near.read(std::span(&byte, 1), error), size_t(0)); // nothing is left
        QVERIFY(!error);
    }
};

QTEST_APPLESS_MAIN(TestSocket)
#include "tst_socket.moc"
