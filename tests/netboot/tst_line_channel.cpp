// SPDX-License-Identifier: GPL-3.0-or-later
// A reader that is slow, that hangs, that is gone; and what comes in.
#include "netboot/helper/line_channel.h"
#include "protocol/messages.h"

#include <QSignalSpy>
#include <QTest>

#include <array>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace netboot;
using Worth = LineChannel::Worth;

namespace
{

struct Pipe {
    Pipe() { [[maybe_unused]] const int made = ::pipe2(ends.data(), O_CLOEXEC); }
    ~Pipe()
    {
        closeEnd(0);
        closeEnd(1);
    }
    void closeEnd(size_t which)
    {
        if (ends[which] >= 0)
            ::close(ends[which]);
        ends[which] = -1;
    }
    // What is in it now.
    [[nodiscard]] QByteArray takeAll() const
    {
        ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
        QByteArray all;
        std::array<char, 65536> buffer;
        for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
            all.append(buffer.data(), got);
        return all;
    }

    std::array<int, 2> ends{-1, -1};
};

QJsonObject line(int number)
{
    return {{"number"_L1, number}, {"padding"_L1, QString(1000, u'x')}};
}

qsizetype sizeOfLine()
{
    return protocol::toBody(line(1000)).size();
}

// What a station reads of it all, line by line; the last one may not be whole yet.
QList<int> numbersIn(const QByteArray &bytes)
{
    QList<int> numbers;
    for (const QByteArray &each : bytes.left(bytes.lastIndexOf('\n') + 1).split('\n')) {
        if (!each.isEmpty())
            numbers.append(protocol::parseObject(each)->value("number"_L1).toInt(-1));
    }
    return numbers;
}

} // namespace

class TestLineChannel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { std::signal(SIGPIPE, SIG_IGN); }

    void aReaderThatHangsBlocksNothing()
    {
        Pipe in;
        Pipe out;
        LineChannel channel(in.ends[0], out.ends[1]);
        QSignalSpy spared(&channel, &LineChannel::spared);
        QSignalSpy closed(&channel, &LineChannel::closed);
        constexpr int lines = 2000; // 2 MB: more than pipe and queue take
        for (int i = 0; i < lines; ++i)
            channel.send(line(1000 + i), Worth::CanBeSpared);
        channel.send(line(1)); // a state, in the middle of it
        QByteArray read;
        const auto readOn = [&] {
            read += out.takeAll();
            return spared.size() == 1 && numbersIn(read).contains(1);
        };
        QTRY_VERIFY(readOn());
        const QList<int> numbers = numbersIn(read);
        QCOMPARE(numbers.last(), 1);
        QCOMPARE(numbers.size() - 1 + spared[0][0].toInt(), lines);
        QVERIFY(numbers.size() * sizeOfLine() > LineChannel::spareLimit);
        QVERIFY(closed.isEmpty());
    }

    void statesAreNeverDroppedUntilTheReaderIsGivenUp()
    {
        Pipe in;
        Pipe out;
        LineChannel channel(in.ends[0], out.ends[1]);
        QSignalSpy closed(&channel, &LineChannel::closed);
        const qsizetype fit = LineChannel::neededLimit / sizeOfLine();
        for (int i = 0; i < fit; ++i)
            channel.send(line(1000 + i));
        QVERIFY(closed.isEmpty());
        for (int i = 0; i < fit && closed.isEmpty(); ++i)
            channel.send(line(1000 + i));
        QCOMPARE(closed.size(), 1);
    }

    void lastWordsWaitALittle()
    {
        Pipe in;
        Pipe out;
        LineChannel channel(in.ends[0], out.ends[1]);
        for (int i = 0; i < 200; ++i)
            channel.send(line(1000 + i));
        channel.flush(std::chrono::milliseconds(1)); // returns, though nobody reads
        const qsizetype first = numbersIn(out.takeAll()).size();
        QVERIFY(first > 0 && first < 200);
    }

    void aReaderThatIsGone()
    {
        Pipe in;
        Pipe out;
        LineChannel channel(in.ends[0], out.ends[1]);
        QSignalSpy closed(&channel, &LineChannel::closed);
        out.closeEnd(0);
        for (int i = 0; i < 100; ++i)
            channel.send(line(i));
        channel.flush(std::chrono::seconds(60));
        QVERIFY(closed.isEmpty()); // the input says so
        in.closeEnd(1);
        QTRY_COMPARE(closed.size(), 1);
    }

    void linesComeInAsTheyAre()
    {
        Pipe in;
        Pipe out;
        LineChannel channel(in.ends[0], out.ends[1]);
        QSignalSpy received(&channel, &LineChannel::received);
        QCOMPARE(::write(in.ends[1], "one\ntw", 6), 6);
        QTRY_COMPARE(received.size(), 1);
        QCOMPARE(::write(in.ends[1], "o\n", 2), 2);
        QTRY_COMPARE(received.size(), 2);
        QCOMPARE(received[1][0].toByteArray(), QByteArray("two"));
    }

    void aLineWithoutAnEnd()
    {
        Pipe in;
        Pipe out;
        LineChannel channel(in.ends[0], out.ends[1]);
        QSignalSpy overlong(&channel, &LineChannel::overlong);
        QSignalSpy closed(&channel, &LineChannel::closed);
        ::fcntl(in.ends[1], F_SETFL, O_NONBLOCK);
        const QByteArray junk(4096, 'x');
        const auto sendOn = [&] {
            while (::write(in.ends[1], junk.constData(), size_t(junk.size())) > 0) {
            }
            return overlong.size() == 1;
        };
        QTRY_VERIFY(sendOn());
        QVERIFY(closed.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestLineChannel)
#include "tst_line_channel.moc"
