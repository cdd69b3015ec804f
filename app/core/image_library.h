// SPDX-License-Identifier: GPL-3.0-or-later
// Golden images: imports them into packs and hands the packs out. Packs lie in `directory` as
// IDENTITY.img.zst; an import writes IMPORT-ID.part first. Lives on the main thread; importing runs
// on threads of its own.
#pragma once

#include "core/library_looks.h"
#include "core/model.h"
#include "imaging/chunk_packer.h"
#include "imaging/pack.h"

#include <QHash>
#include <QList>
#include <QObject>

#include <chrono>
#include <functional>
#include <memory>

namespace core
{

class Store;

class ImageLibrary : public QObject
{
    Q_OBJECT

public:
    // `store` and `pool` outlive the library. `known` is what the store held: entries whose pack
    // cannot be read (ImageUnreadable) become Failed for as long as it cannot; imports that were
    // under way are started again, .part files of theirs are removed. Packs that no entry knows are
    // taken in as entries of their own, and the store is told of them.
    //
    // All packs are checked in the background when the library is opened, and once in a while. A
    // damaged one is imported again when its source is still there and the same; until then, or for
    // good, its entries are Failed with PackDamaged.
    ImageLibrary(const QString &directory, Store &store, imaging::WorkerPool &pool,
                 const QList<Image> &known, QObject *parent = nullptr,
                 const LibraryLooks &looks = {});
    ~ImageLibrary() override; // cancels imports under way and waits for them

    [[nodiscard]] QList<Image> images() const; // in order of addition
    [[nodiscard]] const Image *image(const ImageId &id) const;
    // Null unless Ready.
    [[nodiscard]] std::shared_ptr<const imaging::PackReader> pack(const ImageId &id) const;

    // Starts an import and returns at once; failures that show without reading the file come as
    // result: ImageUnreadable, ImageEmpty, ImageFormatUnknown (by the name, see
    // core/import/image_name.h). A file whose size and modification time are those of a ready
    // entry's source is not imported again: that entry's id is returned.
    [[nodiscard]] protocol::Result<ImageId> import(const QString &path);
    // As import(), for whoever must not wait for a folder that does not answer: `done` is called
    // from the event loop. SourceStalled when there was no answer for sourcePatience: what comes
    // later is not imported. FoldersBusy when many such folders are waited for.
    using ImportAnswer = std::function<void(const protocol::Result<ImageId> &)>;
    void importLater(const QString &path, const ImportAnswer &done);
    // Ready, and no look at what lies beside its source is under way, which may have it imported
    // again: choosing a file once more begins with one.
    [[nodiscard]] bool isSettled(const ImageId &id) const;
    // Cancels an import, or takes the entry out and has its pack removed when neither another entry
    // nor a job needs it. UnknownImage.
    [[nodiscard]] protocol::Result<void> remove(const ImageId &id);

    // What jobs that are not ended are about: its pack stays, though its entry be removed. Counted.
    void keepForJob(const QString &identity);
    void letGoOfJob(const QString &identity);
    // Of that identity, also without an entry; null: there is none. Opens the file if need be: for
    // the start of the station.
    [[nodiscard]] std::shared_ptr<const imaging::PackReader> packOf(const QString &identity);
    // Has every pack removed that was taken off the library and is needed by no job any more.
    void removeOrphans();

    // Has a thread look whether the pack's file is the one that was last found to be right, unless
    // that was done a moment ago; a deploy begins with that. One that was touched is read once
    // more. See isBeingChecked(), packDamaged(). PackDamaged: there is none any more.
    [[nodiscard]] protocol::Result<void> checkPack(const QString &identity);
    // Not looked at lately, or a check that somebody waits for is under way: no device is to be
    // wiped for this image yet.
    [[nodiscard]] bool isBeingChecked(const QString &identity) const;
    // For how long the pack's disk has not answered such a look; 0: it has.
    [[nodiscard]] std::chrono::milliseconds waitingFor(const QString &identity) const;
    // Begins anew at the next checkPack(); returns the file that was to be looked at.
    QString giveUpWaiting(const QString &identity);
    // Somebody read something else than what should be there: it is checked at once.
    void suspectPack(const QString &identity);
    // Transfers want the disk: background checks wait.
    void setBusy(bool busy);

Q_SIGNALS:
    void imageAdded(const QString &id);
    void imageChanged(const QString &id); // progress at most 5 times a second
    void imageRemoved(const QString &id);
    void imageSettled(const QString &id); // that look has found nothing new, or never ended
    // Nobody is to begin with this pack any more.
    void packDamaged(const QString &identity, const protocol::Failure &failure);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace core
