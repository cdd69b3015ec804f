// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/files.h"

#include <QTemporaryDir>
#include <QTest>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace
{

// What a file system that cannot do it says; 0: the system's own.
int renameError = 0;
int linkError = 0;

} // namespace

// These stand in for the C library's in the whole test program.
extern "C" int renameat2(int fromFolder, const char *from, int toFolder, const char *to,
                         unsigned int flags) noexcept
{
    if (renameError != 0) {
        errno = renameError;
        return -1;
    }
    return int(::syscall(SYS_renameat2, fromFolder, from, toFolder, to, flags));
}

extern "C" int link(const char *from, const char *to) noexcept
{
    if (linkError != 0) {
        errno = linkError;
        return -1;
    }
    return int(::syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}

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

    static QByteArray contentOf(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("none");
    }

    static void write(const QString &path, const QByteArray &content)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }

private Q_SLOTS:
    void cleanup() { renameError = linkError = 0; }

    void renames_data()
    {
        QTest::addColumn<int>("rename");
        QTest::addColumn<int>("link");
        QTest::newRow("RENAME_NOREPLACE") << 0 << 0;
        QTest::newRow("hard link: the file system does not know it") << EINVAL << 0;
        QTest::newRow("hard link: the kernel does not know it") << ENOSYS << 0;
        QTest::newRow("neither: FAT") << EINVAL << EPERM;
        QTest::newRow("neither, on an old kernel") << ENOSYS << EOPNOTSUPP;
    }

    // By whatever means there are: a file that is there is left alone, unless it may be replaced.
    void renames()
    {
        QFETCH(const int, rename);
        QFETCH(const int, link);
        const QTemporaryDir folder;
        const QString from = folder.filePath(QStringLiteral("from"));
        const QString to = folder.filePath(QStringLiteral("to"));
        write(from, "new");
        write(to, "old");
        renameError = rename;
        linkError = link;
        const auto refused = core::renameFile(from, to, false);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.failure().code, protocol::FailureCode::DestinationExists);
        QCOMPARE(contentOf(to), "old");
        QCOMPARE(contentOf(from), "new");

        QVERIFY(QFile::remove(to));
        QVERIFY(core::renameFile(from, to, false).ok());
        QCOMPARE(contentOf(to), "new");
        QVERIFY(!QFile::exists(from));

        write(from, "newer");
        QVERIFY(core::renameFile(from, to, true).ok());
        QCOMPARE(contentOf(to), "newer");
        QVERIFY(!QFile::exists(from));
    }

    // What is wrong with the place is said, and no other way is tried.
    void renameFailures_data()
    {
        QTest::addColumn<int>("rename");
        QTest::addColumn<int>("code");
        QTest::newRow("read-only") << EROFS << int(protocol::FailureCode::DestinationUnwritable);
        QTest::newRow("full") << ENOSPC << int(protocol::FailureCode::StorageFull);
    }

    void renameFailures()
    {
        QFETCH(const int, rename);
        QFETCH(const int, code);
        const QTemporaryDir folder;
        const QString from = folder.filePath(QStringLiteral("from"));
        const QString to = folder.filePath(QStringLiteral("to"));
        write(from, "new");
        renameError = rename;
        const auto failed = core::renameFile(from, to, false);
        QVERIFY(!failed.ok());
        QCOMPARE(int(failed.failure().code), code);
        QVERIFY(!QFile::exists(to));
        QCOMPARE(contentOf(from), "new");
    }

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
