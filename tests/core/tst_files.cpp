// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/files.h"

#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

class TestFiles : public QObject
{
    Q_OBJECT

    static constexpr qint64 bytes = 8 * 1024 * 1024;

    // Of `bytes` of the file; -1 when it cannot be told.
    static qint64 inPageCache(int descriptor)
    {
        void *mapped = ::mmap(nullptr, size_t(bytes), PROT_READ, MAP_SHARED, descriptor, 0);
        if (mapped == MAP_FAILED)
            return -1;
        const qint64 page = ::sysconf(_SC_PAGESIZE);
        std::vector<unsigned char> resident(size_t(bytes / page));
        const int told = ::mincore(mapped, size_t(bytes), resident.data());
        ::munmap(mapped, size_t(bytes));
        if (told != 0)
            return -1;
        return page * std::ranges::count_if(resident, [](unsigned char c) { return (c & 1) != 0; });
    }

private Q_SLOTS:
    void dropsWhatIsOnTheDisk()
    {
        const QTemporaryDir folder;
        struct statfs facts {
        };
        QCOMPARE(::statfs(qPrintable(folder.path()), &facts), 0);
        if (facts.f_type == TMPFS_MAGIC || facts.f_type == RAMFS_MAGIC)
            QSKIP("this folder is in memory");
        const auto file = core::openFile(folder.filePath(QStringLiteral("f")), O_RDWR | O_CREAT);
        QVERIFY(file);
        const std::vector<std::byte> content(size_t(bytes), std::byte{7});
        QVERIFY(core::writeAt(file.get(), 0, content).ok());
        QCOMPARE(inPageCache(file.get()), bytes);
        QCOMPARE(::fdatasync(file.get()), 0);
        core::dropWritten(file.get());
        const qint64 left = inPageCache(file.get());
        QVERIFY2(left >= 0 && left < bytes / 4, qPrintable(QString::number(left)));
        std::vector<std::byte> read(size_t(bytes), std::byte{});
        QCOMPARE(::pread(file.get(), read.data(), read.size(), 0), ssize_t(bytes));
        QVERIFY(read == content);
    }
};

QTEST_GUILESS_MAIN(TestFiles)
#include "tst_files.moc"
