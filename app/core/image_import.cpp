// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image_import.h"

#include "core/file_copy.h"
#include "core/files.h"
#include "imaging/chunk_codec.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
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

// An import is refused at once when there is not even room for this. Real images shrink to a third
// or a tenth; who needs more than there is learns it while writing.
constexpr qint64 leastFreeBytes = 16 * 1024 * 1024;
constexpr qint64 bestCompression = 20;

Failure failure(FailureCode code, const QString &path, const QString &why)
{
    return {code, Stage::Import, u"%1: %2"_s.arg(path, why)};
}

Failure imported(Failure failure)
{
    failure.stage = Stage::Import;
    return failure;
}

Failure cancelled()
{
    return {FailureCode::Cancelled, Stage::Import, {}};
}

bool isPackName(const QString &path)
{
    return path.endsWith(".img.zst"_L1, Qt::CaseInsensitive);
}

bool isImageName(const QString &path)
{
    const auto ends = [&path](QLatin1StringView end) {
        return path.endsWith(end, Qt::CaseInsensitive);
    };
    return ends(".img"_L1) || ends(".wic"_L1) || ends(".raw"_L1) || isPackName(path);
}

Result<struct stat> statOf(const QString &path)
{
    struct stat facts {
    };
    if (::stat(QFile::encodeName(path).constData(), &facts) != 0)
        return failure(FailureCode::ImageUnreadable, path, qt_error_string(errno));
    return facts;
}

SourceStamp stampOf(const struct stat &facts)
{
    const qint64 modified = qint64(facts.st_mtim.tv_sec) * 1'000'000'000 + facts.st_mtim.tv_nsec;
    return {facts.st_size, modified, facts.st_dev, facts.st_ino};
}

Result<void> checkUnchanged(const QString &source, const SourceStamp &before)
{
    const auto now = statOf(source);
    if (now && stampOf(*now) == before)
        return {};
    return failure(FailureCode::ImageUnreadable, source, u"changed while being read"_s);
}

Result<void> checkRoom(const QString &part, qint64 needed)
{
    const QString folder = QFileInfo(part).absolutePath();
    const qint64 free = freeBytes(folder);
    if (free < 0 || free >= needed)
        return {};
    return failure(FailureCode::StorageFull, folder,
                   u"%1 bytes are free, at least %2 are needed"_s.arg(free).arg(needed));
}

// Stops when it is told to and counts what was read.
class WatchedSource : public imaging::ChunkSource
{
public:
    WatchedSource(imaging::ChunkSource &source, WorkControl &control)
        : m_source(source), m_control(control)
    {
    }

    Result<imaging::ChunkRead> next(std::span<std::byte> buffer) override
    {
        if (m_control.cancelled)
            return cancelled();
        auto read = m_source.next(buffer);
        if (read)
            m_control.done += read->length;
        return read;
    }

private:
    imaging::ChunkSource &m_source;
    WorkControl &m_control;
};

Result<void> packRaw(const QString &source, int target, imaging::WorkerPool &pool,
                     WorkControl &control)
{
    const auto opened = imaging::openFileSource(source, nullptr);
    if (!opened)
        return opened.failure();
    WatchedSource watched(**opened, control);
    imaging::PackWriter writer(target);
    qint64 notPushed = 0;
    const auto take = [&](const imaging::PackedChunk &chunk) {
        notPushed += qint64(chunk.frame.size());
        if (notPushed >= writebackBytes) {
            startWriteback(target);
            notPushed = 0;
        }
        return chunk.entry.kind == imaging::ChunkKind::Zero
                   ? writer.appendZero(1, chunk.length)
                   : writer.appendData(chunk.entry.digest, chunk.frame);
    };
    const int inFlight = std::min(2 * pool.threads() + 1, maxChunksInFlight);
    const auto size = imaging::packChunks(watched, pool, imaging::importLevel, inFlight, take);
    if (!size)
        return size.failure();
    const auto tail = writer.finish(*size);
    return tail ? Result<void>() : tail.failure();
}

Result<void> copyPack(const QString &source, int target, const WorkControl &control)
{
    if (const auto pack = imaging::PackReader::open(source); !pack) {
        if (pack.failure().code != FailureCode::ImageCorrupt)
            return pack.failure();
        return failure(FailureCode::ImageFormatUnknown, source,
                       u"compressed, but not by this system (%1); unpack it to an .img first"_s.arg(
                           pack.failure().detail));
    }
    return copyFile(source, target, control.cancelled);
}

// Every chunk of a copied pack against its hash.
Result<void> checkChunks(const imaging::PackReader &pack, WorkControl &control)
{
    const imaging::BlockMap &map = pack.tail().map();
    std::vector<std::byte> chunk(imaging::chunkBytes);
    for (quint64 index = 0; index < map.count(); ++index) {
        if (control.cancelled)
            return cancelled();
        const auto read = pack.readChunk(index, std::span(chunk).first(map.length(index)));
        if (!read)
            return read;
        control.done += map.length(index);
    }
    return {};
}

Result<void> writePart(const QString &source, const QString &part, imaging::WorkerPool &pool,
                       WorkControl &control)
{
    const FileDescriptor file = openFile(part, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW);
    if (!file)
        return fileFailure(errno, part);
    const auto written = isPackName(source) ? copyPack(source, file.get(), control)
                                            : packRaw(source, file.get(), pool, control);
    if (written && ::fsync(file.get()) != 0)
        return fileFailure(errno, part);
    return written;
}

Result<ImportedPack> makePack(const QString &source, const QString &part, imaging::WorkerPool &pool,
                              WorkControl &control)
{
    const auto stamp = inspectSource(source);
    if (!stamp)
        return stamp.failure();
    const auto facts = statOf(source);
    const qint64 allocated = facts ? qint64(facts->st_blocks) * 512 : 0;
    if (const auto room = checkRoom(part, leastFreeBytes + allocated / bestCompression); !room)
        return room.failure();
    if (const auto written = writePart(source, part, pool, control); !written)
        return written.failure();
    if (const auto unchanged = checkUnchanged(source, *stamp); !unchanged)
        return unchanged.failure();
    const auto pack = imaging::PackReader::open(part);
    if (!pack)
        return pack.failure();
    if (isPackName(source)) {
        if (const auto checked = checkChunks(**pack, control); !checked)
            return checked.failure();
    }
    return ImportedPack{*stamp, *pack};
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
        return failure(FailureCode::ImageUnreadable, path, u"is a folder"_s);
    if (!S_ISREG(facts->st_mode))
        return failure(FailureCode::ImageUnreadable, path, u"is no regular file"_s);
    if (!isImageName(path)) {
        return failure(FailureCode::ImageFormatUnknown, path,
                       u"an image's name ends in .img, .wic, .raw or .img.zst"_s);
    }
    if (facts->st_size == 0)
        return failure(FailureCode::ImageEmpty, path, u"has no bytes"_s);
    if (!openFile(path, O_RDONLY | O_NONBLOCK))
        return failure(FailureCode::ImageUnreadable, path, qt_error_string(errno));
    return stampOf(*facts);
}

Result<ImportedPack> importPack(const QString &source, const QString &part,
                                imaging::WorkerPool &pool, WorkControl &control)
{
    if (control.cancelled)
        return cancelled();
    auto made = makePack(source, part, pool, control);
    if (made)
        return made;
    QFile::remove(part);
    return imported(made.failure());
}

Result<imaging::Digest> digestOfImage(const imaging::PackReader &pack, const WorkControl &control)
{
    const imaging::BlockMap &map = pack.tail().map();
    const std::vector<std::byte> zeros(imaging::chunkBytes);
    std::vector<std::byte> chunk(imaging::chunkBytes);
    imaging::Sha256 sum;
    for (quint64 index = 0; index < map.count(); ++index) {
        if (control.cancelled)
            return cancelled();
        const quint32 length = map.length(index);
        const bool zero = map.entry(index).kind == imaging::ChunkKind::Zero;
        if (!zero) {
            if (const auto read = pack.readChunk(index, std::span(chunk).first(length)); !read)
                return imported(read.failure());
        }
        sum.update(std::span(zero ? zeros : chunk).first(length));
    }
    return sum.finish();
}

} // namespace core
