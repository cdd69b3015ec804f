// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image_library.h"

#include "core/image_facts.h"
#include "core/image_import.h"
#include "core/mailbox.h"
#include "core/pack_folder.h"
#include "core/store.h"
#include "core/task_thread.h"

#include <QFileInfo>
#include <QTimer>
#include <QUuid>

#include <algorithm>
#include <chrono>

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

// Its pack could not be read when the station started: its disk was not there, say, and may come
// back.
bool isOutOfReach(const Image &image)
{
    return image.state == ImageState::Failed && !image.identity.isEmpty() &&
           image.failure.code == FailureCode::ImageUnreadable;
}

} // namespace

// What is under way for an entry: its import, then the sum of the whole image.
struct ImageLibrary::Import {
    ImageId id;
    QString source;
    QString part;
    ControlPtr control = std::make_shared<WorkControl>();
};

struct ImageLibrary::State {
    State(ImageLibrary &owner, const QString &directory, Store &keeper,
          imaging::WorkerPool &workers)
        : library(owner), folder(directory), store(keeper), pool(workers)
    {
    }

    ImageLibrary &library;
    PackFolder folder;
    Store &store;
    imaging::WorkerPool &pool;
    QList<Image> images;
    QHash<QString, PackPtr> packs; // by identity
    QHash<QString, int> jobs;      // by identity: how many need it
    QHash<ImageId, ControlPtr> imports;
    QHash<ImageId, ControlPtr> digests;
    QTimer ticker;
    Mailbox finished;
    // The last members: their threads end before what they use.
    TaskThread importThread;
    TaskThread digestThread{TaskPriority::Lowest};

    [[nodiscard]] Image *find(const ImageId &id);
    [[nodiscard]] bool isNeeded(const QString &identity) const;

    void restore(const QList<Image> &known);
    void restoreReady(Image &image);
    void restartImport(Image &image);
    [[nodiscard]] const Image *sameSource(const QString &path, const SourceStamp &stamp) const;

    void startImport(const Image &image);
    void runImport(const Import &import);
    [[nodiscard]] Result<ImportedPack> makeNamedPack(const Import &import);
    void finishImport(const ImageId &id, const Result<ImportedPack> &result);
    void becomeReady(Image &image, const ImportedPack &imported);
    void becomeFailed(Image &image, const Failure &failure);

    void startLook(const Image &image);
    void finishLook(const ImageId &id, const ImageLook &look);
    void startDigest(Image &image);
    void finishDigest(const ImageId &id, const Result<imaging::Digest> &result);
    void sampleProgress();
    void changed(const Image &image);
    void addPack(const QString &identity, const PackPtr &pack);
    void dropPack(const QString &identity);
    void cancelAll();
};

Image *ImageLibrary::State::find(const ImageId &id)
{
    const auto it = std::find_if(images.begin(), images.end(),
                                 [&id](const Image &image) { return image.id == id; });
    return it == images.end() ? nullptr : &*it;
}

bool ImageLibrary::State::isNeeded(const QString &identity) const
{
    return jobs.contains(identity) ||
           std::any_of(images.begin(), images.end(), [&identity](const Image &image) {
               return image.identity == identity &&
                      (image.state == ImageState::Ready || isOutOfReach(image));
           });
}

void ImageLibrary::State::restore(const QList<Image> &known)
{
    folder.removeParts();
    images = known;
    for (Image &image : images) {
        if (image.state == ImageState::Ready || isOutOfReach(image))
            restoreReady(image);
        else if (image.state == ImageState::Importing)
            restartImport(image);
    }
}

void ImageLibrary::State::restoreReady(Image &image)
{
    const QString path = folder.packPath(image.identity);
    const auto pack = imaging::PackReader::open(path);
    if (pack && imaging::toHex((*pack)->tail().map().identity()) == image.identity) {
        if (image.state == ImageState::Failed) {
            image.state = ImageState::Ready;
            image.failure = {};
            store.save(image);
        }
        addPack(image.identity, *pack);
        startLook(image);
        startDigest(image);
        return;
    }
    Failure why =
        pack ? Failure{FailureCode::ImageCorrupt, {}, u"%1 holds another image"_s.arg(path)}
             : pack.failure();
    why.stage = Stage::Import;
    becomeFailed(image, why);
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
    const Import import{image.id, image.sourcePath, folder.partPath(image.id)};
    imports.insert(image.id, import.control);
    importThread.submit([this, import] { runImport(import); });
    ticker.start(progressInterval);
}

// On the import thread.
void ImageLibrary::State::runImport(const Import &import)
{
    const auto result = makeNamedPack(import);
    finished.post([this, id = import.id, result] { finishImport(id, result); });
}

Result<ImportedPack> ImageLibrary::State::makeNamedPack(const Import &import)
{
    auto imported = importPack(import.source, import.part, pool, *import.control);
    if (!imported)
        return imported;
    if (const auto adopted = folder.adopt(import.part, imported->identity); !adopted)
        return adopted.failure();
    return imported;
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
        folder.release(result->identity);
        dropPack(result->identity); // when it was cancelled in the last moment
    }
    if (image)
        Q_EMIT library.imageChanged(id);
}

void ImageLibrary::State::becomeReady(Image &image, const ImportedPack &imported)
{
    image.state = ImageState::Ready;
    image.identity = imported.identity;
    image.sourceSize = imported.source.size;
    image.sourceModifiedNs = imported.source.modifiedNs;
    image.size = imported.pack->tail().map().imageSize();
    image.dataBytes = imported.dataBytes;
    image.packedBytes = imported.pack->fileSize();
    image.checkedBy = imported.checkedBy;
    image.unchecked = imported.unchecked;
    image.sidecarStamp = imported.sidecarStamp;
    image.facts = imported.facts;
    image.warnings = imported.warnings;
    image.done = image.total = image.size;
    image.failure = {};
    addPack(image.identity, imported.pack);
    store.save(image);
    startDigest(image);
}

void ImageLibrary::State::becomeFailed(Image &image, const Failure &failure)
{
    image.state = ImageState::Failed;
    image.failure = failure;
    store.save(image);
}

// Into an image that an earlier version of the station imported.
void ImageLibrary::State::startLook(const Image &image)
{
    if (image.facts.known)
        return;
    digestThread.submit([this, id = image.id, pack = packs.value(image.identity)] {
        finished.post([this, id, look = lookInto(*pack)] { finishLook(id, look); });
    });
}

void ImageLibrary::State::finishLook(const ImageId &id, const ImageLook &look)
{
    if (Image *image = find(id)) {
        image->facts = look.facts;
        image->warnings = look.warnings;
        changed(*image);
    }
}

void ImageLibrary::State::startDigest(Image &image)
{
    if (!image.sha256.isEmpty())
        return;
    const auto control = std::make_shared<WorkControl>();
    digests.insert(image.id, control);
    digestThread.submit([this, control, id = image.id, pack = packs.value(image.identity)] {
        const auto result = digestOfImage(*pack, *control);
        finished.post([this, id, result] { finishDigest(id, result); });
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
    const auto running = imports; // whoever hears of a change may remove an image
    for (auto it = running.cbegin(); it != running.cend(); ++it) {
        Image *image = find(it.key());
        const qint64 done = it.value()->done;
        if (!image || image->done == done)
            continue;
        image->done = done;
        Q_EMIT library.imageChanged(it.key());
    }
}

void ImageLibrary::State::changed(const Image &image)
{
    store.save(image);
    Q_EMIT library.imageChanged(ImageId(image.id)); // a copy: the entry may be removed meanwhile
}

void ImageLibrary::State::addPack(const QString &identity, const PackPtr &pack)
{
    packs.insert(identity, pack);
    folder.keep(identity);
}

void ImageLibrary::State::dropPack(const QString &identity)
{
    if (identity.isEmpty() || isNeeded(identity))
        return;
    packs.remove(identity);
    folder.remove(identity);
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
    const Image removed = *image; // `id` may be the entry's own
    m_state->images.erase(m_state->images.cbegin() + (image - m_state->images.constData()));
    m_state->store.removeImage(removed.id);
    m_state->dropPack(removed.identity);
    Q_EMIT imageRemoved(removed.id);
    return {};
}

void ImageLibrary::keepForJob(const QString &identity)
{
    ++m_state->jobs[identity];
    m_state->folder.keep(identity);
}

void ImageLibrary::letGoOfJob(const QString &identity)
{
    const auto kept = m_state->jobs.find(identity);
    if (kept == m_state->jobs.end() || --*kept > 0)
        return;
    m_state->jobs.erase(kept);
    m_state->dropPack(identity);
}

PackPtr ImageLibrary::packOf(const QString &identity) const
{
    if (const PackPtr known = m_state->packs.value(identity))
        return known;
    const auto pack = imaging::PackReader::open(m_state->folder.packPath(identity));
    const bool right = pack && imaging::toHex((*pack)->tail().map().identity()) == identity;
    return right ? *pack : nullptr;
}

void ImageLibrary::removeOrphans()
{
    for (const QString &identity : m_state->folder.packs())
        m_state->dropPack(identity);
}

} // namespace core
