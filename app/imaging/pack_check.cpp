// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pack_check.h"

#include "imaging/descriptor_io.h"
#include "imaging/pack_format.h"

#include <QtEndian>

#include <algorithm>
#include <array>
#include <cerrno>

namespace imaging
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

constexpr size_t bufferBytes = 64 * 1024;

Failure damaged(const QString &why)
{
    return {FailureCode::PackDamaged, Stage::None, u"pack: "_s + why};
}

Failure ioError(qint64 offset, int error)
{
    return {FailureCode::StationIoError, Stage::None,
            u"reading the pack at offset %1: %2"_s.arg(offset).arg(qt_error_string(error))};
}

// Hands [offset, offset + length) on in parts of whole seek entries; false from `take` ends it.
template<class Take>
Result<bool> forEachPart(const PackReader &pack, qint64 offset, qint64 length, Take take)
{
    std::vector<std::byte> buffer(bufferBytes);
    for (const qint64 end = offset + length; offset < end;) {
        const auto part =
            std::span(buffer).first(size_t(std::min(end - offset, qint64(bufferBytes))));
        const IoOutcome read = readFully(pack.descriptor(), offset, part);
        if (read.error != 0)
            return ioError(offset, read.error);
        if (read.bytes != part.size() || !take(std::span<const std::byte>(part)))
            return false;
        offset += qint64(part.size());
    }
    return true;
}

quint32 u32(std::span<const std::byte> bytes, size_t at)
{
    return qFromLittleEndian<quint32>(bytes.data() + at);
}

Result<bool> isMapRight(const PackReader &pack, qint64 offset, qint64 length)
{
    Sha256 hash;
    const auto read = forEachPart(pack, offset, length, [&](std::span<const std::byte> part) {
        hash.update(part);
        return true;
    });
    if (!read || !*read)
        return read;
    return hash.finish() == pack.tail().map().identity();
}

Result<bool> areEntriesRight(const PackReader &pack, qint64 offset)
{
    const PackTail &tail = pack.tail();
    quint64 index = 0;
    const qint64 length = qint64(tail.map().count()) * format::seekEntryBytes;
    return forEachPart(pack, offset, length, [&](std::span<const std::byte> part) {
        for (size_t at = 0; at < part.size(); at += format::seekEntryBytes, ++index) {
            if (u32(part, at) != tail.frameBytes(index) ||
                u32(part, at + 4) != tail.map().length(index))
                return false;
        }
        return true;
    });
}

} // namespace

Result<void> checkPackLength(const PackReader &pack)
{
    const qint64 size = sizeOf(pack.descriptor());
    if (size < 0)
        return ioError(0, errno);
    if (size != pack.fileSize())
        return damaged(u"the file has %1 bytes and had %2"_s.arg(size).arg(pack.fileSize()));
    return {};
}

Result<void> checkPackTail(const PackReader &pack)
{
    if (const auto length = checkPackLength(pack); !length)
        return length;
    const PackTail &tail = pack.tail();
    const qint64 tableBytes = format::seekTableBytes(tail.map().count() + 1);
    const qint64 mapAt = tail.tailOffset() + format::skippableHeadBytes;
    const qint64 tableAt = pack.fileSize() - tableBytes;
    const auto map = isMapRight(pack, mapAt, tableAt - mapAt);
    if (!map)
        return map.failure();
    const auto entries = areEntriesRight(pack, tableAt + format::skippableHeadBytes);
    if (!entries)
        return entries.failure();
    if (!*map || !*entries)
        return damaged(u"its block map or seek table is not what it was"_s);
    return {};
}

std::optional<Failure> packFaultAt(const PackReader &pack, qint64 offset)
{
    std::array<std::byte, 1> byte;
    const IoOutcome read = readFully(pack.descriptor(), offset, byte);
    if (read.error != 0)
        return ioError(offset, read.error);
    if (read.bytes != byte.size())
        return damaged(u"the file ends before offset %1"_s.arg(offset));
    return std::nullopt;
}

Failure asPackDamage(Failure failure)
{
    if (failure.code == FailureCode::ImageCorrupt)
        failure.code = FailureCode::PackDamaged;
    return failure;
}

} // namespace imaging
