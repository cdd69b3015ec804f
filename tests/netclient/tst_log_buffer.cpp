// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/log.h"
#include "netclient/log_buffer.h"
#include "protocol/limits.h"
#include "protocol/messages.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using netclient::LogBuffer;
using netclient::takeInitLog;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

QStringList texts(const QList<protocol::LogLine> &lines)
{
    QStringList list;
    for (const auto &line : lines)
        list.append(line.text);
    return list;
}

} // namespace

class TestLogBuffer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void givesUntilItHasArrived()
    {
        LogBuffer buffer;
        QVERIFY(buffer.waitUntilEmpty(0ms));
        buffer.add(u"a"_s);
        buffer.add(u"b"_s);
        QCOMPARE(texts(buffer.head()), QStringList({u"a"_s, u"b"_s}));
        buffer.add(u"c"_s);
        buffer.removeHead(); // of what was given
        QVERIFY(!buffer.waitUntilEmpty(0ms));
        const auto rest = buffer.head();
        QCOMPARE(texts(rest), QStringList{u"c"_s});
        QVERIFY(rest.first().uptimeMs > 0);
        buffer.removeHead();
        QVERIFY(buffer.waitUntilEmpty(0ms));
        QVERIFY(buffer.head().isEmpty());
    }

    void noMoreThanAMessageMayHave()
    {
        LogBuffer buffer;
        for (int i = 0; i < protocol::maxLogLines + 5; ++i)
            buffer.add(QString::number(i));
        QCOMPARE(buffer.head().size(), protocol::maxLogLines);
        buffer.removeHead();
        QCOMPARE(texts(buffer.head()).first(), QString::number(protocol::maxLogLines));
        buffer.add(QString(protocol::maxLogText + 50, u'x'));
        QCOMPARE(buffer.head().last().text.size(), protocol::maxLogText);
    }

    void noMoreBytesThanARequestMayHave()
    {
        LogBuffer buffer;
        for (int i = 0; i < protocol::maxLogLines; ++i)
            buffer.add(QString(protocol::maxLogText, u'\u00df'));
        const auto head = buffer.head();
        QVERIFY(!head.isEmpty() && head.size() < protocol::maxLogLines);
        const protocol::DeviceLog log{{}, head};
        QVERIFY(protocol::toBody(protocol::toJson(log)).size() < protocol::maxControlBodyBytes);
        buffer.removeHead();
        QVERIFY(!buffer.head().isEmpty());
    }

    void oldestLinesGoAndThatIsSaid()
    {
        LogBuffer buffer;
        const int most = int(LogBuffer::maxLines);
        for (int i = 0; i < most + 10; ++i)
            buffer.add(QString::number(i));
        auto head = texts(buffer.head());
        QCOMPARE(head.size(), protocol::maxLogLines);
        QCOMPARE(head[0], u"(10 lines lost)"_s);
        QCOMPARE(head[1], u"10"_s);
        buffer.add(u"while the message is on its way"_s);
        buffer.removeHead();
        head = texts(buffer.head());
        QCOMPARE(head[0], u"(1 lines lost)"_s);
        QCOMPARE(head[1], QString::number(10 + protocol::maxLogLines - 1));
    }

    void initLogIsTakenAway()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"log"_s);
        QVERIFY(takeInitLog(path).isEmpty());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("3.07 init: kernel 6.1.0, drivers loaded\n4.50 init: eth0: link\n\n");
        file.close();
        const auto lines = takeInitLog(path);
        QCOMPARE(lines.size(), 2);
        QCOMPARE(lines[0].uptimeMs, 3070);
        QCOMPARE(lines[1].text, u"init: eth0: link"_s);
        QVERIFY(!QFile::exists(path));
    }

    void collectsWhatIsLogged()
    {
        LogBuffer buffer;
        netclient::setLogBuffer(&buffer);
        netclient::logLine(u"something"_s);
        netclient::setLogBuffer(nullptr);
        netclient::logLine(u"nobody listens"_s);
        QCOMPARE(texts(buffer.head()), QStringList{u"something"_s});
    }
};

QTEST_GUILESS_MAIN(TestLogBuffer)
#include "tst_log_buffer.moc"
