// SPDX-License-Identifier: GPL-3.0-or-later
// A library in a folder of its own, with a store and a pool of one thread.
#pragma once

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

namespace bench
{

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;

inline constexpr qint64 mib = imaging::chunkBytes;
inline constexpr int patience = 60'000; // ms; a busy machine is slow

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

inline QString sha256(const QByteArray &bytes)
{
    return QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
}

inline bool flipByte(const QString &path, qint64 at)
{
    QFile file(path);
    char byte = 0;
    return file.open(QIODevice::ReadWrite) && file.seek(at) && file.getChar(&byte) &&
           file.seek(at) && file.putChar(char(byte ^ 1));
}

// What the tests have in common; prepare() before each.
class LibraryBench : public QObject
{
protected:
    void prepare()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_image = samples::mixed(5 * mib + 512);
        auto store = Store::open(m_dir->filePath(u"station.db"_s));
        QVERIFY(store.ok());
        m_store = std::move(*store);
        m_library = make({});
    }

    void tidyUp()
    {
        m_library.reset();
        m_store.reset();
    }

    std::unique_ptr<ImageLibrary> make(const QList<Image> &known)
    {
        return std::make_unique<ImageLibrary>(m_dir->filePath(u"images"_s), *m_store, m_pool, known,
                                              nullptr, m_looks);
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
    LibraryLooks m_looks; // of those that are made from now on
    std::unique_ptr<ImageLibrary> m_library;
};

} // namespace bench
