// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image_import.h"

#include "core/file_copy.h"
#include "core/files.h"
#include "core/image_facts.h"
#include "core/import/foreign_format.h"
#include "core/import/image_name.h"
#include "core/import/sidecar_stamp.h"
#include "core/import/sidecars.h"
#include "imaging/chunk_codec.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <functional>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

// Chunks at work at once, each of about 2 MiB: enough for all cores of a small machine, bounded on
// a large one.
constexpr int maxChunksInFlight = 6;

// An import is refused at once when there is not even room for a file that shrinks this well. Real
// images shrink to a third or a tenth; who needs more than there is learns it while writing.
constexpr qint64 bestCompression = 20;

Failure imported(Failure failure)
{
    failure.stage = Stage::Import;
    return failure;
}

bool isZstd(const QString &path)
{
    const auto name = imageNameOf(path);
    return name && name->wrapping == Wrapping::Zstd;
}

Result<struct stat> statOf(const QString &path)
{
    struct stat facts {
    };
    if (::stat(QFile::encodeName(path).constData(), &facts) != 0)
        return importFailure(FailureCode::ImageUnreadable, path, qt_error_string(errno));
    return facts;
}

SourceStamp stampOf(const struct stat &facts)
{
    const auto ns = [](const timespec &at) {
        return qint64(at.tv_sec) * 1'000'000'000 + at.tv_nsec;
    };
    return {facts.st_size, ns(facts.st_mtim), ns(facts.st_ctim), facts.st_dev, facts.st_ino};
}

Result<void> checkUnchanged(const QString &source, const SourceStamp &before)
{
    const auto now = statOf(source);
    if (now && stampOf(*now) == before)
        return {};
    return importFailure(FailureCode::ImageUnreadable, source, u"changed while being read"_s);
}

Result<void> checkRoom(const QString &folder, qint64 needed)
{
    const qint64 free = freeBytes(folder);
    if (free < 0 || free >= needed)
        return {};
    return Failure{
        FailureCode::StorageFull, Stage::Import,
        u"%1: %2 bytes are free, at least %3 are needed"_s.arg(folder).arg(free).arg(needed)};
}

// Writes chunks to a pack, has them on their way to the disk, and stops before that is full.
class PackSink
{
public:
    PackSink(int target, QString folder, qint64 reserve)
        : m_target(target), m_folder(std::move(folder)), m_reserve(reserve), m_writer(target)
    {
    }

    Result<void> take(const imaging::PackedChunk &chunk)
    {
        m_notPushed += qint64(chunk.frame.size());
        if (m_notPushed >= writebackBytes) {
            startWriteback(m_target);
            m_notPushed = 0;
            if (const auto room = checkRoom(m_folder, m_reserve); !room)
                return room;
        }
        return chunk.entry.kind == imaging::ChunkKind::Zero
                   ? m_writer.appendZero(1, chunk.length)
                   : m_writer.appendData(chunk.entry.digest, chunk.frame);
    }

    Result<void> finish(qint64 imageSize)
    {
        const auto tail = m_writer.finish(imageSize);
        return tail ? Result<void>() : tail.failure();
    }

private:
    int m_target;
    QString m_folder;
    qint64 m_reserve;
    imaging::PackWriter m_writer;
    qint64 m_notPushed = 0;
};

// What every import of one file shares.
struct ImportWork {
    const QString &source;
    const QString &part;
    imaging::WorkerPool &pool;
    WorkControl &control;
    const ImportLimits &limits;
};

Result<void> checkReserve(const ImportWork &work)
{
    return checkRoom(QFileInfo(work.part).absolutePath(), work.limits.reserveBytes);
}

// What was found out while the pack was made, and what is still to be checked.
struct Written {
    ImageFindings findings;
    std::vector<SumClaim> claims;
    bool isWrapped = false;
    QStringList unchecked;
};

Result<Written> packImage(const ImportWork &work, int target)
{
    const auto opened = openImage(work.source, work.control, work.limits);
    if (!opened)
        return opened.failure();
    PackSink sink(target, QFileInfo(work.part).absolutePath(), work.limits.reserveBytes);
    const int inFlight = std::min(2 * work.pool.threads() + 1, maxChunksInFlight);
    const auto size = imaging::packChunks(
        *opened->source, work.pool, imaging::importLevel, inFlight,
        [&sink](const imaging::PackedChunk &chunk) { return sink.take(chunk); });
    if (!size)
        return size.failure();
    if (const auto finished = sink.finish(*size); !finished)
        return finished.failure();
    return Written{*opened->findings, opened->claims, opened->isWrapped, opened->unchecked};
}

// Whether the file is a pack of ours. ImageUnreadable, and ImageCorrupt for what is left of one.
Result<bool> isPack(const QString &source)
{
    if (!isZstd(source))
        return false;
    const auto pack = imaging::PackReader::open(source);
    if (pack)
        return true;
    if (pack.failure().code != FailureCode::ImageCorrupt)
        return pack.failure();
    if (imaging::beginsLikeAPack(source))
        return importFailure(FailureCode::ImageCorrupt, source, pack.failure().detail);
    return false;
}

// Every chunk of a copied pack against its hash, and its image's sums and format.
Result<void> checkChunks(const imaging::PackReader &pack, Written &written, const ImportWork &work)
{
    const imaging::BlockMap &map = pack.tail().map();
    std::vector<std::byte> chunk(imaging::chunkBytes);
    SumSet sums(typesOf(written.claims, SumSubject::Image));
    FormatCheck format;
    for (quint64 index = 0; index < map.count(); ++index) {
        if (work.control.cancelled)
            return importCancelled();
        const auto bytes = std::span(chunk).first(map.length(index));
        if (const auto read = pack.readChunk(index, bytes); !read)
            return read;
        sums.update(bytes);
        format.take(bytes, index + 1 == map.count());
        if (!format.foreignFormat().isEmpty())
            return importFailure(FailureCode::ImageFormatForeign, work.source,
                                 format.foreignFormat());
        work.control.done += pack.tail().frameBytes(index);
    }
    written.findings.imageSums = sums.finish();
    return {};
}

// A pack has the hash of every chunk in it: a bmap beside it would say nothing new.
void leaveBmaps(Sidecars &sidecars)
{
    for (const NamedBmap &named : sidecars.bmaps)
        sidecars.unchecked << named.name;
}

Result<Written> takePack(const ImportWork &work, int target)
{
    auto sidecars = findSidecars(work.source, imageNameOf(work.source)->raw);
    if (!sidecars)
        return sidecars.failure();
    leaveBmaps(*sidecars);
    Written written{{}, std::move(sidecars->claims), true, std::move(sidecars->unchecked)};
    const auto mayGoOn = [&work]() -> Result<void> {
        return work.control.cancelled ? importCancelled() : checkReserve(work);
    };
    if (const auto copied = copyFile(work.source, target, mayGoOn); !copied)
        return copied.failure();
    const auto pack = imaging::PackReader::open(work.part);
    if (!pack)
        return pack.failure();
    if (const auto checked = checkChunks(**pack, written, work); !checked)
        return checked.failure();
    return written;
}

Result<Written> writePart(const ImportWork &work)
{
    const FileDescriptor file = openFile(work.part, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW);
    if (!file)
        return fileFailure(errno, work.part);
    const auto ours = isPack(work.source);
    if (!ours)
        return ours.failure();
    const auto written = *ours ? takePack(work, file.get()) : packImage(work, file.get());
    if (written && ::fsync(file.get()) != 0)
        return fileFailure(errno, work.part);
    return written;
}

// What is still being copied or downloaded looks damaged: that it changed is what is to be told.
Failure orChanged(const Failure &failure, const QString &source, const SourceStamp &before)
{
    const bool isOfContents = failure.code == FailureCode::ImageCorrupt ||
                              failure.code == FailureCode::ChecksumMismatch ||
                              failure.code == FailureCode::ImageFormatForeign;
    const auto unchanged = checkUnchanged(source, before);
    return isOfContents && !unchanged ? unchanged.failure() : failure;
}

// All bytes of the image, in order. ImageCorrupt, StationIoError, Cancelled.
Result<void> forEachChunk(const imaging::PackReader &pack, const WorkControl &control,
                          const std::function<void(std::span<const std::byte>)> &take)
{
    const imaging::BlockMap &map = pack.tail().map();
    const std::vector<std::byte> zeros(imaging::chunkBytes);
    std::vector<std::byte> chunk(imaging::chunkBytes);
    for (quint64 index = 0; index < map.count(); ++index) {
        if (control.cancelled)
            return importCancelled();
        const quint32 length = map.length(index);
        const bool zero = map.entry(index).kind == imaging::ChunkKind::Zero;
        if (!zero) {
            if (const auto read = pack.readChunk(index, std::span(chunk).first(length)); !read)
                return read;
        }
        take(std::span(zero ? zeros : chunk).first(length));
    }
    return {};
}

// One kind of sum of all bytes of the image.
Result<QString> sumOfImage(const imaging::PackReader &pack, imaging::ChecksumType type,
                           const WorkControl &control)
{
    imaging::Checksum sum(type);
    const auto read = forEachChunk(pack, control,
                                   [&sum](std::span<const std::byte> bytes) { sum.update(bytes); });
    return read ? Result<QString>(sum.finish()) : read.failure();
}

Result<QString> sumOfFile(const ImportWork &work, imaging::ChecksumType type)
{
    const auto file = SourceFile::open(work.source, work.control);
    if (!file)
        return file.failure();
    (*file)->sumUp({type});
    auto sums = (*file)->finish();
    return sums ? Result<QString>(sums->at(type)) : sums.failure();
}

// What stands in the pack and in the source against all that is claimed of them. Sums that nobody
// asked for while the bytes came by are made now: there a claim did not hold where it should have.
Result<void> checkSums(Written &written, const imaging::PackReader &pack, const ImportWork &work)
{
    const SumOf sumOf = [&](SumSubject subject, imaging::ChecksumType type) -> Result<QString> {
        const bool isImage = subject == SumSubject::Image;
        SumMap &known = isImage ? written.findings.imageSums : written.findings.fileSums;
        if (const auto found = known.find(type); found != known.end())
            return found->second;
        const auto made = isImage ? sumOfImage(pack, type, work.control) : sumOfFile(work, type);
        if (made)
            known.emplace(type, *made);
        return made;
    };
    return checkClaims(written.claims, sumOf, written.isWrapped, work.source);
}

Result<ImportedPack> fillPack(const ImportWork &work)
{
    auto written = writePart(work);
    if (!written)
        return written.failure();
    const auto pack = imaging::PackReader::open(work.part);
    if (!pack)
        return pack.failure();
    if (const auto checked = checkSums(*written, **pack, work); !checked)
        return checked.failure();
    const imaging::BlockMap &map = (*pack)->tail().map();
    ImportedPack made;
    made.pack = *pack;
    made.identity = imaging::toHex(map.identity());
    made.dataBytes = map.dataBytes();
    made.checkedBy = sidecarsOf(written->claims) + written->findings.checkedBy;
    made.unchecked = written->unchecked + written->findings.unchecked;
    ImageLook look = lookInto(**pack);
    made.facts = std::move(look.facts);
    made.warnings = written->findings.warnings + look.warnings;
    return made;
}

Result<ImportedPack> makePack(const ImportWork &work)
{
    const auto stamp = inspectSource(work.source);
    if (!stamp)
        return stamp.failure();
    const QString sidecars = sidecarStamp(work.source); // before they are read
    const auto facts = statOf(work.source);
    const qint64 allocated = facts ? qint64(facts->st_blocks) * 512 : 0;
    const qint64 needed = work.limits.reserveBytes + allocated / bestCompression;
    if (const auto room = checkRoom(QFileInfo(work.part).absolutePath(), needed); !room)
        return room.failure();
    auto made = fillPack(work);
    if (!made)
        return orChanged(made.failure(), work.source, *stamp);
    if (const auto unchanged = checkUnchanged(work.source, *stamp); !unchanged)
        return unchanged.failure();
    made->source = *stamp;
    made->sidecarStamp = sidecars;
    return made;
}

} // namespace

Result<SourceStamp> inspectSource(const QString &path)
{
    if (path.contains(QChar(u'\0'))) // the system would take the name to end there
        return Failure{FailureCode::ImageUnreadable, Stage::Import, u"a name with a NUL"_s};
    const auto facts = statOf(path);
    if (!facts)
        return facts.failure();
    if (S_ISDIR(facts->st_mode))
        return importFailure(FailureCode::ImageUnreadable, path, u"is a folder"_s);
    if (!S_ISREG(facts->st_mode))
        return importFailure(FailureCode::ImageUnreadable, path, u"is no regular file"_s);
    if (!imageNameOf(path)) {
        return importFailure(
            FailureCode::ImageFormatUnknown, path,
            u"an image's name ends in .img, .wic or .raw, perhaps with .xz, .gz, .bz2, "
            ".zst or .zip behind it"_s);
    }
    if (facts->st_size == 0)
        return importFailure(FailureCode::ImageEmpty, path, u"has no bytes"_s);
    if (!openFile(path, O_RDONLY | O_NONBLOCK))
        return importFailure(FailureCode::ImageUnreadable, path, qt_error_string(errno));
    return stampOf(*facts);
}

Result<ImportedPack> importPack(const QString &source, const QString &part,
                                imaging::WorkerPool &pool, WorkControl &control,
                                const ImportLimits &limits)
{
    if (control.cancelled)
        return importCancelled();
    auto made = makePack({source, part, pool, control, limits});
    if (made)
        return made;
    QFile::remove(part);
    return imported(made.failure());
}

Result<imaging::Digest> digestOfImage(const imaging::PackReader &pack, const WorkControl &control)
{
    imaging::Sha256 sum;
    const auto read = forEachChunk(pack, control,
                                   [&sum](std::span<const std::byte> bytes) { sum.update(bytes); });
    return read ? Result<imaging::Digest>(sum.finish()) : imported(read.failure());
}

} // namespace core
