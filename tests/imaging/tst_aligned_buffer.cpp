// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/aligned_buffer.h"

#include <QFile>
#include <QTest>

#include <cstring>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

using imaging::AlignedBuffer;
using imaging::directAlignment;
using imaging::hugePageBytes;

namespace
{

// What the kernel says of the mapping that holds `address`: its line of that name; empty without.
QByteArray mappingOf(const void *address, const QByteArray &name)
{
    QFile file(QStringLiteral("/proc/self/smaps"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const auto wanted = reinterpret_cast<quintptr>(address);
    bool within = false;
    for (const QByteArray &line : file.readAll().split('\n')) {
        const QByteArray range = line.left(line.indexOf(' '));
        const qsizetype dash = range.indexOf('-');
        if (dash > 0 && !range.contains(':'))
            within = range.left(dash).toULongLong(nullptr, 16) <= wanted &&
                     wanted < range.mid(dash + 1).toULongLong(nullptr, 16);
        else if (within && line.startsWith(name + ':'))
            return line.mid(name.size() + 1).trimmed();
    }
    return {};
}

bool isMapped(void *page)
{
    return ::msync(page, directAlignment, MS_ASYNC) == 0;
}

// Of this process's address space.
qint64 mappedPages()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').front().toLongLong() : 0;
}

quintptr placeOf(const void *address)
{
    return reinterpret_cast<quintptr>(address);
}

} // namespace

class TestAlignedBuffer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isAlignedAndUsable_data()
    {
        QTest::addColumn<size_t>("bytes");
        QTest::addColumn<size_t>("size");
        QTest::addColumn<size_t>("alignment");
        QTest::newRow("one byte") << size_t(1) << size_t(4096) << directAlignment;
        QTest::newRow("odd") << size_t(4097) << size_t(8192) << directAlignment;
        QTest::newRow("below a huge page")
            << hugePageBytes - 4096 << hugePageBytes - 4096 << directAlignment;
        QTest::newRow("rounded up to one") << hugePageBytes - 1 << hugePageBytes << hugePageBytes;
        QTest::newRow("three and some")
            << 3 * hugePageBytes + 5 << 3 * hugePageBytes + 4096 << hugePageBytes;
    }
    void isAlignedAndUsable()
    {
        QFETCH(const size_t, bytes);
        QFETCH(const size_t, size);
        QFETCH(const size_t, alignment);
        std::vector<AlignedBuffer> spacers; // so that the kernel places them differently
        for (int i = 0; i < 20; ++i) {
            spacers.emplace_back(hugePageBytes + directAlignment);
            AlignedBuffer buffer(bytes);
            QCOMPARE(buffer.size(), size);
            QCOMPARE(placeOf(buffer.data()) % alignment, size_t(0));
            std::memset(buffer.data(), 0x5a, buffer.size());
            QCOMPARE(buffer.all().back(), std::byte{0x5a});
        }
    }

    void partsLieSideBySide()
    {
        AlignedBuffer buffer(4 * hugePageBytes);
        for (size_t i = 0; i < 8; ++i) {
            const auto part = buffer.part(i, hugePageBytes / 2);
            QCOMPARE(part.size(), hugePageBytes / 2);
            QCOMPARE(part.data(), buffer.data() + i * hugePageBytes / 2);
        }
    }

    void movesAndIsGivenBack()
    {
        AlignedBuffer first(hugePageBytes);
        std::byte *memory = first.data();
        AlignedBuffer second = std::move(first);
        QCOMPARE(second.data(), memory);
        QVERIFY(first.data() ==
                nullptr); // NOLINT(bugprone-use-after-move): that it is empty is what is tested
        QVERIFY(isMapped(memory));
        second = {};
        QVERIFY(!isMapped(memory));
    }

    void leavesNothingMapped()
    {
        const qint64 before = mappedPages();
        for (int i = 0; i < 100; ++i)
            AlignedBuffer buffer(3 * hugePageBytes + directAlignment);
        QVERIFY(before > 0);
        const qint64 more = (mappedPages() - before) * qint64(::sysconf(_SC_PAGESIZE));
        QVERIFY2(more < 50 * qint64(hugePageBytes / 2), qPrintable(QString::number(more)));
    }

    void asksForHugePages()
    {
        if (!QFile::exists(QStringLiteral("/sys/kernel/mm/transparent_hugepage/enabled")))
            QSKIP("this kernel has none");
        AlignedBuffer large(3 * hugePageBytes);
        QVERIFY2(mappingOf(large.data(), "VmFlags").split(' ').contains("hg"),
                 mappingOf(large.data(), "VmFlags").constData());
        AlignedBuffer small(hugePageBytes / 2);
        QVERIFY(!mappingOf(small.data(), "VmFlags").isEmpty());
        QVERIFY(!mappingOf(small.data(), "VmFlags").split(' ').contains("hg"));
    }
};

QTEST_GUILESS_MAIN(TestAlignedBuffer)
#include "tst_aligned_buffer.moc"
