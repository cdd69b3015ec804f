// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backup_sink.h"

#include "core/backup_content.h"
#include "core/backup_path.h"
#include "core/backup_target.h"
#include "core/destination.h"
#include "core/upload_check.h"
#include "imaging/chunk_codec.h"

#include <QFile>
#include <QFileInfo>

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <mutex>
#include <unistd.h>

namespace core
{

using namespace Qt::StringLiterals;
using imaging::BlockMap;
using imaging::ChunkKind;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;
using protocol::UploadRecord;

namespace
{

// Of a plain stream. While the one is compressed the socket's buffer goes on filling: a gigabit
// link does not wait, and many uploads at once cost 2 MiB each.
constexpr int chunksInFlight = 1;

Failure failure(FailureCode code, Stage stage, const QString &detail)
{
    return {code, stage, detail};
}

Failure at(Stage stage, Failure failure)
{
    failure.stage = stage;
    return failure;
}

qint64 steadyNow()
{
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

Failure discarded()
{
    return failure(FailureCode::Cancelled, Stage::Receive, u"the backup was given up"_s);
}

Failure badRequest(const QString &detail)
{
    return failure(FailureCode::BadRequest, Stage::Receive, detail);
}

} // namespace

// While the disk is asked to do something.
class BackupSink::DiskCall
{
public:
    explicit DiskCall(State &state);
    ~DiskCall();
    DiskCall(const DiskCall &) = delete;
    DiskCall &operator=(const DiskCall &) = delete;

private:
    State &m_state;
};

struct BackupSink::State {
    BackupPath path;
    bool overwrite = false;
    FileDescriptor file;
    BackupJournal journal;
    std::unique_ptr<BackupTarget> target;
    qint64 size = 0;                  // bytes of the image, 0: not told yet
    std::atomic<quint64> durable = 0; // chunks; next() is asked by any thread
    std::mutex naming;                // held while one of the names is made, changed or given up
    bool gone = false; // under `naming`: the .part has got its name, or was discarded
    qint64 notPushed = 0;
    bool stream = false;         // what is there came by receive(): no journal
    std::optional<BlockMap> map; // once finished
    UploadCheck check;
    NamingNote namingNote;
    bool proven = true; // by its identity, or by data that the journal tells of
    // When the call to the disk began that is under way, ns of the steady clock; 0: none is.
    std::atomic<qint64> diskCallSince = 0;

    // As it is to be told: the disk may have been pulled out.
    [[nodiscard]] Failure told(Stage stage, const Failure &why) const
    {
        return at(stage, orGone(why, file.get(), path.final()));
    }

    State(BackupPath where, const QString &owner)
        : path(std::move(where)), journal(path.journal(), owner)
    {
    }

    [[nodiscard]] quint64 received() const { return target->chunks().count(); }
    [[nodiscard]] bool rawFile() const { return path.format() == BackupFormat::Raw; }
    [[nodiscard]] Result<void> resumeOrStart(std::optional<BackupJournal::Contents> record);
    [[nodiscard]] Result<void> restart();
    [[nodiscard]] Result<void> dropProof();
    [[nodiscard]] Result<void> beginJournal(qint64 imageSize);
    [[nodiscard]] Result<void> cutTo(qint64 bytes, qint64 imageSize);
    [[nodiscard]] Result<void> checkPlace(quint64 index, quint64 count) const;
    [[nodiscard]] Result<quint64> appendData(quint64 index, const UploadRecord &record,
                                             std::span<const std::byte> frame);
    [[nodiscard]] Result<quint64> appendZero(quint64 index, const UploadRecord &record);
    [[nodiscard]] Result<void> take(const imaging::PackedChunk &packed);
    [[nodiscard]] Result<void> writeData(const imaging::Digest &digest,
                                         std::span<const std::byte> chunk,
                                         std::span<const std::byte> frame);
    [[nodiscard]] Result<void> prove(std::span<const std::byte> chunk,
                                     std::span<const std::byte> frame);
    [[nodiscard]] bool hasIdentity() const;
    void noteName() const;
    void push(qint64 bytes);
    [[nodiscard]] Result<void> finish();
    [[nodiscard]] Result<BackupResult> publish(const Permission &permission);
    [[nodiscard]] Result<void> giveName();
    [[nodiscard]] Result<void> exchangeNames();
};

BackupSink::DiskCall::DiskCall(State &state) : m_state(state)
{
    m_state.diskCallSince = steadyNow();
}

BackupSink::DiskCall::~DiskCall()
{
    m_state.diskCallSince = 0;
}

std::chrono::milliseconds BackupSink::stalledFor() const
{
    const qint64 since = m_state->diskCallSince;
    if (since == 0)
        return {};
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::nanoseconds(steadyNow() - since));
}

Result<void> BackupSink::State::resumeOrStart(std::optional<BackupJournal::Contents> contents)
{
    const qint64 length = ::lseek(file.get(), 0, SEEK_END);
    if (!contents || contents->chunks.count() == 0 || !journal.isOwn(*contents) ||
        contents->format != path.format() || bytesCovered(*contents) > length)
        return restart();
    size = contents->size;
    durable = contents->chunks.count();
    if (const auto cut = cutTo(bytesCovered(*contents), size); !cut)
        return cut;
    if (const auto resumed = journal.resume(*contents); !resumed)
        return resumed;
    // What is proven may just have been cut off.
    const FileProof &proof = contents->proof;
    proven =
        hasIdentity() || (proof.bytes > 0 && proof.from + proof.bytes <= bytesCovered(*contents));
    target = makeBackupTarget(path.format(), file.get(), std::move(*contents));
    return {};
}

// The journal goes first: it may never tell of data that are not there. That it tells whose the
// .part is remains.
Result<void> BackupSink::State::restart()
{
    if (const auto dropped = hasIdentity() ? Result<void>() : dropProof(); !dropped)
        return dropped;
    if (const auto begun = beginJournal(0); !begun)
        return begun;
    size = 0;
    durable = 0;
    stream = false;
    map.reset();
    target = makeBackupTarget(path.format(), file.get(), {});
    return cutTo(0, 0);
}

// Where data are the proof that the file is the station's they go before it; a file that is shorter
// than what is told of it is begun anew. One that has its name already is left alone.
Result<void> BackupSink::State::dropProof()
{
    const std::lock_guard lock(naming);
    return gone ? discarded() : cutTo(0, 0);
}

Result<void> BackupSink::State::beginJournal(qint64 imageSize)
{
    const std::lock_guard lock(naming);
    proven = hasIdentity();
    return gone ? discarded()
                : journal.create(path.format(), imageSize, BackupJournal::identityOf(file.get()));
}

// A raw image then reads as zero from there to its end.
Result<void> BackupSink::State::cutTo(qint64 bytes, qint64 imageSize)
{
    if (::ftruncate(file.get(), bytes) != 0 ||
        (rawFile() && ::ftruncate(file.get(), imageSize) != 0))
        return fileFailure(errno, path.part(), FailureCode::DestinationUnwritable);
    return {};
}

Result<void> BackupSink::State::checkPlace(quint64 index, quint64 count) const
{
    if (size == 0)
        return badRequest(u"chunks before the image's size"_s);
    const quint64 total = imaging::chunkCount(size);
    if (index > total || count > total - index)
        return badRequest(u"chunk %1 is beyond the image's %2"_s.arg(index + count - 1).arg(total));
    if (index > received()) {
        return failure(FailureCode::BackupOutOfOrder, Stage::Receive,
                       u"chunk %1 where %2 is next"_s.arg(index).arg(received()));
    }
    return {};
}

Result<quint64> BackupSink::State::appendData(quint64 index, const UploadRecord &record,
                                              std::span<const std::byte> frame)
{
    const auto chunk = check.unpack(index, imaging::chunkLength(size, index), record, frame);
    if (!chunk)
        return chunk.failure();
    const bool known = index < received();
    const DiskCall call(*this);
    const auto done = known ? checkResent(target->chunks(), index, 1, record)
                            : writeData(record.digest, *chunk, frame);
    if (!done)
        return told(Stage::Receive, done.failure());
    if (!known)
        push(qint64(rawFile() ? chunk->size() : frame.size()));
    return quint64(1);
}

Result<quint64> BackupSink::State::appendZero(quint64 index, const UploadRecord &record)
{
    const DiskCall call(*this);
    const quint64 count = record.zeroChunks;
    const quint64 known = std::min(count, received() - index);
    if (const auto same = checkResent(target->chunks(), index, known, record); !same)
        return same.failure();
    if (count > known) {
        const quint32 lastLength = imaging::chunkLength(size, index + count - 1);
        if (const auto done = target->appendZero(count - known, lastLength); !done)
            return told(Stage::Receive, done.failure());
    }
    return count;
}

// Plain level: chunks that this process cut, hashed and compressed itself.
Result<void> BackupSink::State::take(const imaging::PackedChunk &packed)
{
    const DiskCall call(*this);
    const auto done = packed.entry.kind == ChunkKind::Zero
                          ? target->appendZero(1, packed.length)
                          : writeData(packed.entry.digest, packed.bytes, packed.frame);
    push(qint64(rawFile() ? packed.bytes.size() : packed.frame.size()));
    return done ? done : told(Stage::Receive, done.failure());
}

Result<void> BackupSink::State::writeData(const imaging::Digest &digest,
                                          std::span<const std::byte> chunk,
                                          std::span<const std::byte> frame)
{
    if (const auto noted = prove(chunk, frame); !noted)
        return noted;
    return target->appendData(digest, chunk, frame);
}

// Before anything is written: of what goes there first, and in one go, so that no kill leaves a
// file with data that nobody can call its own.
Result<void> BackupSink::State::prove(std::span<const std::byte> chunk,
                                      std::span<const std::byte> frame)
{
    const auto proof = proven ? std::nullopt : target->firstWrite(chunk, frame);
    if (!proof)
        return {};
    const auto noted = journal.noteProof(*proof);
    proven = noted.ok();
    return noted;
}

bool BackupSink::State::hasIdentity() const
{
    return BackupJournal::identityOf(file.get()) != BackupJournal::anyFile;
}

void BackupSink::State::noteName() const
{
    const auto stamp = hasIdentity() || !namingNote ? std::nullopt : fileStamp(file.get());
    if (const auto proof = stamp ? FileProof::of(file.get(), 0, stamp->size) : std::nullopt)
        namingNote({*proof, map->identity()});
}

void BackupSink::State::push(qint64 bytes)
{
    notPushed += bytes;
    if (notPushed < writebackBytes)
        return;
    notPushed = 0;
    dropWritten(file.get());
}

Result<void> BackupSink::State::finish()
{
    if (map)
        return {};
    if (const auto noted = prove({}, {}); !noted)
        return told(Stage::Commit, noted.failure());
    auto finished = target->finish(size);
    if (!finished)
        return told(Stage::Commit, finished.failure());
    map = std::move(*finished);
    return {};
}

Result<BackupResult> BackupSink::State::publish(const Permission &permission)
{
    const DiskCall call(*this);
    if (::fsync(file.get()) != 0)
        return told(Stage::Commit, fileFailure(errno, path.part()));
    dropWritten(file.get());
    // A folder that cannot be flushed is found out before there is a name to take back.
    if (const auto synced = syncFolderOf(path.final()); !synced)
        return told(Stage::Commit, synced.failure());
    noteName();
    const std::lock_guard lock(naming);
    if (gone || !permission())
        return at(Stage::Commit, discarded());
    const bool replaces = overwrite && QFile::exists(path.final());
    if (const auto named = replaces ? exchangeNames() : giveName(); !named)
        return told(Stage::Commit, named.failure());
    gone = true;
    journal.remove();
    return BackupResult{size, imaging::toHex(map->identity())};
}

// A name that may be lost with the power is no success, and must not look like one afterwards.
Result<void> BackupSink::State::giveName()
{
    if (const auto named = renameFile(path.part(), path.final(), overwrite); !named)
        return named;
    const auto synced = syncFolderOf(path.final());
    if (!synced)
        (void)renameFile(path.final(), path.part(), true);
    return synced;
}

// The file that is replaced is kept until the new one is certain to have its name; the journal
// tells which of the two is which. Where no file can be told from another that would not help.
Result<void> BackupSink::State::exchangeNames()
{
    if (!hasIdentity())
        return giveName();
    if (const auto noted = journal.noteReplaced(fileIdentity(path.final())); !noted)
        return noted;
    if (!exchangeFiles(path.part(), path.final()))
        return giveName();
    const auto synced = syncFolderOf(path.final());
    if (synced)
        QFile::remove(path.part());
    else
        (void)exchangeFiles(path.part(), path.final());
    return synced;
}

Result<std::shared_ptr<BackupSink>> BackupSink::open(const QString &path, bool overwrite,
                                                     const QString &owner)
{
    const auto where = BackupPath::parse(path);
    if (!where)
        return where.failure();
    if (const auto usable = where->check(overwrite); !usable)
        return usable.failure();
    auto state = std::make_unique<State>(*where, owner);
    auto part = where->openPart(state->journal);
    if (!part)
        return part.failure();
    state->overwrite = overwrite;
    state->file = std::move(part->file);
    if (const auto ready = state->resumeOrStart(std::move(part->record)); !ready)
        return at(Stage::Receive, ready.failure());
    return std::shared_ptr<BackupSink>(new BackupSink(std::move(state)));
}

BackupSink::BackupSink(std::unique_ptr<State> state) : m_state(std::move(state)) {}

BackupSink::~BackupSink() = default;

void BackupSink::setNamingNote(NamingNote note)
{
    m_state->namingNote = std::move(note);
}

quint64 BackupSink::identity() const
{
    return BackupJournal::identityOf(m_state->file.get());
}

quint64 BackupSink::next() const
{
    return m_state->durable;
}

Result<void> BackupSink::setSize(qint64 size)
{
    if (size <= 0 || size > protocol::maxImageBytes)
        return badRequest(u"an image of %1 bytes"_s.arg(size));
    if (size == m_state->size && !m_state->stream)
        return {};
    const auto fits = checkDestination(destinationFacts(m_state->path.final()),
                                       m_state->path.final(), m_state->path.format(), size);
    if (!fits)
        return fits.failure();
    if (const auto restarted = m_state->restart(); !restarted)
        return at(Stage::Receive, restarted.failure());
    if (const auto cut = m_state->cutTo(0, size); !cut)
        return at(Stage::Receive, cut.failure());
    if (const auto begun = m_state->beginJournal(size); !begun)
        return at(Stage::Receive, begun.failure());
    m_state->size = size;
    const auto synced = syncFolderOf(m_state->path.part());
    return synced ? synced : at(Stage::Receive, synced.failure());
}

Result<quint64> BackupSink::append(quint64 index, const UploadRecord &record,
                                   std::span<const std::byte> frame)
{
    const bool data = record.kind == UploadRecord::Kind::Data;
    const quint64 count = data ? 1 : record.zeroChunks;
    if (count == 0)
        return badRequest(u"a record without chunks"_s);
    if (const auto placed = m_state->checkPlace(index, count); !placed)
        return placed.failure();
    return data ? m_state->appendData(index, record, frame) : m_state->appendZero(index, record);
}

Result<quint64> BackupSink::sync()
{
    const quint64 received = m_state->received();
    if (m_state->stream || m_state->durable == received)
        return next();
    const DiskCall call(*m_state);
    if (::fdatasync(m_state->file.get()) != 0)
        return m_state->told(Stage::Receive, fileFailure(errno, m_state->path.part()));
    const auto noted = m_state->journal.append(m_state->durable, m_state->target->chunks());
    if (!noted)
        return m_state->told(Stage::Receive, noted.failure());
    m_state->durable = received;
    return received;
}

Result<BackupResult> BackupSink::commit(const protocol::UploadCommit &claim,
                                        const Permission &permission)
{
    // It was begun anew after a crash: whoever sends all again has a backup.
    if (m_state->size == 0 && !m_state->stream)
        return failure(FailureCode::BackupTruncated, Stage::Commit, u"no chunk came"_s);
    if (claim.size != m_state->size || m_state->stream) {
        return failure(FailureCode::BackupMismatch, Stage::Commit,
                       u"%1 bytes claimed, %2 announced"_s.arg(claim.size).arg(m_state->size));
    }
    const quint64 total = imaging::chunkCount(m_state->size);
    if (total == 0 || m_state->received() < total) {
        return failure(FailureCode::BackupTruncated, Stage::Commit,
                       u"%1 of %2 chunks came"_s.arg(m_state->received()).arg(total));
    }
    const QString identity =
        imaging::toHex(BlockMap(m_state->size, m_state->target->chunks().entries()).identity());
    if (identity.compare(claim.imageIdentity, Qt::CaseInsensitive) != 0) {
        return failure(FailureCode::BackupMismatch, Stage::Commit,
                       u"identity %1 claimed, %2 received"_s.arg(claim.imageIdentity, identity));
    }
    if (const auto synced = sync(); !synced)
        return synced.failure();
    if (const auto finished = m_state->finish(); !finished)
        return finished.failure();
    return m_state->publish(permission);
}

Result<qint64> BackupSink::receive(imaging::ChunkSource &source, imaging::WorkerPool &pool,
                                   imaging::WorkClock &storage)
{
    if (const auto restarted = m_state->restart(); !restarted)
        return at(Stage::Receive, restarted.failure());
    m_state->stream = true;
    const bool pack = m_state->path.format() == BackupFormat::Pack;
    const int level = pack ? imaging::backupLevel : imaging::packNoFrames;
    auto bytes = imaging::packChunks(source, pool, level, chunksInFlight,
                                     [&](const imaging::PackedChunk &packed) {
                                         const imaging::WorkClock::Visit visit(storage);
                                         return m_state->take(packed);
                                     });
    if (bytes)
        m_state->size = *bytes;
    return bytes;
}

Result<BackupResult> BackupSink::commitStream(qint64 expectedSize, const Permission &permission)
{
    const qint64 size = m_state->size;
    if (!m_state->stream || size == 0 || size < expectedSize) {
        return failure(FailureCode::BackupTruncated, Stage::Commit,
                       u"%1 of %2 bytes came"_s.arg(m_state->stream ? size : 0).arg(expectedSize));
    }
    if (const auto finished = m_state->finish(); !finished)
        return finished.failure();
    if (expectedSize <= 0) {
        if (const auto whole = checkTableEnd(m_state->path, m_state->file.get(), size); !whole)
            return at(Stage::Commit, whole.failure());
    }
    return m_state->publish(permission);
}

// By then there may be another backup's .part of that name: only the own one is removed, and once.
void BackupSink::discard()
{
    const std::lock_guard lock(m_state->naming);
    if (std::exchange(m_state->gone, true))
        return;
    // By name, not through the journal itself: a lane thread may be writing to it. The .part goes
    // first: without its journal nobody could tell whose it is.
    const auto opened = fileStamp(m_state->file.get());
    const auto named = fileStamp(m_state->path.part());
    if (named && (!opened || opened->inode != named->inode))
        return; // somebody else's by now
    if (!named &&
        (QFileInfo::exists(m_state->path.part()) || QFileInfo(m_state->path.part()).isSymLink()))
        return; // a link or a FIFO that somebody put there
    QFile::remove(m_state->path.part());
    QFile::remove(m_state->path.journal());
}

} // namespace core
