// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chunk_codec.h"
#include "imaging/descriptor_io.h"
#include "imaging/pack.h"
#include "imaging/pack_format.h"

#include <QFile>
#include <QtEndian>

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

namespace imaging
{

using namespace Qt::StringLiterals;
using format::corrupt;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

Failure unreadable(const QString &path, const QString &why)
{
    return {FailureCode::ImageUnreadable, Stage::None, u"%1: %2"_s.arg(path, why)};
}

// A read that found less than the file's length promised is damage, an errno is the station's
// trouble.
Failure readFailure(qint64 offset, int error)
{
    if (error == 0)
        return corrupt(u"pack: the file ends before offset %1"_s.arg(offset));
    return {FailureCode::StationIoError, Stage::None,
            u"reading the pack at offset %1: %2"_s.arg(offset).arg(qt_error_string(error))};
}

Result<void> readAt(int descriptor, qint64 offset, std::span<std::byte> out)
{
    const auto done = readFully(descriptor, offset, out);
    if (done.error != 0 || done.bytes != out.size())
        return readFailure(offset, done.error);
    return {};
}

// Length of the tail, believed from the last entry and the footer only as far as the file's length
// allows, and the one the other.
Result<qint64> tailBytes(int descriptor, qint64 fileSize)
{
    std::array<std::byte, format::seekEntryBytes + format::footerBytes> end;
    if (fileSize < qint64(end.size()))
        return corrupt(u"pack: a file of %1 bytes"_s.arg(fileSize));
    if (const auto read = readAt(descriptor, fileSize - qint64(end.size()), end); !read)
        return read.failure();
    if (qFromLittleEndian<quint32>(end.data() + 13) != format::footerMagic)
        return corrupt(u"pack: no seek table at the file's end"_s);
    const qint64 mapFrameBytes = qFromLittleEndian<quint32>(end.data());
    const quint32 frames = qFromLittleEndian<quint32>(end.data() + 8);
    const qint64 bytes = mapFrameBytes + format::seekTableBytes(frames);
    // A sparse file has any length: memory is taken for what that many chunks need, and no more.
    const bool isTooMuch = frames > format::maxChunks + 1 || bytes > fileSize ||
                           mapFrameBytes > format::maxMapFrameBytes(frames);
    if (isTooMuch)
        return corrupt(u"pack: %1 frames and a map of %2 bytes in a file of %3 bytes"_s.arg(frames)
                           .arg(mapFrameBytes)
                           .arg(fileSize));
    return bytes;
}

Result<PackTail> readTail(int descriptor, qint64 fileSize)
{
    const auto length = tailBytes(descriptor, fileSize);
    if (!length)
        return length.failure();
    const qint64 offset = fileSize - *length;
    QByteArray bytes(qsizetype(*length), Qt::Uninitialized);
    const auto out = std::as_writable_bytes(std::span(bytes.data(), size_t(bytes.size())));
    if (const auto read = readAt(descriptor, offset, out); !read)
        return read.failure();
    auto tail = PackTail::parse(bytes);
    if (tail && tail->tailOffset() != offset)
        return corrupt(
            u"pack: frames end at %1, the map begins at %2"_s.arg(tail->tailOffset()).arg(offset));
    return tail;
}

Failure damaged(quint64 index, qint64 offset, const QString &why)
{
    return corrupt(u"pack: chunk %1 at offset %2: %3"_s.arg(index).arg(offset).arg(why));
}

// Per thread, so that readers of many transfers neither share nor allocate per chunk.
struct Scratch {
    std::vector<std::byte> frame = std::vector<std::byte>(protocol::maxFrameBytes);
    ChunkDecompressor decompressor;
};

Scratch &threadScratch()
{
    thread_local Scratch scratch;
    return scratch;
}

} // namespace

Result<std::shared_ptr<const PackReader>> PackReader::open(const QString &path)
{
    std::shared_ptr<PackReader> reader(new PackReader);
    reader->m_descriptor = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC);
    struct stat status {
    };
    if (reader->m_descriptor < 0 || ::fstat(reader->m_descriptor, &status) != 0)
        return unreadable(path, qt_error_string(errno));
    if (!S_ISREG(status.st_mode))
        return unreadable(path, u"not a regular file"_s);
    reader->m_fileSize = status.st_size;
    auto tail = readTail(reader->m_descriptor, reader->m_fileSize);
    if (!tail && tail.failure().code == FailureCode::StationIoError)
        return unreadable(path, tail.failure().detail);
    if (!tail)
        return tail.failure();
    reader->m_tail = std::move(*tail);
    return std::shared_ptr<const PackReader>(std::move(reader));
}

PackReader::~PackReader()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

bool beginsLikeAPack(const QString &path)
{
    // RFC 8878, 3.1.1.1: magic, descriptor, up to 13 bytes more.
    std::array<std::byte, 18> head{};
    constexpr size_t descriptorAt = 4;
    constexpr std::byte hasChecksum{1 << 2};
    const Descriptor file(::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC));
    if (!file || readFully(file.get(), 0, head).bytes != head.size())
        return false;
    return ZSTD_getFrameContentSize(head.data(), head.size()) == chunkBytes &&
           (head[descriptorAt] & hasChecksum) == std::byte{0};
}

Result<void> PackReader::readFrame(quint64 index, std::span<std::byte> out) const
{
    return readAt(m_descriptor, m_tail.frameOffset(index), out);
}

Result<void> PackReader::readChunk(quint64 index, std::span<std::byte> out) const
{
    Scratch &scratch = threadScratch();
    const std::span frame = std::span(scratch.frame).first(m_tail.frameBytes(index));
    if (const auto read = readFrame(index, frame); !read)
        return read;
    const qint64 offset = m_tail.frameOffset(index);
    if (const auto unpacked = scratch.decompressor.decompress(frame, out); !unpacked)
        return damaged(index, offset, unpacked.failure().detail);
    const ChunkEntry &entry = m_tail.map().entry(index);
    const bool right =
        entry.kind == ChunkKind::Zero ? isZero(out) : Sha256::of(out) == entry.digest;
    if (!right)
        return damaged(index, offset, u"its bytes are not what the map says"_s);
    return {};
}

} // namespace imaging
