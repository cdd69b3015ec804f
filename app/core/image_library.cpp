// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image_library.h"

#include "core/crash_marks.h"
#include "core/guarded.h"
#include "core/image_library_state.h"
#include "core/import/sidecar_stamp.h"

#include <QFileInfo>
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

namespace
{

constexpr auto progressInterval = 200ms;

// Whether a failed import says something of what is published; a full disk does not.
bool isVerdict(FailureCode code)
{
    switch (code) {
    case FailureCode::ChecksumMismatch:
    case FailureCode::SidecarUnusable:
    case FailureCode::ImageCorrupt:
    case FailureCode::ImageEmpty:
    case FailureCode::ImageFormatForeign:
    case FailureCode::ImageFormatUnknown:
    case FailureCode::ImageTooLarge:
    case FailureCode::ArchiveUnsuitable:
        return true;
    default:
        return false;
    }
}

} // namespace

ImageId newImageId()
{
    return QUuid::createUuid().toString(QUuid::Id128);
}

Image *ImageLibrary::State::find(const ImageId &id)
{
    const auto it = std::find_if(images.begin(), images.end(),
                                 [&id](const Image &image) { return image.id == id; });
    return it == images.end() ? nullptr : &*it;
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
    const CrashLabel label("image", import.id);
    const auto result = guarded<ImportedPack>([&] { return makeNamedPack(import); }, Stage::Import);
    finished.post([this, id = import.id, result] { finishImport(id, result); });
}

Result<ImportedPack> ImageLibrary::State::makeNamedPack(const Import &import)
{
    auto imported = importPack(import.source, import.part, pool, *import.control);
    if (!imported)
        return imported;
    PackRecord record;
    record.image.id = import.id;
    record.image.name = QFileInfo(import.source).fileName();
    record.image.sourcePath = import.source;
    record.image.sourceSize = imported->source.size;
    record.image.sourceModifiedNs = imported->source.modifiedNs;
    record.image.checkedBy = imported->checkedBy;
    record.image.unchecked = imported->unchecked;
    record.image.sidecarStamp = imported->sidecarStamp;
    record.image.warnings = imported->warnings;
    record.image.facts = imported->facts;
    if (const auto adopted = folder.adopt(import.part, imported->identity, record); !adopted)
        return adopted.failure();
    imported->stamp = fileStamp(folder.packPath(imported->identity)).value_or(FileStamp());
    return imported;
}

// The new check could not be done: what is known of the pack stays.
void ImageLibrary::State::keepUnchecked(Image &image, const Failure &why)
{
    if (packs.contains(image.identity)) {
        image.state = ImageState::Ready;
        image.failure = {};
        image.done = image.total = image.size;
        store.save(image);
    } else {
        becomeFailed(image, {FailureCode::PackDamaged, Stage::Import, why.detail});
    }
    store.report({why.code, Stage::Import, u"checking %1 again: %2"_s.arg(image.name, why.detail)});
}

void ImageLibrary::State::finishImport(const ImageId &id, const Result<ImportedPack> &result)
{
    Image *image = find(id);
    if (image && isEnding)
        return; // it begins again at the next start
    imports.remove(id);
    const bool wasGood = rechecks.remove(id);
    QString outdated;
    // Its pack is not what is published any more.
    if (image && wasGood && !result && !isVerdict(result.failure().code)) {
        keepUnchecked(*image, result.failure());
        Q_EMIT library.imageChanged(id);
        return;
    }
    if (image && wasGood && (!result || result->identity != image->identity)) {
        outdated = std::exchange(image->identity, QString());
        image->sha256.clear();
        image->checkedBy.clear();
    }
    if (image && result)
        becomeReady(*image, *result);
    else if (image && image->identity.isEmpty())
        becomeFailed(*image, result.failure());
    else if (image) // its pack was damaged, and the source is of no help
        becomeFailed(*image, {FailureCode::PackDamaged, Stage::Import,
                              u"importing it again: "_s + result.failure().detail});
    if (result) {
        folder.release(result->identity);
        dropPack(result->identity); // when it was cancelled in the last moment
    }
    dropPack(outdated);
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
    // What was written was hashed on its way.
    addPack(image.identity, {imported.pack, imported.stamp, true, QDateTime::currentDateTimeUtc()});
    store.save(image);
    note(image);
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
    digestThread.submit([this, id = image.id, pack = packs.value(image.identity).reader] {
        const CrashLabel label("image", id);
        const auto look = guarded<ImageLook>([&pack] { return lookInto(*pack); }, Stage::Import);
        finished.post([this, id, look] {
            if (look)
                finishLook(id, *look);
        });
    });
}

void ImageLibrary::State::finishLook(const ImageId &id, const ImageLook &look)
{
    if (Image *image = isEnding ? nullptr : find(id)) {
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
    digestThread.submit([this, control, id = image.id, pack = packs.value(image.identity).reader] {
        const CrashLabel label("image", id);
        const auto result =
            guarded<imaging::Digest>([&] { return digestOfImage(*pack, *control); }, Stage::Import);
        finished.post([this, id, result] { finishDigest(id, result); });
    });
}

void ImageLibrary::State::finishDigest(const ImageId &id, const Result<imaging::Digest> &result)
{
    digests.remove(id);
    Image *image = find(id);
    if (!image || image->state != ImageState::Ready || isEnding)
        return;
    if (result) {
        image->sha256 = imaging::toHex(*result);
        changed(*image);
    } else if (result.failure().code == FailureCode::ImageCorrupt) {
        const QString identity = image->identity;
        becomeDamaged(identity,
                      {FailureCode::PackDamaged, Stage::Check,
                       u"%1: %2"_s.arg(folder.packPath(identity), result.failure().detail)});
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
    note(image);
    Q_EMIT library.imageChanged(ImageId(image.id)); // a copy: the entry may be removed meanwhile
}

void ImageLibrary::State::cancelAll()
{
    for (const ControlPtr &control : std::as_const(imports))
        control->cancelled = true;
    for (const ControlPtr &control : std::as_const(digests))
        control->cancelled = true;
}

// What the import thread has told last is heard, too: an image that was removed when its import had
// just ended would be taken in again at the next start.
void ImageLibrary::State::end()
{
    cancelAll();
    importThread.drain();
    isEnding = true;
    finished.deliver();
}

ImageLibrary::ImageLibrary(const QString &directory, Store &store, imaging::WorkerPool &pool,
                           const QList<Image> &known, QObject *parent, const LibraryLooks &looks)
    : QObject(parent), m_state(std::make_unique<State>(*this, directory, store, pool, looks))
{
    connect(&m_state->ticker, &QTimer::timeout, this, [this] { m_state->sampleProgress(); });
    m_state->restore(known);
}

ImageLibrary::~ImageLibrary()
{
    m_state->end();
}

QList<Image> ImageLibrary::images() const
{
    return m_state->images;
}

const Image *ImageLibrary::image(const ImageId &id) const
{
    return m_state->find(id);
}

bool ImageLibrary::isSettled(const ImageId &id) const
{
    const Image *entry = image(id);
    return entry && entry->state == ImageState::Ready && !m_state->looks.contains(id);
}

std::shared_ptr<const imaging::PackReader> ImageLibrary::pack(const ImageId &id) const
{
    const Image *entry = image(id);
    return entry && entry->state == ImageState::Ready ? m_state->packs.value(entry->identity).reader
                                                      : nullptr;
}

Result<ImageId> ImageLibrary::import(const QString &path)
{
    const QString source = QFileInfo(path).absoluteFilePath();
    return m_state->importInspected(source, inspectSource(source));
}

void ImageLibrary::importLater(const QString &path, const ImportAnswer &done)
{
    const QString source = QFileInfo(path).absoluteFilePath();
    m_state->inspections.inspect(source, [this, source, done](const Result<SourceStamp> &stamp) {
        done(m_state->importInspected(source, stamp));
    });
}

Result<ImageId> ImageLibrary::State::importInspected(const QString &path,
                                                     const Result<SourceStamp> &stamp)
{
    if (!stamp)
        return stamp.failure();
    if (const Image *known = sameSource(path, *stamp)) {
        const ImageId id = known->id;
        checkSidecars(*known);
        library.suspectPack(QString(known->identity)); // who imports it again may have a reason
        return id;
    }
    Image image;
    image.id = newImageId();
    image.name = QFileInfo(path).fileName();
    image.sourcePath = path;
    image.sourceSize = stamp->size;
    image.sourceModifiedNs = stamp->modifiedNs;
    image.total = stamp->size;
    image.added = QDateTime::currentDateTimeUtc();
    images << image;
    store.save(image);
    startImport(image);
    Q_EMIT library.imageAdded(image.id);
    return image.id;
}

// A sum that was put beside the source, or changed, since it was imported counts, and so does a
// change of the source that its time of modification does not show.
void ImageLibrary::State::checkSidecars(const Image &image)
{
    if (image.state != ImageState::Ready)
        return;
    const auto look = [stampOf = how.sidecars, path = image.sourcePath]() -> Result<QString> {
        return stampOf(path);
    };
    looks.insert(image.id);
    inspections.ask<QString>(image.sourcePath, look, [this, id = image.id](const auto &stamp) {
        looks.remove(id);
        Image *known = find(id);
        if (known && !stamp) // it is used as it is
            store.report(stamp.failure());
        if (!known || known->state != ImageState::Ready || !stamp ||
            *stamp == known->sidecarStamp) {
            Q_EMIT library.imageSettled(id);
            return;
        }
        rechecks.insert(id);
        if (const ControlPtr digest = digests.take(id)) // of what may not be the image any more
            digest->cancelled = true;
        known->state = ImageState::Importing;
        restartImport(*known);
        changed(*known);
    });
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

PackPtr ImageLibrary::packOf(const QString &identity)
{
    if (const PackPtr known = m_state->packs.value(identity).reader)
        return known;
    const auto opened = openPack(m_state->folder.packPath(identity), identity);
    if (!opened)
        return nullptr;
    // It is checked like any other before a device is wiped for it.
    m_state->addPack(identity, m_state->opened(identity, *opened));
    return opened->pack;
}

void ImageLibrary::removeOrphans()
{
    const QStringList unlisted = std::exchange(m_state->unlisted, {});
    for (const QString &identity : unlisted)
        m_state->dropPack(identity); // which lists those again that a job needs
}

Result<void> ImageLibrary::checkPack(const QString &identity)
{
    const auto known = m_state->packs.constFind(identity);
    const QString path = m_state->folder.packPath(identity);
    if (known == m_state->packs.constEnd())
        return Failure{FailureCode::PackDamaged, Stage::Check, path};
    m_state->glances.look(identity, path, known->stamp);
    if (!known->sound)
        m_state->checker.check(identity, path, true);
    return {};
}

bool ImageLibrary::isBeingChecked(const QString &identity) const
{
    return !m_state->glances.isRecent(identity) || m_state->checker.isWaitedFor(identity);
}

std::chrono::milliseconds ImageLibrary::waitingFor(const QString &identity) const
{
    return m_state->glances.waitingFor(identity);
}

QString ImageLibrary::giveUpWaiting(const QString &identity)
{
    m_state->glances.forget(identity);
    return m_state->folder.packPath(identity);
}

void ImageLibrary::suspectPack(const QString &identity)
{
    const auto known = m_state->packs.find(identity);
    if (known == m_state->packs.end())
        return;
    known->sound = false;
    m_state->checker.check(identity, m_state->folder.packPath(identity), true);
}

void ImageLibrary::setBusy(bool busy)
{
    m_state->checker.setBusy(busy);
}

} // namespace core
