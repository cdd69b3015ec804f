// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backup_content.h"

#include "imaging/descriptor_io.h"
#include "imaging/pack.h"
#include "imaging/partition_table.h"

#include <algorithm>
#include <array>
#include <memory>
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

// A GPT's first header lies within this, whatever the sector size. A stream may end before it.
constexpr qint64 gptHeaderEnd = 4096 + 512;

// Reads a pack by bytes. One chunk is kept, for a table is read in small pieces.
class PackContent
{
public:
    explicit PackContent(std::shared_ptr<const imaging::PackReader> pack)
        : m_pack(std::move(pack)), m_chunk(imaging::chunkBytes)
    {
    }

    bool read(qint64 offset, std::span<std::byte> out)
    {
        while (!out.empty()) {
            const quint64 index = quint64(offset) / imaging::chunkBytes;
            if (!load(index))
                return false;
            const size_t from = size_t(offset) % imaging::chunkBytes;
            const size_t count = std::min(out.size(), m_length - from);
            std::copy_n(m_chunk.begin() + qptrdiff(from), count, out.begin());
            out = out.subspan(count);
            offset += qint64(count);
        }
        return true;
    }

private:
    bool load(quint64 index)
    {
        if (m_length > 0 && index == m_index)
            return true;
        m_index = index;
        m_length = m_pack->tail().map().length(index);
        const bool read = m_pack->readChunk(index, std::span(m_chunk).first(m_length)).ok();
        if (!read)
            m_length = 0;
        return read;
    }

    std::shared_ptr<const imaging::PackReader> m_pack;
    std::vector<std::byte> m_chunk;
    quint64 m_index = 0;
    size_t m_length = 0; // 0: nothing loaded
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
        return isInside(offset, out.size(), size) && content->read(offset, out);
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
    if (table.end > size)
        return truncated(size, u"the partition table reaches to %1"_s.arg(table.end));
    if (size < gptHeaderEnd && hasProtectiveMbr(*content))
        return truncated(size, u"a GPT should follow"_s);
    return {};
}

} // namespace core
