// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/format.h"

#include <QLocale>
#include <QTest>

using namespace Qt::StringLiterals;

class TestFormat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void bytes()
    {
        QCOMPARE(ui::format::bytes(0), u"0 bytes"_s);
        QCOMPARE(ui::format::bytes(1023), u"1023 bytes"_s);
        QCOMPARE(ui::format::bytes(1536), u"1.5 KiB"_s);
        QCOMPARE(ui::format::bytes(qint64(78) << 30), u"78.0 GiB"_s);
        QCOMPARE(ui::format::bytes(qint64(1) << 44), u"16.0 TiB"_s);
    }

    void amountUsesOneUnit()
    {
        const qint64 gib = qint64(1) << 30;
        QCOMPARE(ui::format::amount(gib + gib / 5, 8 * gib), u"1.2 of 8.0 GiB"_s);
        QCOMPARE(ui::format::amount(10, 8 * gib), u"0.0 of 8.0 GiB"_s);
        QCOMPARE(ui::format::amount(gib, 0), u"1.0 GiB"_s);
        QCOMPARE(ui::format::amount(2048, 1024), u"2.0 of 1.0 KiB"_s);
    }

    void percentIsRoundedDown()
    {
        QCOMPARE(ui::format::percent(0, 8), u"0 %"_s);
        QCOMPARE(ui::format::percent(999, 1000), u"99 %"_s);
        QCOMPARE(ui::format::percent(8, 8), u"100 %"_s);
        QCOMPARE(ui::format::percent(9, 8), u"100 %"_s);
        QCOMPARE(ui::format::percent(-1, 8), u"0 %"_s);
    }

    void speed() { QCOMPARE(ui::format::speed(84.21 * 1024 * 1024), u"84.2 MiB/s"_s); }

    void durations_data()
    {
        QTest::addColumn<qint64>("seconds");
        QTest::addColumn<QString>("exact");
        QTest::addColumn<QString>("coarse");
        QTest::newRow("seconds") << qint64(45) << u"45 s"_s << u"40 s"_s;
        QTest::newRow("minutes") << qint64(200) << u"3 min 20 s"_s << u"3 min"_s;
        QTest::newRow("hours") << qint64(7505) << u"2 h 5 min"_s << u"2 h"_s;
        QTest::newRow("more than a day") << qint64(100000) << u"27 h 46 min"_s << u"27 h"_s;
    }

    void durations()
    {
        QFETCH(qint64, seconds);
        QTEST(ui::format::duration(seconds), "exact");
        QTEST(ui::format::coarseDuration(seconds), "coarse");
    }

    void daysAreCounted() { QVERIFY(ui::format::duration(3 * 86400).startsWith(u"3 "_s)); }

    void timeNamesTheDateOnlyOfOtherDays()
    {
        const QDateTime noon = QDateTime(QDate(2026, 11, 22), QTime(12, 0, 5));
        QCOMPARE(ui::format::time(noon.toUTC(), noon), u"12:00:05"_s);
        QCOMPARE(ui::format::time(noon.toUTC(), noon.addDays(1)), u"2026-11-22 12:00:05"_s);
        QCOMPARE(ui::format::time({}, noon), QString());
    }

    void shortHash()
    {
        QCOMPARE(ui::format::shortHash(QString(64, u'a')), QString(12, u'a'));
        QCOMPARE(ui::format::shortHash(u"abc"_s), u"abc"_s);
    }
};

QTEST_GUILESS_MAIN(TestFormat)
#include "tst_format.moc"
