// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backup_content.h"

#include "core/image_warnings.h"
#include "core/pack_bytes.h"
#include "imaging/descriptor_io.h"
#include "imaging/pack.h"
#include "imaging/partition_table.h"

#include <array>
#include <memory>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

// A GPT's first header lies within this, whatever the sector size. A stream may end before it.
constexpr qint64 gptHeaderEnd = 4096 + 512;

// A pack and its bytes, together.
struct PackContent {
    explicit PackContent(std::shared_ptr<const imaging::PackReader> opened)
        : pack(std::move(opened)), bytes(*pack)
    {
    }
    std::shared_ptr<const imaging::PackReader> pack;
    PackBytes bytes;
};

bool isInside(qint64 offset, size_t length, qint64 size)
{
    return offset >= 0 && offset <= size && qint64(length) <= size - offset;
}

Result<imaging::ByteReader> openContent(const BackupPath &path, int descriptor, qint64 size)
{
    if (path.format() == BackupFormat::Raw) {
        return imaging::ByteReader([descriptor, size](qint64 offset, std::span<std::byte> out) {
            return isInside(offset, out.size(), size) &&
                   imaging::readFully(descriptor, offset, out).bytes == out.size();
        });
    }
    const auto pack = imaging::PackReader::open(path.part());
    if (!pack)
        return pack.failure();
    const auto content = std::make_shared<PackContent>(*pack);
    return imaging::ByteReader([content, size](qint64 offset, std::span<std::byte> out) {
        return isInside(offset, out.size(), size) && content->bytes.read(offset, out);
    });
}

// The MBR that stands before a GPT: a boot record with an entry of type 0xEE.
bool hasProtectiveMbr(const imaging::ByteReader &read)
{
    std::array<std::byte, 512> sector;
    if (!read(0, sector) || sector[510] != std::byte(0x55) || sector[511] != std::byte(0xaa))
        return false;
    for (size_t type = 446 + 4; type < 510; type += 16) {
        if (sector[type] == std::byte(0xee))
            return true;
    }
    return false;
}

Failure truncated(qint64 size, const QString &why)
{
    return {FailureCode::BackupTruncated, Stage::Commit,
            u"%1 bytes came, but %2"_s.arg(size).arg(why)};
}

} // namespace

Result<void> checkTableEnd(const BackupPath &path, int descriptor, qint64 size)
{
    const auto content = openContent(path, descriptor, size);
    if (!content)
        return content.failure();
    const auto table = imaging::readPartitionTable(*content, protocol::maxImageBytes);
    if (const auto missing = truncations(table, size); table.end > size)
        return truncated(size, missing.isEmpty()
                                   ? u"the partition table reaches to %1"_s.arg(table.end)
                                   : missing.first().detail);
    if (size < gptHeaderEnd && hasProtectiveMbr(*content))
        return truncated(size, u"a GPT should follow"_s);
    return {};
}

} // namespace core
