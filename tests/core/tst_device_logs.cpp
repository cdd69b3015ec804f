// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device_logs.h"

#include <QTest>

using core::DeviceLogs;
using protocol::MacAddress;
using namespace Qt::StringLiterals;

namespace
{

MacAddress macOf(int number)
{
    return *MacAddress::parse(
        QString::asprintf("02:00:00:00:%02x:%02x", unsigned(number) / 256, unsigned(number) % 256));
}

QList<protocol::LogLine> lines(int first, int count)
{
    QList<protocol::LogLine> list;
    for (int i = 0; i < count; ++i)
        list.append({first + i, QString::number(first + i)});
    return list;
}

const QDateTime noon(QDate(2026, 11, 22), QTime(12, 0), Qt::UTC);

} // namespace

class TestDeviceLogs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void keepsWhatWasSaidInOrder()
    {
        DeviceLogs logs;
        QVERIFY(!logs.find(macOf(1)));
        logs.add(macOf(1), lines(0, 3), noon);
        logs.add(macOf(1), lines(3, 2), noon.addSecs(1));
        logs.add(macOf(2), {}, noon);
        QVERIFY(!logs.find(macOf(2)));
        const auto *log = logs.find(macOf(1));
        QVERIFY(log);
        QCOMPARE(log->entries.size(), 5);
        QCOMPARE(log->entries[3].line.text, u"3"_s);
        QCOMPARE(log->entries[3].received, noon.addSecs(1));
        QCOMPARE(log->dropped, 0);
    }

    void forgetsTheOldestLines()
    {
        DeviceLogs logs;
        const int most = int(DeviceLogs::maxLinesPerDevice);
        logs.add(macOf(1), lines(0, most), noon);
        logs.add(macOf(1), lines(most, 7), noon);
        const auto *log = logs.find(macOf(1));
        QCOMPARE(log->entries.size(), DeviceLogs::maxLinesPerDevice);
        QCOMPARE(log->dropped, 7);
        QCOMPARE(log->entries.first().line.text, u"7"_s);
        QCOMPARE(log->entries.last().line.text, QString::number(most + 6));
    }

    // Of devices that come and go (a new MAC with every boot, say) no more than a number is kept.
    void forgetsDevicesThatSaidNothingLately()
    {
        DeviceLogs logs;
        const int most = int(DeviceLogs::maxDevices);
        for (int i = 0; i < most; ++i)
            logs.add(macOf(i), lines(0, 1), noon);
        logs.add(macOf(0), lines(1, 1), noon);
        logs.add(macOf(most), lines(0, 1), noon);
        QVERIFY(logs.find(macOf(0)));
        QVERIFY(!logs.find(macOf(1)));
        QVERIFY(logs.find(macOf(2)));
        QVERIFY(logs.find(macOf(most)));
        logs.remove(macOf(2));
        QVERIFY(!logs.find(macOf(2)));
    }
};

QTEST_APPLESS_MAIN(TestDeviceLogs)
#include "tst_device_logs.moc"
