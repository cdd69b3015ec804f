// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data_directory.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;

class TestDataDirectory : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isClosedToOthers_data()
    {
        QTest::addColumn<int>("before");
        QTest::addColumn<int>("after");
        QTest::newRow("new") << 0 << 0700;
        QTest::newRow("as an earlier version made it") << 0755 << 0700;
        QTest::newRow("open to all") << 0777 << 0700;
        QTest::newRow("given to a group") << 0750 << 0750;
        QTest::newRow("private") << 0700 << 0700;
    }

    void isClosedToOthers()
    {
        QFETCH(int, before);
        QFETCH(int, after);
        QTemporaryDir folder;
        const QString path = folder.filePath(u"deep/data"_s);
        if (before != 0) {
            QVERIFY(QDir().mkpath(path));
            QCOMPARE(chmod(path.toLocal8Bit().constData(), mode_t(before)), 0);
        }
        QVERIFY(holdDataDirectory(path).ok());
        QCOMPARE(modeOf(path), after);
        QCOMPARE(modeOf(path + u"/lock"_s), 0600);
    }

    void isOneStationsAtATime()
    {
        QTemporaryDir folder;
        {
            const auto first = holdDataDirectory(folder.path());
            QVERIFY(first.ok());
            QCOMPARE(holdDataDirectory(folder.path()).failure().code, FailureCode::DeviceInUse);
        }
        QVERIFY(holdDataDirectory(folder.path()).ok());
    }

    // As on FAT, exFAT and NTFS, where chmod(2) changes nothing.
    void needsPermissions()
    {
        QTemporaryDir folder;
        const auto held = holdDataDirectory(folder.path(), [](int) { return false; });
        QCOMPARE(held.failure().code, FailureCode::DataDirUnsuitable);
        QVERIFY(held.failure().detail.contains(folder.path()));
        QVERIFY(held.failure().detail.contains(u"NTFS"_s));
    }

    void isRefusedWhenItCannotBeMade()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(u"file"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const auto held = holdDataDirectory(folder.filePath(u"file/data"_s));
        QCOMPARE(held.failure().code, FailureCode::StationIoError);
    }

    void doesNotFollowALinkThatIsCalledLock()
    {
        QTemporaryDir folder;
        QVERIFY(QFile::link(u"/tmp/nowhere"_s, folder.filePath(u"lock"_s)));
        QCOMPARE(holdDataDirectory(folder.path()).failure().code, FailureCode::StationIoError);
        QVERIFY(!QFile::exists(u"/tmp/nowhere"_s));
    }

private:
    static int modeOf(const QString &path)
    {
        struct stat facts {
        };
        return ::stat(path.toLocal8Bit().constData(), &facts) == 0 ? int(facts.st_mode & 0777) : -1;
    }
};

QTEST_GUILESS_MAIN(TestDataDirectory)
#include "tst_data_directory.moc"
