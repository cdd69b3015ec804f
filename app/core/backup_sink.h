// SPDX-License-Identifier: GPL-3.0-or-later
// The station's end of a backup: takes chunks in order and makes a file of them, `.img.zst` (a
// pack) or sparse `.img`. Until it is committed the file is NAME.part, beside it NAME.part.journal,
// which tells after a crash what is durable; only a whole, checked and flushed backup ever bears
// the final name. Used by one lane thread at a
// time.
#pragma once

#include "core/result_proof.h"
#include "imaging/chunk_packer.h"
#include "imaging/work_clock.h"
#include "protocol/messages.h"
#include "protocol/result.h"
#include "protocol/upload_record.h"

#include <QString>

#include <chrono>
#include <functional>
#include <memory>
#include <span>

namespace core
{

struct BackupResult {
    qint64 size = 0;  // bytes of the raw image
    QString identity; // hex SHA-256 of its block map
};

class BackupSink
{
public:
    // Asked when nothing but the name is missing: false, and the backup stays without it.
    using Permission = std::function<bool()>;
    static bool always() { return true; }

    // Creates or, when a .part and journal of the same owner (the job's id) are there, resumes;
    // what another job of the station left is thrown away, what anybody else left is not touched.
    // Opens files and reads the journal: not for the main thread, for a network folder may never
    // answer. `.img.zst` or `.img` by the path's end (BadRequest otherwise).
    // DestinationUnwritable, DestinationExists (unless `overwrite`), StorageFull.
    [[nodiscard]] static protocol::Result<std::shared_ptr<BackupSink>>
    open(const QString &path, bool overwrite, const QString &owner = {});
    ~BackupSink();
    BackupSink(const BackupSink &) = delete;
    BackupSink &operator=(const BackupSink &) = delete;

    // For how long its disk or share has not come back from a write or a flush; 0: nothing is under
    // way. Thread-safe.
    [[nodiscard]] std::chrono::milliseconds stalledFor() const;
    // Called just before the file gets its final name where its identity tells nothing, with what
    // it holds. By whichever thread commits.
    using NamingNote = std::function<void(const ResultProof &)>;
    void setNamingNote(NamingNote note);
    // By which the file is known again, also under its final name; see BackupJournal::identityOf().
    [[nodiscard]] quint64 identity() const;

    // --- full level ---
    [[nodiscard]] quint64 next() const; // first chunk that is not durable yet; thread-safe
    // States the image's size before the first chunk; another size than before starts over at chunk
    // 0. FileTooLarge and StorageFull when the file system cannot hold it, see checkDestination().
    [[nodiscard]] protocol::Result<void> setSize(qint64 size);
    // One record of a run whose first chunk is `index`; `frame` holds a DATA record's frame. The
    // chunk is decompressed and its hash checked (ImageCorrupt); records below next() are checked
    // and ignored; a gap is BackupOutOfOrder; chunks beyond the size are BadRequest. Returns the
    // number of chunks in the record.
    [[nodiscard]] protocol::Result<quint64>
    append(quint64 index, const protocol::UploadRecord &record, std::span<const std::byte> frame);
    // Makes everything appended durable and returns next().
    [[nodiscard]] protocol::Result<quint64> sync();
    // BackupMismatch when size or identity are not what was received, BackupTruncated when chunks
    // are missing, Cancelled when it was not permitted or discarded meanwhile. Flushes, asks for
    // the permission and renames; when that cannot be made durable, the name is taken back.
    [[nodiscard]] protocol::Result<BackupResult> commit(const protocol::UploadCommit &claim,
                                                        const Permission &permission = always);

    // --- plain level ---
    // Starts over and takes `source` to its end, compressing on `pool`; what an earlier stream left
    // is thrown away. Then either commitStream() or nothing: an uncommitted stream stays a .part.
    // Returns the bytes received. `storage` runs in calls to the disk.
    [[nodiscard]] protocol::Result<qint64>
    receive(imaging::ChunkSource &source, imaging::WorkerPool &pool, imaging::WorkClock &storage);
    // After receive(). `expectedSize` > 0: BackupTruncated when fewer bytes came. Otherwise
    // BackupTruncated when the partition table in what was received reaches beyond its end.
    // As commit() from there on.
    [[nodiscard]] protocol::Result<BackupResult>
    commitStream(qint64 expectedSize, const Permission &permission = always);

    // Removes .part and journal (a cancelled or failed job), whose names are free from then on;
    // nothing after a commit. Thread-safe: a lane thread that still writes does so to a file
    // without a name, and is refused what needs one.
    void discard();

private:
    struct State;
    class DiskCall;
    explicit BackupSink(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace core
