// SPDX-License-Identifier: GPL-3.0-or-later
// The library after a restart: what is still good, damaged, gone or nobody's.
#include "core/library_bench.h"

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using namespace bench;

class TestImageLibraryRestart : public LibraryBench
{
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }

    void cleanup() { tidyUp(); }

    void isDestroyedWhileImporting()
    {
        m_image = samples::noise(60 * mib, 2);
        Block block(m_pool);
        const ImageId id = *m_library->import(file(u"a.img"_s, m_image));
        QTRY_VERIFY_WITH_TIMEOUT(m_library->image(id)->done > 0, patience);
        std::thread releaser([&block] { block.release(); });
        m_library.reset();
        releaser.join();
        QVERIFY(parts().isEmpty());
        m_store->flush();
        QCOMPARE(stored(id).state, ImageState::Importing);
        // The next run begins it again.
        m_library = make({stored(id)});
        QVERIFY(becomes(id, ImageState::Ready));
        QCOMPARE(contentOf(id), m_image);
    }

    void comesBack()
    {
        const ImageId id = imported(u"a.img"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!m_library->image(id)->sha256.isEmpty(), patience);
        restart();
        QCOMPARE(m_library->image(id)->state, ImageState::Ready);
        QCOMPARE(contentOf(id), m_image);
        QCOMPARE(*m_library->import(m_dir->filePath(u"a.img"_s)), id);
    }

    void makesUpForAMissingSum()
    {
        const ImageId id = imported(u"a.img"_s);
        Image image = *m_library->image(id);
        image.sha256.clear();
        m_library.reset();
        m_library = make({image});
        QTRY_COMPARE_WITH_TIMEOUT(m_library->image(id)->sha256, sha256(m_image), patience);
        m_store->flush();
        QCOMPARE(stored(id).sha256, sha256(m_image));
    }

    void noticesADamagedPack_data()
    {
        QTest::addColumn<int>("how");
        QTest::addColumn<FailureCode>("code");
        QTest::newRow("gone") << 0 << FailureCode::ImageUnreadable;
        QTest::newRow("cut") << 1 << FailureCode::PackDamaged;
        QTest::newRow("tail damaged") << 2 << FailureCode::PackDamaged;
        QTest::newRow("another image") << 3 << FailureCode::PackDamaged;
    }

    void noticesADamagedPack()
    {
        QFETCH(int, how);
        QFETCH(FailureCode, code);
        const ImageId id = imported(u"a.img"_s);
        const QString path = packPath(*m_library->image(id));
        const QString source = m_dir->filePath(u"a.img"_s);
        QVERIFY(QFile::rename(source, source + u".away"_s));
        if (how == 0)
            QVERIFY(QFile::remove(path));
        else if (how == 1)
            QVERIFY(QFile::resize(path, QFileInfo(path).size() - 1));
        else if (how == 2)
            QVERIFY(flipByte(path, QFileInfo(path).size() - 5));
        else
            QVERIFY(samples::writePack(path, samples::mixed(mib, 99)));
        restart();
        QCOMPARE(m_library->image(id)->state, ImageState::Failed);
        QCOMPARE(m_library->image(id)->failure.code, code);
        QVERIFY(!m_library->pack(id));
        m_store->flush();
        QCOMPARE(stored(id).state, ImageState::Failed);
        // The same file is imported anew.
        QVERIFY(QFile::rename(source + u".away"_s, source));
        const ImageId again = *m_library->import(source);
        QVERIFY(again != id);
        QVERIFY(becomes(again, ImageState::Ready));
        QCOMPARE(contentOf(again), m_image);
    }

    // The library's disk was not there when the station started, and then it was.
    void comesBackWithItsDisk()
    {
        const ImageId id = imported(u"a.img"_s);
        const QString folder = m_dir->filePath(u"images"_s);
        QList<Image> known = m_library->images();
        m_library.reset();
        QVERIFY(QFile::rename(folder, folder + "-away"_L1));
        m_library = make(known);
        m_library->removeOrphans();
        QCOMPARE(m_library->image(id)->state, ImageState::Failed);
        QCOMPARE(m_library->image(id)->failure.code, FailureCode::ImageUnreadable);
        QVERIFY(!m_library->pack(id));

        known = m_library->images();
        m_library.reset();
        QVERIFY(QDir().rmdir(folder) && QFile::rename(folder + "-away"_L1, folder));
        m_library = make(known);
        m_library->removeOrphans();
        QCOMPARE(m_library->image(id)->state, ImageState::Ready);
        QCOMPARE(contentOf(id), m_image);
        m_store->flush();
        QCOMPARE(stored(id).state, ImageState::Ready);
        m_library.reset(); // waits for removals
        QCOMPARE(packs().size(), 1);
    }

    // Damage that only reading shows.
    void findsBitRot()
    {
        const ImageId id = imported(u"a.img"_s);
        const Image image = *m_library->image(id);
        m_library.reset();
        QVERIFY(flipByte(packPath(image), 500'000));
        QVERIFY(QFile::remove(image.sourcePath));
        m_library = make({image});
        QVERIFY(becomes(id, ImageState::Failed));
        QCOMPARE(m_library->image(id)->failure.code, FailureCode::PackDamaged);
        QVERIFY(m_library->image(id)->failure.detail.contains(packPath(image)));
        // And stays so, also when the station starts again.
        restart();
        QCOMPARE(m_library->image(id)->state, ImageState::Failed);
        QVERIFY(!m_library->pack(id));
        // Somebody puts a good copy there: it is found by the next check.
        m_library.reset();
        QVERIFY(flipByte(packPath(image), 500'000));
        m_library = make({stored(id)});
        QVERIFY(becomes(id, ImageState::Ready));
        QCOMPARE(contentOf(id), m_image);
    }

    void losesItsDatabase_data()
    {
        QTest::addColumn<bool>("records");
        QTest::newRow("with records") << true;
        QTest::newRow("of an earlier version, without") << false;
    }

    // The packs are all that there is.
    void losesItsDatabase()
    {
        QFETCH(bool, records);
        const ImageId id = imported(u"golden.img"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!m_library->image(id)->sha256.isEmpty(), patience);
        const Image before = *m_library->image(id);
        m_library.reset();
        QDir images(m_dir->filePath(u"images"_s));
        QVERIFY(records || images.remove(before.identity + u".json"_s));
        const QString stranger = images.filePath(QString(64, u'a') + u".img.zst"_s);
        QVERIFY(samples::writeFile(stranger, "not a pack"));
        const QString other = images.filePath(QString(64, u'B') + u".img.zst"_s);
        QVERIFY(samples::writePack(other, samples::mixed(mib, 7)));
        m_library = make({});
        m_library->removeOrphans();
        QCOMPARE(m_library->images().size(), 1);
        const Image after = m_library->images()[0];
        QCOMPARE(after.state, ImageState::Ready);
        QCOMPARE(after.identity, before.identity);
        QCOMPARE(after.size, before.size);
        QCOMPARE(after.dataBytes, before.dataBytes);
        QCOMPARE(after.packedBytes, before.packedBytes);
        QCOMPARE(contentOf(after.id), m_image);
        if (records) {
            QCOMPARE(after.id, before.id);
            QCOMPARE(after.name, before.name);
            QCOMPARE(after.sourcePath, before.sourcePath);
            QCOMPARE(after.added.toMSecsSinceEpoch(), before.added.toMSecsSinceEpoch());
        } else {
            QCOMPARE(after.name, u"Recovered "_s + before.identity.first(8));
        }
        const auto told = m_store->takeError();
        QVERIFY(told && told->code == FailureCode::DatabaseDamaged);
        QVERIFY(told->detail.contains(after.name));
        const auto left = m_store->takeError();
        QVERIFY(left && left->detail.contains(QFileInfo(stranger).fileName()));
        m_library.reset(); // waits for removals
        QVERIFY(QFile::exists(stranger) && QFile::exists(other));
        // What was taken in again is in the database now.
        m_store->flush();
        m_library = make({stored(after.id)});
        QCOMPARE(m_library->images().size(), 1);
    }

    // What the operator removed does not come back.
    void removedImagesStayRemoved()
    {
        const ImageId id = imported(u"a.img"_s);
        const QString identity = m_library->image(id)->identity;
        m_library->keepForJob(identity);
        QVERIFY(m_library->remove(id).ok());
        QCOMPARE(packs().size(), 1);
        m_library.reset();
        m_library = make({});
        QVERIFY(m_library->images().isEmpty());
        m_library->keepForJob(identity); // the job lives on
        m_library->removeOrphans();
        QVERIFY(m_library->packOf(identity));
        m_library->letGoOfJob(identity);
        QTRY_VERIFY(packs().isEmpty());
        // And the next time without a job.
        const ImageId again = imported(u"a.img"_s);
        m_library->keepForJob(identity);
        QVERIFY(m_library->remove(again).ok());
        m_library.reset();
        m_library = make({});
        m_library->removeOrphans();
        QTRY_VERIFY(packs().isEmpty());
        QTRY_VERIFY(!QFile::exists(m_dir->filePath(u"images/%1.json"_s.arg(identity))));
    }

    // The record names the entry that is left.
    void remembersTheNameThatIsLeft()
    {
        const ImageId first = imported(u"a.img"_s);
        const ImageId second = imported(u"b.img"_s);
        QVERIFY(m_library->remove(second).ok());
        m_library.reset();
        m_library = make({});
        QCOMPARE(m_library->images().size(), 1);
        QCOMPARE(m_library->images()[0].name, u"a.img"_s);
        QCOMPARE(m_library->images()[0].id, first);
    }

    void failsWhenTheSourceIsGone()
    {
        Image image;
        image.id = u"lost"_s;
        image.sourcePath = m_dir->filePath(u"gone.img"_s);
        m_library.reset();
        m_library = make({image});
        QVERIFY(becomes(u"lost"_s, ImageState::Failed));
        QCOMPARE(m_library->image(u"lost"_s)->failure.code, FailureCode::ImageUnreadable);
    }

    void removesOrphans()
    {
        const QString id(32, u'1');
        const QString orphan = m_dir->filePath(u"images/IMPORT-%1.part"_s.arg(id));
        QVERIFY(samples::writeFile(orphan, "x"));
        const QStringList others{m_dir->filePath(u"images/readme.txt"_s),
                                 m_dir->filePath(u"images/IMPORT-holiday.part"_s)};
        for (const QString &other : others)
            QVERIFY(samples::writeFile(other, "x"));
        const QString linked = m_dir->filePath(u"images/IMPORT-%1.part"_s.arg(QString(32, u'2')));
        QCOMPARE(link(others[0].toLocal8Bit().constData(), linked.toLocal8Bit().constData()), 0);
        restart();
        QVERIFY(!QFile::exists(orphan));
        for (const QString &other : others)
            QVERIFY(QFile::exists(other));
        QVERIFY(QFile::exists(linked));
    }
};

QTEST_GUILESS_MAIN(TestImageLibraryRestart)
#include "tst_image_library_restart.moc"
