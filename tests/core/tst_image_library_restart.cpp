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
        QTest::newRow("cut") << 1 << FailureCode::ImageCorrupt;
        QTest::newRow("tail damaged") << 2 << FailureCode::ImageCorrupt;
        QTest::newRow("another image") << 3 << FailureCode::ImageCorrupt;
    }

    void noticesADamagedPack()
    {
        QFETCH(int, how);
        QFETCH(FailureCode, code);
        const ImageId id = imported(u"a.img"_s);
        const QString path = packPath(*m_library->image(id));
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
        const ImageId again = *m_library->import(m_dir->filePath(u"a.img"_s));
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

    // Damage that only reading shows is found while the sum is computed.
    void findsBitRot()
    {
        const ImageId id = imported(u"a.img"_s);
        Image image = *m_library->image(id);
        image.sha256.clear();
        m_library.reset();
        QVERIFY(flipByte(packPath(image), 500'000));
        m_library = make({image});
        QVERIFY(becomes(id, ImageState::Failed));
        QCOMPARE(m_library->image(id)->failure.code, FailureCode::ImageCorrupt);
    }

    void failsWhenTheSourceIsGone()
    {
        Image image;
        image.id = u"lost"_s;
        image.sourcePath = m_dir->filePath(u"gone.img"_s);
        m_library.reset();
        m_library = make({image});
        QCOMPARE(m_library->image(u"lost"_s)->state, ImageState::Failed);
        QCOMPARE(m_library->image(u"lost"_s)->failure.code, FailureCode::ImageUnreadable);
    }

    void removesOrphans()
    {
        const QString orphan = m_dir->filePath(u"images/IMPORT-1234.part"_s);
        QVERIFY(samples::writeFile(orphan, "x"));
        const QString other = m_dir->filePath(u"images/readme.txt"_s);
        QVERIFY(samples::writeFile(other, "x"));
        restart();
        QVERIFY(!QFile::exists(orphan));
        QVERIFY(QFile::exists(other));
    }
};

QTEST_GUILESS_MAIN(TestImageLibraryRestart)
#include "tst_image_library_restart.moc"
