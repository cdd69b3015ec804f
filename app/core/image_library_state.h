// SPDX-License-Identifier: GPL-3.0-or-later
// The library's inside: entries and packs on the main thread, work on others.
#pragma once

#include "core/errands.h"
#include "core/image_facts.h"
#include "core/image_import.h"
#include "core/image_library.h"
#include "core/mailbox.h"
#include "core/pack_check.h"
#include "core/pack_folder.h"
#include "core/pack_glances.h"
#include "core/source_inspection.h"
#include "core/store.h"
#include "core/task_thread.h"

#include <QSet>
#include <QTimer>

namespace core
{

// What is under way for an entry: its import, then the sum of the whole image.
struct Import {
    ImageId id;
    QString source;
    QString part;
    std::shared_ptr<WorkControl> control = std::make_shared<WorkControl>();
};

// A pack that can be handed out.
struct LibraryPack {
    std::shared_ptr<const imaging::PackReader> reader;
    FileStamp stamp;     // of the file that was opened
    bool sound = false;  // all of the file with this stamp was read and found to be right
    QDateTime checkedAt; // UTC; when that was
};

[[nodiscard]] ImageId newImageId();

struct ImageLibrary::State {
    using PackPtr = std::shared_ptr<const imaging::PackReader>;
    using ControlPtr = std::shared_ptr<WorkControl>;

    State(ImageLibrary &owner, const QString &directory, Store &keeper,
          imaging::WorkerPool &workers, LibraryLooks ways);

    ImageLibrary &library;
    PackFolder folder;
    Store &store;
    imaging::WorkerPool &pool;
    QList<Image> images;
    QHash<QString, LibraryPack> packs; // by identity
    QHash<QString, int> jobs;          // by identity: how many need it
    QStringList unlisted;              // packs that lie there for jobs alone, if for anybody
    QHash<ImageId, ControlPtr> imports;
    QHash<ImageId, ControlPtr> digests;
    LibraryLooks how;
    QSet<ImageId> looks;    // at what lies beside the sources is under way
    QSet<ImageId> rechecks; // imported again because files beside the source have changed
    bool isEnding = false;
    QTimer ticker;
    QTimer checkTimer;
    Mailbox finished;
    // The last members: their threads end before what they use.
    TaskThread importThread;
    TaskThread digestThread{TaskPriority::Lowest};
    PackChecker checker;
    PackGlances glances;
    Errands errands;
    SourceInspections inspections;

    [[nodiscard]] Image *find(const ImageId &id);
    [[nodiscard]] bool isNeeded(const QString &identity) const;
    [[nodiscard]] bool isListed(const QString &identity) const; // an entry needs it

    // --- image_library_packs.cpp ---
    void restore(const QList<Image> &known);
    void restoreReady(Image &image);
    void restoreDamaged(const Image &image);
    void restartImport(Image &image);
    void takeInUnknown();
    [[nodiscard]] bool takeIn(const QString &identity, const PackRecord &record);
    void addPack(const QString &identity, const LibraryPack &pack);
    void dropPack(const QString &identity);
    void note(const Image &image);
    [[nodiscard]] PackRecord checkedRecord(const QString &identity) const;
    void checkAll();
    void checkDue();
    void takeVerdict(const QString &identity, const protocol::Result<OpenedPack> &result);
    void takeGlance(const QString &identity, const PackGlances::Sight &sight);
    void becomeSound(const QString &identity, const OpenedPack &opened);
    void becomeDamaged(const QString &identity, const protocol::Failure &why);
    void importAgain(const ImageId &id);

    [[nodiscard]] LibraryPack opened(const QString &identity, const OpenedPack &pack) const;

    // --- image_library.cpp ---
    [[nodiscard]] const Image *sameSource(const QString &path, const SourceStamp &stamp) const;
    [[nodiscard]] protocol::Result<ImageId>
    importInspected(const QString &path, const protocol::Result<SourceStamp> &stamp);
    void checkSidecars(const Image &image);
    void startImport(const Image &image);
    void runImport(const Import &import);
    [[nodiscard]] protocol::Result<ImportedPack> makeNamedPack(const Import &import);
    void keepUnchecked(Image &image, const protocol::Failure &why);
    void finishImport(const ImageId &id, const protocol::Result<ImportedPack> &result);
    void becomeReady(Image &image, const ImportedPack &imported);
    void becomeFailed(Image &image, const protocol::Failure &failure);
    void startLook(const Image &image);
    void finishLook(const ImageId &id, const ImageLook &look);
    void startDigest(Image &image);
    void finishDigest(const ImageId &id, const protocol::Result<imaging::Digest> &result);
    void sampleProgress();
    void changed(const Image &image);
    void cancelAll();
    void end();
};

} // namespace core
