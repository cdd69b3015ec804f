// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image_library.h"

#include "core/store.h"
#include "core/upload_samples.h"

#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <future>
#include <memory>
#include <optional>
#include <sys/mount.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;

namespace
{

constexpr qint64 mib = imaging::chunkBytes;
constexpr int patience = 60'000; // ms; a busy machine is slow

// Keeps a pool of one thread from working, so that an import stands still where the test wants it.
class Block
{
public:
    explicit Block(imaging::WorkerPool &pool)
    {
        pool.submit([wait = m_release.get_future().share()] { wait.wait(); });
    }
    ~Block() { release(); }
    Block(const Block &) = delete;
    Block &operator=(const Block &) = delete;

    void release()
    {
        if (!std::exchange(m_released, true))
            m_release.set_value();
    }

private:
    std::promise<void> m_release;
    bool m_released = false;
};

QString sha256(const QByteArray &bytes)
{
    return QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
}

bool flipByte(const QString &path, qint64 at)
{
    QFile file(path);
    char byte = 0;
    return file.open(QIODevice::ReadWrite) && file.seek(at) && file.getChar(&byte) &&
           file.seek(at) && file.putChar(char(byte ^ 1));
}

} // namespace

class TestImageLibrary : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_image = samples::mixed(5 * mib + 512);
        auto store = Store::open(m_dir->filePath(u"station.db"_s));
        QVERIFY(store.ok());
        m_store = std::move(*store);
        m_library = make({});
    }

    void cleanup()
    {
        m_library.reset();
        m_store.reset();
    }

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
        QTest::newRow("other extension") << u"a.zip"_s << FailureCode::ImageFormatUnknown;
        QTest::newRow("other zst") << u"a.tar.zst"_s << FailureCode::ImageFormatUnknown;
        QTest::newRow("xz") << u"a.img.xz"_s << FailureCode::ImageFormatUnknown;
    }

    void refuses()
    {
        QFETCH(QString, name);
        QFETCH(FailureCode, code);
        QVERIFY(QDir(m_dir->path()).mkdir(u"folder.img"_s));
        QCOMPARE(mkfifo(local(u"fifo.img"_s).constData(), 0600), 0);
        for (const QString &made : {u"secret.img"_s, u"a.zip"_s, u"a.tar.zst"_s, u"a.img.xz"_s})
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
        QVERIFY(packs().isEmpty());
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
        QVERIFY(packs().isEmpty());
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
        QTRY_VERIFY_WITH_TIMEOUT(parts().isEmpty() && packs().isEmpty(), patience);
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
        QVERIFY(parts().isEmpty() && packs().isEmpty());
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
        QVERIFY(parts().isEmpty() && packs().isEmpty());
    }

    void refusesOtherZstd()
    {
        imaging::ChunkCompressor compressor(imaging::importLevel);
        QByteArray frame(protocol::maxFrameBytes, Qt::Uninitialized);
        const auto room = std::as_writable_bytes(std::span(frame.data(), size_t(frame.size())));
        frame.resize(qsizetype(compressor.compress(samples::view(m_image).first(mib), room)));
        const ImageId id = *m_library->import(file(u"foreign.img.zst"_s, frame));
        QVERIFY(becomes(id, ImageState::Failed));
        QCOMPARE(m_library->image(id)->failure.code, FailureCode::ImageFormatUnknown);
        QCOMPARE(m_library->image(id)->failure.stage, protocol::Stage::Import);
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
        QTest::newRow("gone") << 0;
        QTest::newRow("cut") << 1;
        QTest::newRow("tail damaged") << 2;
        QTest::newRow("another image") << 3;
    }

    void noticesADamagedPack()
    {
        QFETCH(int, how);
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
        QCOMPARE(m_library->image(id)->failure.code, FailureCode::ImageCorrupt);
        QVERIFY(!m_library->pack(id));
        m_store->flush();
        QCOMPARE(stored(id).state, ImageState::Failed);
        // The same file is imported anew.
        const ImageId again = *m_library->import(m_dir->filePath(u"a.img"_s));
        QVERIFY(again != id);
        QVERIFY(becomes(again, ImageState::Ready));
        QCOMPARE(contentOf(again), m_image);
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

    void saysThatTheDiskIsFull_data()
    {
        QTest::addColumn<QString>("size");
        QTest::newRow("before") << u"8m"_s;
        QTest::newRow("meanwhile") << u"24m"_s;
    }

    void saysThatTheDiskIsFull()
    {
        QFETCH(QString, size);
        const QString images = m_dir->filePath(u"images"_s);
        // Not by QProcess: ThreadSanitizer does not bear a fork beside threads.
        const QByteArray options = "size=" + size.toLatin1();
        if (mount("tmpfs", local(u"images"_s).constData(), "tmpfs", 0, options.constData()) != 0)
            QSKIP("needs the right to mount");
        const ImageId id = *m_library->import(file(u"a.img"_s, samples::noise(30 * mib, 5)));
        const bool failed = becomes(id, ImageState::Failed);
        const QStringList left = QDir(images).entryList(QDir::Files);
        QCOMPARE(umount(local(u"images"_s).constData()), 0);
        QVERIFY(failed);
        QCOMPARE(m_library->image(id)->failure.code, FailureCode::StorageFull);
        QVERIFY(left.isEmpty());
    }

private:
    std::unique_ptr<ImageLibrary> make(const QList<Image> &known)
    {
        return std::make_unique<ImageLibrary>(m_dir->filePath(u"images"_s), *m_store, m_pool,
                                              known);
    }

    void restart()
    {
        const QList<Image> known = m_library->images();
        m_library.reset();
        m_library = make(known);
    }

    QByteArray local(const QString &name) const { return m_dir->filePath(name).toLocal8Bit(); }

    QString file(const QString &name, const QByteArray &content) const
    {
        const QString path = m_dir->filePath(name);
        if (!samples::writeFile(path, content))
            qFatal("%s", qPrintable(path));
        return path;
    }

    bool becomes(const ImageId &id, ImageState state) const
    {
        return QTest::qWaitFor([&] { return m_library->image(id)->state == state; }, patience);
    }

    ImageId imported(const QString &name)
    {
        const auto id = m_library->import(file(name, m_image));
        return id && becomes(*id, ImageState::Ready) ? *id : ImageId();
    }

    QString packPath(const Image &image) const
    {
        return m_dir->filePath(u"images/%1.img.zst"_s.arg(image.identity));
    }

    QStringList parts() const
    {
        return QDir(m_dir->filePath(u"images"_s)).entryList({u"*.part"_s}, QDir::Files);
    }

    QStringList packs() const
    {
        return QDir(m_dir->filePath(u"images"_s)).entryList({u"*.img.zst"_s}, QDir::Files);
    }

    QByteArray contentOf(const ImageId &id) const
    {
        const auto pack = m_library->pack(id);
        QByteArray content;
        std::vector<std::byte> chunk(mib);
        for (quint64 i = 0; pack && i < pack->tail().map().count(); ++i) {
            const quint32 length = pack->tail().map().length(i);
            if (!pack->readChunk(i, std::span(chunk).first(length)))
                return {};
            content.append(reinterpret_cast<const char *>(chunk.data()), length);
        }
        return content;
    }

    Image stored(const ImageId &id) const
    {
        const auto snapshot = m_store->load();
        for (const Image &image : snapshot ? snapshot->images : QList<Image>()) {
            if (image.id == id)
                return image;
        }
        return {};
    }

    static void meddle(const QString &path, int how)
    {
        if (how == 0) {
            QFile opened(path);
            QVERIFY(opened.open(QIODevice::ReadWrite) && opened.seek(19 * mib) &&
                    opened.putChar('x'));
        } else if (how == 1 || how == 2) {
            QVERIFY(QFile::resize(path, how == 1 ? 21 * mib : 15 * mib));
        } else {
            QVERIFY(QFile::remove(path));
            QVERIFY(how == 4 || samples::writeFile(path, samples::noise(20 * mib, 3)));
        }
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    QByteArray m_image;
    imaging::WorkerPool m_pool{1};
    std::unique_ptr<Store> m_store;
    std::unique_ptr<ImageLibrary> m_library;
};

QTEST_GUILESS_MAIN(TestImageLibrary)
#include "tst_image_library.moc"
