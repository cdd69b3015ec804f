// SPDX-License-Identifier: GPL-3.0-or-later
// A backup's name: what is refused, replaced, shared or left behind.
#include "core/backup_path.h"
#include "core/sink_bench.h"

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using samples::Upload;
using namespace bench;

class TestBackupPath : public SinkBench
{
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }

    void neverReplacesUnasked_data() { formats(); }

    void neverReplacesUnasked()
    {
        const QString path = target();
        const SinkPtr early = opened(path);
        QVERIFY(samples::writeFile(path, "precious"));
        QCOMPARE(BackupSink::open(path, false).failure().code, FailureCode::DestinationExists);
        // It came while the backup ran.
        QVERIFY(early->setSize(m_image.size()).ok());
        QVERIFY(send(*early, m_uploads, 0, m_uploads.size()));
        QCOMPARE(early->commit(samples::claimOf(m_image)).failure().code,
                 FailureCode::DestinationExists);
        QCOMPARE(samples::readFile(path), "precious");
        QVERIFY(QFile::exists(path + u".part"_s));
        // Once it is out of the way, the same commit works.
        QVERIFY(QFile::remove(path));
        QVERIFY(early->commit(samples::claimOf(m_image)).ok());
        QCOMPARE(unpacked(path), m_image);
    }

    void replacesWhenAgreed_data() { formats(); }

    void replacesWhenAgreed()
    {
        const QString path = target();
        QVERIFY(samples::writeFile(path, "old"));
        const SinkPtr sink = opened(path, true);
        QVERIFY(sink->setSize(m_image.size()).ok());
        QVERIFY(send(*sink, m_uploads, 0, m_uploads.size()));
        QCOMPARE(samples::readFile(path), "old");
        QVERIFY(sink->commit(samples::claimOf(m_image)).ok());
        QCOMPARE(unpacked(path), m_image);
    }

    void refusesAPath_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<FailureCode>("code");
        QTest::addColumn<QString>("word");
        const auto unwritable = FailureCode::DestinationUnwritable;
        QTest::newRow("extension") << u"a.zip"_s << FailureCode::BadRequest << u"img"_s;
        QTest::newRow("no extension") << u"img"_s << FailureCode::BadRequest << u"img"_s;
        QTest::newRow("other zst") << u"a.zst"_s << FailureCode::BadRequest << u"img"_s;
        QTest::newRow("folder") << u"folder.img"_s << unwritable << u"is a folder"_s;
        QTest::newRow("missing folder") << u"missing/a.img"_s << unwritable << u"missing: "_s;
        QTest::newRow("file as folder") << u"file/a.img"_s << unwritable << u"not a folder"_s;
        QTest::newRow("no permission") << u"closed/a.img"_s << unwritable << u"Permission denied"_s;
        QTest::newRow("part is a folder") << u"taken.img"_s << unwritable << u"taken.img.part"_s;
        QTest::newRow("part is a link") << u"link.img"_s << unwritable << u"link.img.part"_s;
    }

    void refusesAPath()
    {
        QFETCH(QString, name);
        QFETCH(FailureCode, code);
        QFETCH(QString, word);
        const QDir dir(m_dir->path());
        QVERIFY(dir.mkdir(u"folder.img"_s) && dir.mkdir(u"taken.img.part"_s) &&
                dir.mkdir(u"closed"_s));
        QVERIFY(samples::writeFile(dir.filePath(u"file"_s), "x"));
        QVERIFY(QFile::link(dir.filePath(u"file"_s), dir.filePath(u"link.img.part"_s)));
        const bool closed = name.startsWith("closed"_L1);
        QCOMPARE(chmod(dir.filePath(u"closed"_s).toLocal8Bit().constData(), 0555), 0);
        QCOMPARE(chmod(dir.path().toLocal8Bit().constData(), 0755), 0);
        const bool switched = closed && geteuid() == 0 && seteuid(65534) == 0;
        const auto sink = BackupSink::open(dir.filePath(name), false);
        QVERIFY(!switched || seteuid(0) == 0);
        QVERIFY(!sink.ok());
        QCOMPARE(sink.failure().code, code);
        QVERIFY2(sink.failure().detail.contains(word), qPrintable(sink.failure().detail));
        QCOMPARE(samples::readFile(dir.filePath(u"file"_s)), "x");
    }

    void leavesOtherPeoplesFiles_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("a half download") << 0;
        QTest::newRow("an empty one") << 1;
        QTest::newRow("a hard link") << 2;
        QTest::newRow("a FIFO") << 3;
        QTest::newRow("a FIFO as journal") << 4;
        QTest::newRow("a symlink as journal") << 5;
        QTest::newRow("another file as journal") << 6;
        QTest::newRow("a hard link as journal") << 7;
        QTest::newRow("a FIFO as journal of a download") << 8;
    }

    // Neither cut nor removed nor waited for, whatever bears the names that a backup needs.
    void leavesOtherPeoplesFiles()
    {
        QFETCH(int, how);
        const QString path = m_dir->filePath(u"x.img"_s);
        const QString part = path + u".part"_s;
        const QString journal = path + u".part.journal"_s;
        const QString precious = m_dir->filePath(u"precious"_s);
        QVERIFY(samples::writeFile(precious, "precious"));
        if (how == 0 || how == 1 || how == 8)
            QVERIFY(samples::writeFile(part, how == 1 ? "" : "half"));
        if (how == 2 || how == 7)
            QCOMPARE(
                link(local(precious).constData(), local(how == 2 ? part : journal).constData()), 0);
        if (how == 3 || how == 4 || how == 8)
            QCOMPARE(mkfifo(local(how == 3 ? part : journal).constData(), 0600), 0);
        if (how == 5)
            QVERIFY(QFile::link(precious, journal));
        if (how == 6)
            QVERIFY(samples::writeFile(journal, "notes"));
        const QStringList before = listing();
        const auto sink = BackupSink::open(path, true, u"job"_s);
        QVERIFY(!sink.ok());
        QCOMPARE(sink.failure().code, FailureCode::DestinationUnwritable);
        QVERIFY(sink.failure().detail.contains(u"x.img.part"_s));
        QCOMPARE(samples::readFile(precious), "precious");
        QVERIFY(how != 6 || samples::readFile(journal) == "notes");
        QVERIFY((how != 0 && how != 8) || fileStamp(part)->size == 4);
        QCOMPARE(listing(), before);
    }

    // It has got its name by a rename, as a browser's download does.
    void leavesWhatTookItsPlace()
    {
        const QString path = m_dir->filePath(u"x.img"_s);
        const SinkPtr sink = opened(path);
        QVERIFY(samples::writeFile(path + u".other"_s, "download"));
        QCOMPARE(
            rename(local(path + u".other"_s).constData(), local(path + u".part"_s).constData()), 0);
        sink->discard();
        QCOMPARE(samples::readFile(path + u".part"_s), "download");
        QVERIFY(!BackupSink::open(path, true).ok());
        QCOMPARE(samples::readFile(path + u".part"_s), "download");
    }

    void removesItsOwnLeftoversAlone()
    {
        const QString path = m_dir->filePath(u"x.img"_s);
        QVERIFY(BackupSink::open(path, false, u"job"_s).ok());
        BackupPath::removeLeftovers(path, u"another"_s, 0);
        QVERIFY(QFile::exists(path + u".part"_s) && QFile::exists(path + u".part.journal"_s));
        BackupPath::removeLeftovers(path, u"job"_s, 0);
        QVERIFY(listing().isEmpty());
        // By its number alone, when the journal is gone.
        quint64 identity = 0;
        {
            const auto sink = BackupSink::open(path, false, u"job"_s);
            QVERIFY(sink.ok());
            identity = (*sink)->identity();
        }
        QVERIFY(QFile::remove(path + u".part.journal"_s));
        BackupPath::removeLeftovers(path, u"job"_s, identity + 1);
        QVERIFY(QFile::exists(path + u".part"_s));
        BackupPath::removeLeftovers(path, u"job"_s, identity);
        QVERIFY(listing().isEmpty());
    }

    void isForItsGroupAlone()
    {
        const QString path = made(u"a.img.zst"_s);
        struct stat facts {
        };
        QCOMPARE(stat(path.toLocal8Bit().constData(), &facts), 0);
        QCOMPARE(int(facts.st_mode & 0037), 0);
    }

    void refusesASecondSink()
    {
        const QString path = m_dir->filePath(u"a.img"_s);
        SinkPtr first = opened(path);
        const auto second = BackupSink::open(path, true);
        QCOMPARE(second.failure().code, FailureCode::DestinationUnwritable);
        QVERIFY(second.failure().detail.contains(u"in use"_s));
        first.reset();
        QVERIFY(opened(path));
    }

    void discards()
    {
        const QString path = m_dir->filePath(u"a.img"_s);
        half(path);
        opened(path)->discard();
        QVERIFY(QDir(m_dir->path()).entryList(QDir::Files).isEmpty());
    }

    // What others have made of the name since is not touched.
    void discardsOnlyItsOwn()
    {
        const QString path = m_dir->filePath(u"a.img"_s);
        const SinkPtr discarded = opened(path);
        discarded->discard();
        half(path);
        discarded->discard();
        QVERIFY(QFile::exists(path + u".part.journal"_s));
        const SinkPtr committed = opened(path);
        QVERIFY(committed->setSize(m_image.size()).ok());
        QVERIFY(send(*committed, m_uploads, 0, m_uploads.size()));
        QVERIFY(committed->commit(samples::claimOf(m_image)).ok());
        committed->discard();
        QCOMPARE(unpacked(path), m_image);
    }

private:
    static QByteArray local(const QString &name) { return name.toLocal8Bit(); }

    QStringList listing() const
    {
        return QDir(m_dir->path())
            .entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot);
    }
};

QTEST_GUILESS_MAIN(TestBackupPath)
#include "tst_backup_path.moc"
