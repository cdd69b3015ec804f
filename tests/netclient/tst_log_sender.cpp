// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/log_sender.h"

#include "fake_station.h"

#include <QTest>

#include <csignal>

using namespace testing;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using netclient::LogBuffer;
using netclient::LogSender;
using netclient::StationLink;
using netclient::StopSource;
using netclient::Verdict;
using Kind = Reaction::Kind;

class TestLogSender : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { std::signal(SIGPIPE, SIG_IGN); }

    void waitsForASessionAndSends()
    {
        FakeStation station;
        StationLink link(station.endpoint(), testFacts(), quickTuning());
        LogBuffer buffer;
        buffer.add(u"before"_s);
        LogSender sender(link, buffer);
        StopSource stop;
        QCOMPARE(link.registerDevice(stop).verdict, Verdict::Good);
        QTRY_COMPARE(station.logged(), QStringList{u"before"_s});
        buffer.add(u"after"_s);
        sender.flush(20s);
        QCOMPARE(station.logged(), QStringList({u"before"_s, u"after"_s}));
    }

    // Connections that break and refusals: nothing is lost, nothing is out of order.
    void goesOnAfterFailures()
    {
        FakeStation station;
        station.react = [](const Request &request) {
            if (request.path != "/api/device-log" || request.number > 3)
                return Reaction{};
            return request.number % 2
                       ? Reaction{Kind::Drop}
                       : Reaction{Kind::Refuse, 0, 0, protocol::FailureCode::Internal};
        };
        StationLink link(station.endpoint(), testFacts(), quickTuning());
        LogBuffer buffer;
        LogSender sender(link, buffer);
        StopSource stop;
        QCOMPARE(link.registerDevice(stop).verdict, Verdict::Good);
        QStringList said;
        for (int i = 0; i < 500; ++i) {
            said.append(QString::number(i));
            buffer.add(said.last());
        }
        sender.flush(20s);
        QCOMPARE(station.logged(), said);
    }

    // A station that is gone holds nobody up.
    void endsWithoutAStation()
    {
        transport::Endpoint nobody{u"127.0.0.1"_s, 9};
        StationLink link(nobody, testFacts(), quickTuning());
        LogBuffer buffer;
        buffer.add(u"unheard"_s);
        LogSender sender(link, buffer);
        sender.flush(1h); // no session: nothing to wait for
        QVERIFY(!buffer.waitUntilEmpty(0ms));
    }

    // A new session is not this one's business: it waits until the client has one.
    void oldSession()
    {
        FakeStation station;
        StationLink link(station.endpoint(), testFacts(), quickTuning());
        LogBuffer buffer;
        StopSource stop;
        QCOMPARE(link.registerDevice(stop).verdict, Verdict::Good);
        station.forgetSessions();
        LogSender sender(link, buffer);
        buffer.add(u"line"_s);
        QTRY_VERIFY(station.requests("/api/device-log") > 1);
        QCOMPARE(station.registrations(), 1);
        QCOMPARE(link.registerDevice(stop).verdict, Verdict::Good);
        QTRY_COMPARE(station.logged(), QStringList{u"line"_s});
    }
};

QTEST_GUILESS_MAIN(TestLogSender)
#include "tst_log_sender.moc"
