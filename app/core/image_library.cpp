// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image_library.h"

#include "core/files.h"
#include "core/image_import.h"
#include "core/store.h"
#include "core/task_thread.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTimer>
#include <QUuid>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>

namespace core
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;
using PackPtr = std::shared_ptr<const imaging::PackReader>;
using ControlPtr = std::shared_ptr<WorkControl>;

namespace
{

constexpr auto progressInterval = 200ms;

// Identities of packs that an import is just giving their names: nobody may remove them, though no
// entry has them yet.
class NamingGuard
{
public:
    void claim(const QString &identity)
    {
        const std::lock_guard lock(m_mutex);
        m_claimed << identity;
    }

    void release(const QString &identity)
    {
        const std::lock_guard lock(m_mutex);
        m_claimed.removeOne(identity);
    }

    void removeUnclaimed(const QString &identity, const QString &path)
    {
        const std::lock_guard lock(m_mutex);
        if (!m_claimed.contains(identity))
            QFile::remove(path);
    }

private:
    std::mutex m_mutex;
    QStringList m_claimed;
};

} // namespace

// What is under way for an entry: its import, then the sum of the whole image.
struct ImageLibrary::Import {
    ImageId id;
    QString source;
    QString part;
    ControlPtr control = std::make_shared<WorkControl>();
};

struct ImageLibrary::State {
    State(ImageLibrary &owner, const QString &folder, Store &keeper, imaging::WorkerPool &workers)
        : library(owner), directory(folder), store(keeper), pool(workers)
    {
    }

    ImageLibrary &library;
    const QDir directory;
    Store &store;
    imaging::WorkerPool &pool;
    QList<Image> images;
    QHash<QString, PackPtr> packs; // by identity
    QHash<ImageId, ControlPtr> imports;
    QHash<ImageId, ControlPtr> digests;
    QTimer ticker;
    NamingGuard naming;
    // The last members: their threads end before what they use.
    TaskThread importThread;
    TaskThread digestThread{TaskPriority::Lowest};

    [[nodiscard]] Image *find(const ImageId &id);
    [[nodiscard]] QString packPath(const QString &identity) const;
    [[nodiscard]] QString partPath(const ImageId &id) const;
    [[nodiscard]] bool isNeeded(const QString &identity) const;

    void restore(const QList<Image> &known);
    void removeOrphans() const;
    void restoreReady(Image &image);
    void restartImport(Image &image);
    [[nodiscard]] const Image *sameSource(const QString &path, const SourceStamp &stamp) const;

    void startImport(const Image &image);
    void runImport(const Import &import);
    [[nodiscard]] Result<ImportedPack> makeNamedPack(const Import &import);
    void finishImport(const ImageId &id, const Result<ImportedPack> &result);
    void becomeReady(Image &image, const ImportedPack &imported);
    void becomeFailed(Image &image, const Failure &failure);

    void startDigest(Image &image);
    void finishDigest(const ImageId &id, const Result<imaging::Digest> &result);
    void sampleProgress();
    void changed(const Image &image);
    void dropPack(const QString &identity);
    void cancelAll();
};

Image *ImageLibrary::State::find(const ImageId &id)
{
    const auto it = std::find_if(images.begin(), images.end(),
                                 [&id](const Image &image) { return image.id == id; });
    return it == images.end() ? nullptr : &*it;
}

QString ImageLibrary::State::packPath(const QString &identity) const
{
    return directory.filePath(identity + ".img.zst"_L1);
}

QString ImageLibrary::State::partPath(const ImageId &id) const
{
    return directory.filePath(u"IMPORT-%1.part"_s.arg(id));
}

bool ImageLibrary::State::isNeeded(const QString &identity) const
{
    return std::any_of(images.begin(), images.end(), [&identity](const Image &image) {
        return image.state == ImageState::Ready && image.identity == identity;
    });
}

void ImageLibrary::State::restore(const QList<Image> &known)
{
    directory.mkpath(u"."_s);
    removeOrphans();
    images = known;
    for (Image &image : images) {
        if (image.state == ImageState::Ready)
            restoreReady(image);
        else if (image.state == ImageState::Importing)
            restartImport(image);
    }
}

// Imports begin anew, so no .part is of use to anybody.
void ImageLibrary::State::removeOrphans() const
{
    for (const QString &name : directory.entryList({u"IMPORT-*.part"_s}, QDir::Files))
        QFile::remove(directory.filePath(name));
}

void ImageLibrary::State::restoreReady(Image &image)
{
    const QString path = packPath(image.identity);
    const auto pack = imaging::PackReader::open(path);
    if (pack && imaging::toHex((*pack)->tail().map().identity()) == image.identity) {
        packs.insert(image.identity, *pack);
        startDigest(image);
        return;
    }
    const QString why = pack ? u"%1 holds another image"_s.arg(path) : pack.failure().detail;
    becomeFailed(image, {FailureCode::ImageCorrupt, Stage::Import, why});
}

void ImageLibrary::State::restartImport(Image &image)
{
    const auto stamp = inspectSource(image.sourcePath);
    if (!stamp) {
        becomeFailed(image, stamp.failure());
        return;
    }
    image.done = 0;
    image.total = stamp->size;
    startImport(image);
}

const Image *ImageLibrary::State::sameSource(const QString &path, const SourceStamp &stamp) const
{
    const auto it = std::find_if(images.begin(), images.end(), [&](const Image &image) {
        return image.state != ImageState::Failed && image.sourcePath == path &&
               image.sourceSize == stamp.size && image.sourceModifiedNs == stamp.modifiedNs;
    });
    return it == images.end() ? nullptr : &*it;
}

void ImageLibrary::State::startImport(const Image &image)
{
    const Import import{image.id, image.sourcePath, partPath(image.id)};
    imports.insert(image.id, import.control);
    importThread.submit([this, import] { runImport(import); });
    ticker.start(progressInterval);
}

// On the import thread.
void ImageLibrary::State::runImport(const Import &import)
{
    const auto result = makeNamedPack(import);
    QMetaObject::invokeMethod(
        &library, [this, id = import.id, result] { finishImport(id, result); },
        Qt::QueuedConnection);
}

Result<ImportedPack> ImageLibrary::State::makeNamedPack(const Import &import)
{
    auto imported = importPack(import.source, import.part, pool, *import.control);
    if (!imported)
        return imported;
    const QString identity = imaging::toHex(imported->pack->tail().map().identity());
    const QString path = packPath(identity);
    naming.claim(identity);
    // In place of a pack of the same image: whoever reads that one goes on doing so.
    auto named = renameFile(import.part, path, true);
    if (named)
        named = syncFolderOf(path);
    if (named)
        return imported;
    naming.release(identity);
    QFile::remove(import.part);
    return Failure{FailureCode::StationIoError, Stage::Import, named.failure().detail};
}

void ImageLibrary::State::finishImport(const ImageId &id, const Result<ImportedPack> &result)
{
    imports.remove(id);
    Image *image = find(id);
    if (image && result)
        becomeReady(*image, *result);
    else if (image)
        becomeFailed(*image, result.failure());
    if (result) {
        const QString identity = imaging::toHex(result->pack->tail().map().identity());
        naming.release(identity);
        dropPack(identity); // when it was cancelled in the last moment
    }
    if (image)
        Q_EMIT library.imageChanged(id);
}

void ImageLibrary::State::becomeReady(Image &image, const ImportedPack &imported)
{
    const imaging::BlockMap &map = imported.pack->tail().map();
    image.state = ImageState::Ready;
    image.identity = imaging::toHex(map.identity());
    image.sourceSize = imported.source.size;
    image.sourceModifiedNs = imported.source.modifiedNs;
    image.size = map.imageSize();
    image.dataBytes = map.dataBytes();
    image.packedBytes = imported.pack->fileSize();
    image.done = image.total = image.size;
    image.failure = {};
    packs.insert(image.identity, imported.pack);
    store.save(image);
    startDigest(image);
}

void ImageLibrary::State::becomeFailed(Image &image, const Failure &failure)
{
    image.state = ImageState::Failed;
    image.failure = failure;
    store.save(image);
}

void ImageLibrary::State::startDigest(Image &image)
{
    if (!image.sha256.isEmpty())
        return;
    const auto control = std::make_shared<WorkControl>();
    digests.insert(image.id, control);
    digestThread.submit([this, control, id = image.id, pack = packs.value(image.identity)] {
        const auto result = digestOfImage(*pack, *control);
        QMetaObject::invokeMethod(
            &library, [this, id, result] { finishDigest(id, result); }, Qt::QueuedConnection);
    });
}

void ImageLibrary::State::finishDigest(const ImageId &id, const Result<imaging::Digest> &result)
{
    digests.remove(id);
    Image *image = find(id);
    if (!image || image->state != ImageState::Ready)
        return;
    if (result) {
        image->sha256 = imaging::toHex(*result);
        changed(*image);
    } else if (result.failure().code == FailureCode::ImageCorrupt) {
        becomeFailed(*image, result.failure());
        Q_EMIT library.imageChanged(id);
    }
}

void ImageLibrary::State::sampleProgress()
{
    if (imports.isEmpty())
        ticker.stop();
    for (auto it = imports.cbegin(); it != imports.cend(); ++it) {
        Image *image = find(it.key());
        const qint64 done = it.value()->done;
        if (!image || image->done == done)
            continue;
        image->done = done;
        Q_EMIT library.imageChanged(image->id);
    }
}

void ImageLibrary::State::changed(const Image &image)
{
    store.save(image);
    Q_EMIT library.imageChanged(image.id);
}

void ImageLibrary::State::dropPack(const QString &identity)
{
    if (identity.isEmpty() || isNeeded(identity))
        return;
    packs.remove(identity);
    naming.removeUnclaimed(identity, packPath(identity));
}

void ImageLibrary::State::cancelAll()
{
    for (const ControlPtr &control : std::as_const(imports))
        control->cancelled = true;
    for (const ControlPtr &control : std::as_const(digests))
        control->cancelled = true;
}

ImageLibrary::ImageLibrary(const QString &directory, Store &store, imaging::WorkerPool &pool,
                           const QList<Image> &known, QObject *parent)
    : QObject(parent), m_state(std::make_unique<State>(*this, directory, store, pool))
{
    connect(&m_state->ticker, &QTimer::timeout, this, [this] { m_state->sampleProgress(); });
    m_state->restore(known);
}

ImageLibrary::~ImageLibrary()
{
    m_state->cancelAll();
}

QList<Image> ImageLibrary::images() const
{
    return m_state->images;
}

const Image *ImageLibrary::image(const ImageId &id) const
{
    return m_state->find(id);
}

std::shared_ptr<const imaging::PackReader> ImageLibrary::pack(const ImageId &id) const
{
    const Image *entry = image(id);
    return entry && entry->state == ImageState::Ready ? m_state->packs.value(entry->identity)
                                                      : nullptr;
}

Result<ImageId> ImageLibrary::import(const QString &path)
{
    const QFileInfo file(path);
    const auto stamp = inspectSource(file.absoluteFilePath());
    if (!stamp)
        return stamp.failure();
    if (const Image *known = m_state->sameSource(file.absoluteFilePath(), *stamp))
        return known->id;
    Image image;
    image.id = QUuid::createUuid().toString(QUuid::Id128);
    image.name = file.fileName();
    image.sourcePath = file.absoluteFilePath();
    image.sourceSize = stamp->size;
    image.sourceModifiedNs = stamp->modifiedNs;
    image.total = stamp->size;
    image.added = QDateTime::currentDateTimeUtc();
    m_state->images << image;
    m_state->store.save(image);
    m_state->startImport(image);
    Q_EMIT imageAdded(image.id);
    return image.id;
}

Result<void> ImageLibrary::remove(const ImageId &id)
{
    const Image *image = m_state->find(id);
    if (!image)
        return Failure{FailureCode::UnknownImage, Stage::None, id};
    for (const auto &work : {m_state->imports.take(id), m_state->digests.take(id)}) {
        if (work)
            work->cancelled = true;
    }
    const QString identity = image->identity;
    m_state->images.erase(m_state->images.cbegin() + (image - m_state->images.constData()));
    m_state->store.removeImage(id);
    m_state->dropPack(identity);
    Q_EMIT imageRemoved(id);
    return {};
}

} // namespace core
