// SPDX-License-Identifier: GPL-3.0-or-later
// The library's packs: what lies there when it is opened, and what the checks find.
#include "core/image_library_state.h"

#include "core/import/sidecar_stamp.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace core
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

constexpr auto lookForDue = 1h;
constexpr qint64 daysBetweenChecks = 7;
constexpr qsizetype identityShown = 8; // digits

// Its pack could not be read when the station started: its disk was not there, say, and may come
// back.
bool isOutOfReach(const Image &image)
{
    return image.state == ImageState::Failed && !image.identity.isEmpty() &&
           image.failure.code == FailureCode::ImageUnreadable;
}

bool isDamaged(const Image &image)
{
    return image.state == ImageState::Failed && !image.identity.isEmpty() &&
           image.failure.code == FailureCode::PackDamaged;
}

Failure ofImport(Failure failure)
{
    failure.stage = Stage::Import;
    return failure;
}

QString shown(const Image &image)
{
    return u"%1 (%2)"_s.arg(image.name, image.identity.first(identityShown));
}

} // namespace

ImageLibrary::State::State(ImageLibrary &owner, const QString &directory, Store &keeper,
                           imaging::WorkerPool &workers, LibraryLooks ways)
    : library(owner),
      folder(directory),
      store(keeper),
      pool(workers),
      how(std::move(ways)),
      checker([this](const QString &identity, const Result<OpenedPack> &result) {
          takeVerdict(identity, result);
      }),
      glances([this](const QString &identity,
                     const PackGlances::Sight &sight) { takeGlance(identity, sight); },
              how.pack, how.steady),
      inspections(how.patience)
{
}

bool ImageLibrary::State::isListed(const QString &identity) const
{
    // In whatever state: a damaged or unchecked copy may be the only one that there is. Who takes
    // an entry off, or its identity, does so before the pack is dropped.
    return std::any_of(images.begin(), images.end(),
                       [&identity](const Image &image) { return image.identity == identity; });
}

bool ImageLibrary::State::isNeeded(const QString &identity) const
{
    return jobs.contains(identity) || isListed(identity);
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
        else if (isDamaged(image))
            restoreDamaged(image);
    }
    takeInUnknown();
    checkAll();
}

void ImageLibrary::State::restoreReady(Image &image)
{
    const auto opened = openPack(folder.packPath(image.identity), image.identity);
    if (!opened) {
        becomeFailed(image, ofImport(opened.failure()));
        if (isDamaged(image))
            restoreDamaged(image);
        return;
    }
    if (image.state == ImageState::Failed) {
        image.state = ImageState::Ready;
        image.failure = {};
        store.save(image);
    }
    addPack(image.identity, this->opened(image.identity, *opened));
    if (!folder.record(image.identity))
        note(image);
    startLook(image);
    startDigest(image);
}

// Somebody may have put a good copy in its place; if not, the source may still be there.
void ImageLibrary::State::restoreDamaged(const Image &image)
{
    checker.check(image.identity, folder.packPath(image.identity), false);
    QMetaObject::invokeMethod(
        &library, [this, id = image.id] { importAgain(id); }, Qt::QueuedConnection);
}

void ImageLibrary::State::restartImport(Image &image)
{
    image.done = 0;
    image.total = image.sourceSize;
    startImport(image); // which looks whether the source is still there
}

// The database is newer than the pack, older, or another one: what a pack holds is in the pack.
void ImageLibrary::State::takeInUnknown()
{
    QStringList taken;
    QStringList strange;
    for (const QString &identity : folder.packs()) {
        const bool known = std::any_of(images.cbegin(), images.cend(), [&](const Image &image) {
            return image.identity == identity;
        });
        const PackRecord record = folder.record(identity).value_or(PackRecord());
        const Image *importing = find(record.image.id);
        // An import that was under way begins again, and makes this very pack.
        if (known || (importing && importing->state == ImageState::Importing))
            continue;
        if (record.removed)
            unlisted << identity;
        else if (takeIn(identity, record))
            taken << shown(images.constLast());
        else
            strange << PackFolder::packName(identity);
    }
    if (!taken.isEmpty()) {
        store.report({FailureCode::DatabaseDamaged, Stage::None,
                      u"images that the database does not know were taken in again: "_s +
                          taken.join(", "_L1)});
    }
    if (!strange.isEmpty()) {
        store.report({FailureCode::DatabaseDamaged, Stage::None,
                      u"files that the database does not know and that are no whole images were "
                      "left alone: "_s +
                          strange.join(", "_L1)});
    }
}

bool ImageLibrary::State::takeIn(const QString &identity, const PackRecord &record)
{
    const auto opened = openPack(folder.packPath(identity), identity);
    if (!opened)
        return false;
    Image image = record.image;
    if (image.id.isEmpty() || find(image.id))
        image.id = newImageId();
    if (image.name.isEmpty())
        image.name = u"Recovered %1"_s.arg(identity.first(identityShown));
    if (!image.added.isValid())
        image.added = QDateTime::currentDateTimeUtc();
    image.state = ImageState::Ready;
    image.identity = identity;
    image.size = image.done = image.total = opened->pack->tail().map().imageSize();
    image.dataBytes = opened->pack->tail().map().dataBytes();
    image.packedBytes = opened->pack->fileSize();
    addPack(identity, this->opened(identity, *opened));
    images << image;
    changed(images.constLast());
    startLook(images.constLast());
    startDigest(images.last());
    return true;
}

LibraryPack ImageLibrary::State::opened(const QString &identity, const OpenedPack &pack) const
{
    const PackRecord record = folder.record(identity).value_or(PackRecord());
    return {pack.pack, pack.stamp, record.checked == pack.stamp, record.checkedAt};
}

void ImageLibrary::State::addPack(const QString &identity, const LibraryPack &pack)
{
    packs.insert(identity, pack);
    glances.note(identity);
    unlisted.removeOne(identity);
    folder.keep(identity);
}

void ImageLibrary::State::dropPack(const QString &identity)
{
    if (identity.isEmpty())
        return;
    const auto entry = std::find_if(images.cbegin(), images.cend(), [&](const Image &image) {
        return image.identity == identity && image.state == ImageState::Ready;
    });
    if (entry != images.cend()) {
        note(*entry); // the record may be that of another entry, which is gone
        return;
    }
    if (jobs.contains(identity) && !isListed(identity)) {
        PackRecord record = checkedRecord(identity);
        record.removed = true;
        unlisted << identity;
        folder.note(identity, record);
    }
    if (isNeeded(identity))
        return;
    checker.cancel(identity);
    glances.forget(identity);
    packs.remove(identity);
    folder.remove(identity);
}

// With what is known of the pack alone.
PackRecord ImageLibrary::State::checkedRecord(const QString &identity) const
{
    const LibraryPack pack = packs.value(identity);
    PackRecord record;
    if (pack.sound) {
        record.checked = pack.stamp;
        record.checkedAt = pack.checkedAt;
    }
    return record;
}

void ImageLibrary::State::note(const Image &image)
{
    if (!packs.value(image.identity).reader)
        return;
    PackRecord record = checkedRecord(image.identity);
    record.image = image;
    folder.note(image.identity, record);
}

// Those first that nobody has ever read, or not since they were touched.
void ImageLibrary::State::checkAll()
{
    QStringList order = packs.keys();
    std::sort(order.begin(), order.end(), [this](const QString &a, const QString &b) {
        const LibraryPack first = packs.value(a);
        const LibraryPack second = packs.value(b);
        return first.sound != second.sound ? !first.sound : first.checkedAt < second.checkedAt;
    });
    for (const QString &identity : std::as_const(order))
        checker.check(identity, folder.packPath(identity), false);
    QObject::connect(&checkTimer, &QTimer::timeout, &library, [this] { checkDue(); });
    checkTimer.start(lookForDue);
}

void ImageLibrary::State::checkDue()
{
    const QDateTime due = QDateTime::currentDateTimeUtc().addDays(-daysBetweenChecks);
    for (auto pack = packs.cbegin(); pack != packs.cend(); ++pack) {
        if (!pack->checkedAt.isValid() || pack->checkedAt < due)
            checker.check(pack.key(), folder.packPath(pack.key()), false);
    }
    for (const Image &image : std::as_const(images)) {
        if (isOutOfReach(image))
            checker.check(image.identity, folder.packPath(image.identity), false);
    }
}

void ImageLibrary::State::takeVerdict(const QString &identity, const Result<OpenedPack> &result)
{
    if (result)
        becomeSound(identity, *result);
    else if (packs.contains(identity))
        becomeDamaged(identity, result.failure());
}

void ImageLibrary::State::takeGlance(const QString &identity, const PackGlances::Sight &sight)
{
    const auto known = packs.find(identity);
    if (known == packs.end())
        return;
    if (!sight) {
        becomeDamaged(identity, sight.failure());
        return;
    }
    // Not when it was made anew meanwhile, by the library.
    if (const auto &touched = *sight; touched && touched->stamp != known->stamp)
        *known = {touched->pack, touched->stamp, false, known->checkedAt};
    if (!known->sound)
        checker.check(identity, folder.packPath(identity), true);
}

void ImageLibrary::State::becomeSound(const QString &identity, const OpenedPack &opened)
{
    addPack(identity, {opened.pack, opened.stamp, true, QDateTime::currentDateTimeUtc()});
    glances.forget(identity); // its stamp is from before it was read, which took its time
    QStringList back;
    for (Image &image : images) {
        if (image.identity != identity)
            continue;
        if (isDamaged(image) || isOutOfReach(image)) {
            image.state = ImageState::Ready;
            image.failure = {};
            store.save(image);
            back << image.id;
        }
        if (image.state == ImageState::Ready)
            note(image);
    }
    if (!isNeeded(identity))
        dropPack(identity); // taken off the library meanwhile
    for (const ImageId &id : std::as_const(back))
        Q_EMIT library.imageChanged(id);
}

void ImageLibrary::State::becomeDamaged(const QString &identity, const Failure &why)
{
    // Its disk may come back, see isOutOfReach(): then nothing says that the bytes are wrong.
    const bool unreadable = why.code == FailureCode::ImageUnreadable;
    const Failure damage{unreadable ? FailureCode::StationIoError : FailureCode::PackDamaged,
                         Stage::Check, why.detail};
    const Failure entryFailure = unreadable ? why : damage;
    checker.cancel(identity);
    glances.forget(identity);
    packs.remove(identity);
    QStringList struck;
    for (Image &image : images) {
        if (image.identity != identity || image.state != ImageState::Ready)
            continue;
        becomeFailed(image, entryFailure);
        struck << image.id;
    }
    Q_EMIT library.packDamaged(identity, damage);
    for (const ImageId &id : std::as_const(struck)) {
        Q_EMIT library.imageChanged(id);
        importAgain(id);
    }
}

static bool isItsSource(const Image &image, const SourceStamp &stamp)
{
    const qint64 changedNs = sourceChangedNs(image.sidecarStamp);
    return stamp.size == image.sourceSize && stamp.modifiedNs == image.sourceModifiedNs &&
           (changedNs == 0 || stamp.changedNs == changedNs);
}

// Only the very file that it came from: another may have got its name since.
void ImageLibrary::State::importAgain(const ImageId &id)
{
    const Image *image = find(id);
    if (!image || image->sourcePath.isEmpty())
        return;
    const auto look = [path = image->sourcePath] { return inspectSource(path); };
    errands.run<SourceStamp>(look, [this, id](const Result<SourceStamp> &stamp) {
        Image *damaged = find(id);
        if (!damaged || !isDamaged(*damaged) || !stamp || !isItsSource(*damaged, *stamp))
            return;
        checker.cancel(damaged->identity);
        damaged->state = ImageState::Importing;
        damaged->failure = {};
        restartImport(*damaged);
        changed(*damaged);
    });
}

} // namespace core
