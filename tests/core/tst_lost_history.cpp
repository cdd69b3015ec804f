// SPDX-License-Identifier: GPL-3.0-or-later
// After rows were lost with a damaged database automatic mode does not write to devices that may be
// done already.
#include "core/lost_history.h"
#include "core/station_bench.h"

#include <QSqlDatabase>
#include <QSqlQuery>

using namespace bench;
using core::AutoMode;
using core::MessageKind;

namespace
{

struct Line : Fixture {
    Line()
    {
        options.autoMode = AutoMode::Deploy;
        restart();
        station->setGoldenImage(import());
    }

    // As damage does that costs these rows; the recovery goes by the version, which makes no sense.
    void loseRows(const QString &sql)
    {
        stop();
        const QString path = folder.filePath(u"s.sqlite"_s);
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"test"_s);
            database.setDatabaseName(path);
            QVERIFY(database.open());
            QSqlQuery query(database);
            QVERIFY2(query.exec(sql), qPrintable(sql));
            QVERIFY(query.exec(u"PRAGMA user_version = -1"_s));
        }
        QSqlDatabase::removeDatabase(u"test"_s);
        open();
    }

    void restartWith(AutoMode mode)
    {
        options.autoMode = mode;
        restart();
    }

    bool isDeployed(int n)
    {
        const QString session = registerFull(n);
        return poll(n, session).kind == ActionKind::Deploy;
    }

    [[nodiscard]] qsizetype pauses(int n) const
    {
        const auto messages = station->messages();
        return std::count_if(messages.begin(), messages.end(), [n](const core::Message &message) {
            return message.kind == MessageKind::AutomaticPaused && message.mac == mac(n);
        });
    }
};

} // namespace

class TestLostHistory : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void leavesDevicesAloneThatMayBeDone_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::newRow("jobs") << u"DROP TABLE job"_s;
        QTest::newRow("devices") << u"DROP TABLE device"_s;
        QTest::newRow("one device, which is still named")
            << u"UPDATE device SET level = 'odd' WHERE mac LIKE '%:01'"_s;
    }

    void leavesDevicesAloneThatMayBeDone()
    {
        QFETCH(QString, sql);
        Line f;
        QVERIFY(f.isDeployed(1));
        f.loseRows(sql);
        QVERIFY(!f.isDeployed(2));
        QCOMPARE(f.pauses(2), 1);
        QVERIFY(!f.station->device(mac(2))->armed);
        f.restart(); // and automatic mode is on again, which nobody has decided
        QVERIFY(!f.isDeployed(3));
        QCOMPARE(f.pauses(3), 1);
        QVERIFY(f.station->rearm(mac(2)).ok());
        QVERIFY(f.station->device(mac(2))->armed || f.station->latestJob(mac(2)));
    }

    void goesOnWhenNothingWasLost()
    {
        Line f;
        QVERIFY(f.isDeployed(1));
        f.loseRows(u"UPDATE device SET armed = armed"_s);
        QVERIFY(f.isDeployed(2));
        QCOMPARE(f.pauses(2), 0);
    }

    void endsWhenItIsSwitchedOnAgain_data()
    {
        QTest::addColumn<bool>("restarted");
        QTest::newRow("in the window") << false;
        QTest::newRow("at the command line") << true;
    }

    void endsWhenItIsSwitchedOnAgain()
    {
        QFETCH(bool, restarted);
        Line f;
        f.loseRows(u"DROP TABLE device"_s);
        for (const AutoMode mode : {AutoMode::Off, AutoMode::Deploy}) {
            if (restarted)
                f.restartWith(mode);
            else
                f.station->setAutoMode(mode);
            QVERIFY(mode == AutoMode::Deploy || !f.isDeployed(1));
            QCOMPARE(f.pauses(1), 0); // nothing waits where it is off
        }
        QVERIFY(!f.station->device(mac(1))->armed); // came while nobody knew
        QVERIFY(f.isDeployed(2));
        f.restart();
        QVERIFY(f.isDeployed(3));
    }
};

QTEST_GUILESS_MAIN(TestLostHistory)
#include "tst_lost_history.moc"
