// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/byte_range.h"

#include <QTest>

using protocol::RangeVerdict;

class TestByteRange : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void selects_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<qint64>("size");
        QTest::addColumn<int>("verdict");
        QTest::addColumn<qint64>("first");
        QTest::addColumn<qint64>("length");
        const auto row = [](const char *name, const char *header, qint64 size, RangeVerdict verdict,
                            qint64 first, qint64 length) {
            QTest::newRow(name) << QByteArray(header) << size << int(verdict) << first << length;
        };
        row("absent", "", 100, RangeVerdict::Whole, 0, 100);
        row("first byte", "bytes=0-0", 100, RangeVerdict::Partial, 0, 1);
        row("middle", "bytes=10-19", 100, RangeVerdict::Partial, 10, 10);
        row("open", "bytes=90-", 100, RangeVerdict::Partial, 90, 10);
        row("beyond the end", "bytes=90-1000", 100, RangeVerdict::Partial, 90, 10);
        row("suffix", "bytes=-10", 100, RangeVerdict::Partial, 90, 10);
        row("long suffix", "bytes=-1000", 100, RangeVerdict::Partial, 0, 100);
        row("unit's case", "Bytes=1-2", 100, RangeVerdict::Partial, 1, 2);
        row("after the end", "bytes=100-", 100, RangeVerdict::NotSatisfiable, 0, 0);
        row("empty suffix", "bytes=-0", 100, RangeVerdict::NotSatisfiable, 0, 0);
        row("empty file", "bytes=0-", 0, RangeVerdict::NotSatisfiable, 0, 0);
        row("reversed", "bytes=20-10", 100, RangeVerdict::Whole, 0, 100);
        row("several", "bytes=0-1,5-6", 100, RangeVerdict::Whole, 0, 100);
        row("other unit", "items=0-1", 100, RangeVerdict::Whole, 0, 100);
        row("no dash", "bytes=5", 100, RangeVerdict::Whole, 0, 100);
        row("sign", "bytes=+5-6", 100, RangeVerdict::Whole, 0, 100);
        const auto none = RangeVerdict::NotSatisfiable;
        row("2^63 - 1", "bytes=9223372036854775807-", 100, none, 0, 0);
        row("2^63", "bytes=9223372036854775808-", 100, none, 0, 0);
        row("19 digits", "bytes=1000000000000000000-", 100, none, 0, 0);
        row("overflow", "bytes=99999999999999999999-", 100, none, 0, 0);
        row("overflow at both ends", "bytes=99999999999999999999-88888888888888888888", 100, none,
            0, 0);
        row("to an overflow", "bytes=90-99999999999999999999", 100, RangeVerdict::Partial, 90, 10);
        row("overflowing suffix", "bytes=-99999999999999999999", 100, RangeVerdict::Partial, 0,
            100);
        row("leading zeros", "bytes=0000000000000000000000090-", 100, RangeVerdict::Partial, 90,
            10);
        row("only a dash", "bytes=-", 100, RangeVerdict::Whole, 0, 100);
    }

    void selects()
    {
        QFETCH(QByteArray, header);
        QFETCH(qint64, size);
        const auto selection = protocol::selectRange(header, size);
        QTEST(int(selection.verdict), "verdict");
        QTEST(selection.range.first, "first");
        QTEST(selection.range.length, "length");
    }
};

QTEST_APPLESS_MAIN(TestByteRange)
#include "tst_byte_range.moc"
