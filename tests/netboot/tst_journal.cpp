// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/journal.h"
#include "netboot/helper/run_folder.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace netboot;
using protocol::FailureCode;

class TestJournal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesBackAsItWent()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(u"state.json"_s);
        QVERIFY(loadJournal(path)->isEmpty());
        Journal journal;
        journal.interface = u"eth1"_s;
        QVERIFY(journal.isEmpty());
        journal.address = *Subnet::parse(u"10.20.50.1/24");
        journal.linkRaised = true;
        journal.forwarding = {u"eth0"_s, u"eth1"_s};
        journal.packetFilter = true;
        journal.dnsmasq = {1234, ~quint64(0)};
        QVERIFY(!journal.isEmpty());
        QVERIFY(saveJournal(path, journal).ok());
        QCOMPARE(*loadJournal(path), journal);
    }

    void nonsenseIsNotBelieved_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("half") << QByteArray("{\"interface\":\"et");
        QTest::newRow("no interface") << QByteArray("{}");
        QTest::newRow("path") << QByteArray("{\"interface\":\"../../x\"}");
        QTest::newRow("forwarding")
            << QByteArray("{\"interface\":\"eth1\",\"forwarding\":[\"../../../vm/x\"]}");
        QTest::newRow("address") << QByteArray(
            "{\"interface\":\"eth1\",\"address\":\"10.0.0.1/24 dev eth0\"}");
    }

    void nonsenseIsNotBelieved()
    {
        QFETCH(QByteArray, text);
        QTemporaryDir folder;
        QFile file(folder.filePath(u"state.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) >= 0);
        file.close();
        QCOMPARE(loadJournal(file.fileName()).failure().code, FailureCode::NetbootFailed);
    }

    void processes()
    {
        const ProcessMark own = markProcess(::getpid());
        QVERIFY(isAlive(own));
        // The same number, another start: not the same process.
        QVERIFY(!isAlive({own.pid, own.started + 1}));
        QVERIFY(!isAlive({}));
        QProcess process;
        process.start(u"sleep"_s, {u"100"_s});
        QVERIFY(process.waitForStarted());
        const ProcessMark mark = markProcess(process.processId());
        QVERIFY(isAlive(mark));
        process.kill();
        QVERIFY(process.waitForFinished());
        QVERIFY(!isAlive(mark));
    }

    void oneHelperAtATime()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(u"run"_s);
        RunFolder second(path);
        QVERIFY(!second.isInUse());
        {
            RunFolder first(path);
            QVERIFY(first.open().ok());
            QVERIFY(second.isInUse());
            QCOMPARE(second.open().failure().code, FailureCode::NetbootInUse);
        }
        QVERIFY(!RunFolder(path).isInUse());
    }

    void aFolderThatOthersCanWriteIsRefused()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(u"run"_s);
        QCOMPARE(::mkdir(QFile::encodeName(path).constData(), 0755), 0);
        QCOMPARE(::chmod(QFile::encodeName(path).constData(), 0777), 0);
        QCOMPARE(RunFolder(path).open().failure().code, FailureCode::NotPermitted);
        QVERIFY(QFile::link(folder.path(), folder.filePath(u"link"_s)));
        QCOMPARE(RunFolder(folder.filePath(u"link"_s)).open().failure().code,
                 FailureCode::NotPermitted);
    }

    void rules()
    {
        QTemporaryDir temporary;
        RunFolder folder(temporary.filePath(u"run"_s));
        QVERIFY(folder.open().ok());
        const MacAddress mac = *MacAddress::parse(u"dc:a6:32:01:02:03");
        const MacAddress other = *MacAddress::parse(u"dc:a6:32:01:02:04");
        const ServiceUser self{::getuid(), ::getgid()};
        QVERIFY(folder.prepare("port=0\n", {mac}, self).ok());
        QFile config(folder.config());
        QVERIFY(config.open(QIODevice::ReadOnly));
        QCOMPARE(config.readAll(), QByteArray("port=0\n"));
        const auto ruled = [&](MacAddress m) {
            return QFile::exists(folder.dnsmasqPaths().rules + u'/' + ruleFileName(m));
        };
        QVERIFY(ruled(mac) && !ruled(other));
        QVERIFY(folder.addRule(other).ok() && folder.addRule(other).ok());
        QVERIFY(folder.removeRule(mac).ok() && folder.removeRule(mac).ok());
        QVERIFY(!ruled(mac) && ruled(other));
        // Rules of the run before do not stay.
        QVERIFY(folder.prepare("port=0\n", {mac}, self).ok());
        QVERIFY(ruled(mac) && !ruled(other));
    }
};

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
