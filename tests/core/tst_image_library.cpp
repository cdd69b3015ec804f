// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/library_bench.h"

#include <QDeadlineTimer>
#include <QThread>

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using namespace bench;

class TestImageLibrary : public LibraryBench
{
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }

    void cleanup() { tidyUp(); }

    void imports_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name : {"a.img", "a.wic", "a.raw", "A.IMG", "ümläut golden.img"})
            QTest::newRow(name) << QString::fromUtf8(name);
    }

    void imports()
    {
        QFETCH(QString, name);
        QSignalSpy added(m_library.get(), &ImageLibrary::imageAdded);
        const QString source = file(name, m_image);
        const auto id = m_library->import(source);
        QVERIFY(id.ok());
        QCOMPARE(added.value(0).value(0).toString(), *id);
        QCOMPARE(m_library->image(*id)->state, ImageState::Importing);
        QCOMPARE(m_library->image(*id)->total, m_image.size());
        QVERIFY(!m_library->pack(*id));
        QVERIFY(becomes(*id, ImageState::Ready));
        const Image image = *m_library->image(*id);
        QCOMPARE(image.name, name);
        QCOMPARE(image.sourcePath, source);
        QCOMPARE(image.size, m_image.size());
        QCOMPARE(image.identity, samples::claimOf(m_image).imageIdentity);
        QCOMPARE(image.dataBytes, samples::mapOf(m_image).dataBytes());
        QCOMPARE(image.packedBytes, QFileInfo(packPath(image)).size());
        QCOMPARE(contentOf(*id), m_image);
        QVERIFY(parts().isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(m_library->image(*id)->sha256, sha256(m_image), patience);
    }

    void isInTheStore()
    {
        const ImageId id = imported(u"a.img"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!m_library->image(id)->sha256.isEmpty(), patience);
        m_store->flush();
        const Image kept = stored(id);
        QCOMPARE(kept.state, ImageState::Ready);
        QCOMPARE(kept.identity, m_library->image(id)->identity);
        QCOMPARE(kept.sha256, sha256(m_image));
        QCOMPARE(kept.sourceSize, m_image.size());
        QVERIFY(kept.sourceModifiedNs > 0);
    }

    void tellsProgressNowAndThen()
    {
        m_image = samples::noise(40 * mib, 5);
        QSignalSpy changed(m_library.get(), &ImageLibrary::imageChanged);
        QElapsedTimer timer;
        timer.start();
        const ImageId id = *m_library->import(file(u"a.img"_s, m_image));
        QVERIFY(becomes(id, ImageState::Ready));
        // Five a second, the end of the import and the sum.
        QVERIFY(changed.size() <= timer.elapsed() / 200 + 2);
        QVERIFY(changed.size() >= 1);
    }

    void importsSeveral()
    {
        QList<ImageId> ids;
        for (int i = 0; i < 4; ++i) {
            const QByteArray content = samples::mixed(mib + i, quint32(100 * i));
            ids << *m_library->import(file(u"%1.img"_s.arg(i), content));
        }
        for (const ImageId &id : ids)
            QVERIFY(becomes(id, ImageState::Ready));
        QCOMPARE(m_library->images().size(), 4);
        for (int i = 0; i < 4; ++i)
            QCOMPARE(m_library->images()[i].id, ids[i]);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<FailureCode>("code");
        QTest::newRow("missing") << u"missing.img"_s << FailureCode::ImageUnreadable;
        QTest::newRow("folder") << u"folder.img"_s << FailureCode::ImageUnreadable;
        QTest::newRow("fifo") << u"fifo.img"_s << FailureCode::ImageUnreadable;
        QTest::newRow("not allowed") << u"secret.img"_s << FailureCode::ImageUnreadable;
        QTest::newRow("empty") << u"empty.img"_s << FailureCode::ImageEmpty;
        QTest::newRow("other extension") << u"a.7z"_s << FailureCode::ImageFormatUnknown;
        QTest::newRow("other zst") << u"a.tar.zst"_s << FailureCode::ImageFormatUnknown;
        QTest::newRow("other xz") << u"a.xz"_s << FailureCode::ImageFormatUnknown;
    }

    void refuses()
    {
        QFETCH(QString, name);
        QFETCH(FailureCode, code);
        QVERIFY(QDir(m_dir->path()).mkdir(u"folder.img"_s));
        QCOMPARE(mkfifo(local(u"fifo.img"_s).constData(), 0600), 0);
        for (const QString &made : {u"secret.img"_s, u"a.7z"_s, u"a.tar.zst"_s, u"a.xz"_s})
            file(made, m_image);
        file(u"empty.img"_s, {});
        QCOMPARE(chmod(local(u"secret.img"_s).constData(), 0), 0);
        QCOMPARE(chmod(local(u"."_s).constData(), 0755), 0);
        const bool switched = name.startsWith("secret"_L1) && geteuid() == 0 && seteuid(65534) == 0;
        const auto id = m_library->import(m_dir->filePath(name));
        QVERIFY(!switched || seteuid(0) == 0);
        QVERIFY(!id.ok());
        QCOMPARE(id.failure().code, code);
        QVERIFY(id.failure().detail.contains(name));
        QVERIFY(m_library->images().isEmpty());
    }

    void importsASparseFile()
    {
        const QString path = file(u"a.img"_s, samples::noise(mib, 3));
        QVERIFY(QFile::resize(path, 4096 * mib));
        const ImageId id = *m_library->import(path);
        QVERIFY(becomes(id, ImageState::Ready));
        const Image *image = m_library->image(id);
        QCOMPARE(image->size, 4096 * mib);
        QCOMPARE(image->dataBytes, mib);
        QVERIFY(image->packedBytes < 2 * mib);
    }

    void knowsTheSameSource()
    {
        const QString source = file(u"a.img"_s, m_image);
        const ImageId id = *m_library->import(source);
        QCOMPARE(*m_library->import(source), id); // still importing
        QVERIFY(becomes(id, ImageState::Ready));
        QCOMPARE(*m_library->import(source), id);
        QVERIFY(QFile::resize(source, 3 * mib));
        const ImageId other = *m_library->import(source);
        QVERIFY(other != id);
        QVERIFY(becomes(other, ImageState::Ready));
        QVERIFY(m_library->image(other)->identity != m_library->image(id)->identity);
    }

    void sharesAPack()
    {
        const ImageId first = imported(u"a.img"_s);
        const ImageId second = imported(u"b.img"_s);
        QVERIFY(first != second);
        const Image image = *m_library->image(second);
        QCOMPARE(m_library->image(first)->identity, image.identity);
        QCOMPARE(packs().size(), 1);
        QVERIFY(m_library->remove(first).ok());
        QVERIFY(QFile::exists(packPath(image)));
        QCOMPARE(contentOf(second), m_image);
        const auto reading = m_library->pack(second);
        QVERIFY(m_library->remove(second).ok());
        QTRY_VERIFY(packs().isEmpty());
        // A transfer that has it open goes on.
        std::vector<std::byte> chunk(mib);
        QVERIFY(reading->readChunk(0, chunk).ok());
    }

    void removes()
    {
        QSignalSpy removed(m_library.get(), &ImageLibrary::imageRemoved);
        const ImageId id = imported(u"a.img"_s);
        QVERIFY(m_library->remove(id).ok());
        QCOMPARE(removed.value(0).value(0).toString(), id);
        QVERIFY(!m_library->image(id));
        QVERIFY(!m_library->pack(id));
        QCOMPARE(m_library->remove(id).failure().code, FailureCode::UnknownImage);
        m_store->flush();
        QVERIFY(m_store->load()->images.isEmpty());
        QTRY_VERIFY(packs().isEmpty());
    }

    void mayBeChangedByWhoListens()
    {
        m_image = samples::noise(30 * mib, 2);
        connect(m_library.get(), &ImageLibrary::imageChanged, m_library.get(), [this] {
            while (!m_library->images().isEmpty())
                QVERIFY(m_library->remove(m_library->image(m_library->images()[0].id)->id).ok());
        });
        QVERIFY(m_library->import(file(u"a.img"_s, m_image)).ok());
        QVERIFY(m_library->import(file(u"b.img"_s, m_image)).ok());
        QTRY_VERIFY_WITH_TIMEOUT(m_library->images().isEmpty(), patience);
        // Its end waits for removals. Before that, two listings may miss a pack between them, which
        // gets a .part's name on its way out.
        m_library.reset();
        QCOMPARE(parts() + packs(), QStringList());
    }

    void endsWhenAnImportHasJustEnded_data()
    {
        QTest::addColumn<bool>("removed");
        QTest::newRow("removed") << true;
        QTest::newRow("still listed") << false;
    }

    // Its thread has told, and nobody has heard: no event loop runs here.
    void endsWhenAnImportHasJustEnded()
    {
        QFETCH(bool, removed);
        const ImageId id = *m_library->import(file(u"a.img"_s, m_image));
        const QDeadlineTimer deadline(patience);
        while (packs().isEmpty() && !deadline.hasExpired())
            QThread::msleep(1);
        QCOMPARE(packs().size(), 1);
        if (removed)
            QVERIFY(m_library->remove(id).ok());
        restart();
        if (!removed)
            QTRY_COMPARE_WITH_TIMEOUT(m_library->image(id)->state, ImageState::Ready, patience);
        QCOMPARE(m_library->images().size(), removed ? 0 : 1);
        QCOMPARE(packs().size(), removed ? 0 : 1);
        QCOMPARE(parts(), QStringList());
    }

    void cancels()
    {
        m_image = samples::noise(30 * mib, 2);
        std::optional<Block> block(m_pool);
        const ImageId running = *m_library->import(file(u"a.img"_s, m_image));
        const ImageId waiting = *m_library->import(file(u"b.img"_s, m_image));
        QTRY_VERIFY_WITH_TIMEOUT(m_library->image(running)->done > 0, patience);
        QVERIFY(m_library->remove(running).ok());
        QVERIFY(m_library->remove(waiting).ok());
        QVERIFY(m_library->images().isEmpty());
        block.reset();
        QTRY_VERIFY_WITH_TIMEOUT(parts().isEmpty(), patience);
        // The thread is free again, and nothing of the cancelled ones is left.
        m_image = samples::mixed(mib);
        imported(u"c.img"_s);
        QCOMPARE(packs().size(), 1);
        QCOMPARE(m_library->images().size(), 1);
    }

    void noticesAChange_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("written to") << 0;
        QTest::newRow("longer") << 1;
        QTest::newRow("shorter") << 2;
        QTest::newRow("replaced") << 3;
        QTest::newRow("gone") << 4;
    }

    void noticesAChange()
    {
        QFETCH(int, how);
        m_image = samples::noise(20 * mib, 2);
        std::optional<Block> block(m_pool);
        const QString source = file(u"a.img"_s, m_image);
        const ImageId id = *m_library->import(source);
        QTRY_VERIFY_WITH_TIMEOUT(m_library->image(id)->done > 0, patience);
        meddle(source, how);
        block.reset();
        QVERIFY(becomes(id, ImageState::Failed));
        QCOMPARE(m_library->image(id)->failure.code, FailureCode::ImageUnreadable);
        QTRY_VERIFY(parts().isEmpty() && packs().isEmpty());
        m_store->flush();
        QCOMPARE(stored(id).failure.code, FailureCode::ImageUnreadable);
    }

    void takesAPackOfOurs()
    {
        const QString source = m_dir->filePath(u"golden.img.zst"_s);
        QVERIFY(samples::writePack(source, m_image));
        const ImageId id = *m_library->import(source);
        QVERIFY(becomes(id, ImageState::Ready));
        QCOMPARE(contentOf(id), m_image);
        QCOMPARE(samples::readFile(packPath(*m_library->image(id))), samples::readFile(source));
        QCOMPARE(m_library->image(id)->identity, samples::claimOf(m_image).imageIdentity);
    }

    void checksAPackOfOurs()
    {
        const QString source = m_dir->filePath(u"golden.img.zst"_s);
        QVERIFY(samples::writePack(source, m_image));
        QVERIFY(flipByte(source, 500'000));
        const ImageId id = *m_library->import(source);
        QVERIFY(becomes(id, ImageState::Failed));
        QCOMPARE(m_library->image(id)->failure.code, FailureCode::ImageCorrupt);
        QTRY_VERIFY(parts().isEmpty() && packs().isEmpty());
    }

    void saysThatTheDiskIsFull_data()
    {
        QTest::addColumn<QString>("size");
        QTest::addColumn<int>("mebibytes");
        QTest::addColumn<bool>("isPack");
        QTest::newRow("before") << u"8m"_s << 30 << false;
        QTest::newRow("meanwhile") << u"24m"_s << 30 << false;
        // It would fit, but not with what is to be left free.
        QTest::newRow("copying a pack") << u"30m"_s << 20 << true;
    }

    void saysThatTheDiskIsFull()
    {
        QFETCH(QString, size);
        QFETCH(int, mebibytes);
        QFETCH(bool, isPack);
        const QString images = m_dir->filePath(u"images"_s);
        // Not by QProcess: ThreadSanitizer does not bear a fork beside threads.
        const QByteArray options = "size=" + size.toLatin1();
        if (mount("tmpfs", local(u"images"_s).constData(), "tmpfs", 0, options.constData()) != 0)
            QSKIP("needs the right to mount");
        const QByteArray content = samples::noise(mebibytes * mib, 5);
        const QString source = isPack ? m_dir->filePath(u"a.img.zst"_s) : file(u"a.img"_s, content);
        if (isPack)
            QVERIFY(samples::writePack(source, content));
        const ImageId id = *m_library->import(source);
        const bool failed = becomes(id, ImageState::Failed);
        const QStringList left = QDir(images).entryList(QDir::Files);
        QCOMPARE(umount(local(u"images"_s).constData()), 0);
        QVERIFY(failed);
        QCOMPARE(m_library->image(id)->failure.code, FailureCode::StorageFull);
        QVERIFY(left.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestImageLibrary)
#include "tst_image_library.moc"
