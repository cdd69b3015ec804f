// SPDX-License-Identifier: GPL-3.0-or-later
// The first byte says whether GPT checksums are made right before parsing: hardly a change would
// pass them.
#include "fuzz_target.h"
#include "imaging/partition_table.h"

#include <QtEndian>

#include <algorithm>
#include <cstring>

using namespace imaging;

namespace
{

constexpr qsizetype entriesBytes = 8 * 128;

quint32 crc32(QByteArrayView bytes)
{
    quint32 crc = ~0u;
    for (const char byte : bytes) {
        crc ^= quint8(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
    }
    return ~crc;
}

void sign(QByteArray &image)
{
    if (image.size() < 1024 + entriesBytes)
        return;
    char *header = image.data() + 512;
    qToLittleEndian(crc32(QByteArrayView(image).sliced(1024, entriesBytes)), header + 88);
    qToLittleEndian<quint32>(0, header + 16);
    qToLittleEndian(crc32(QByteArrayView(header, 92)), header + 16);
}

QByteArray withEntry(QByteArray image, qsizetype at, quint8 type, quint32 first, quint32 count)
{
    image[at + 4] = char(type);
    qToLittleEndian(first, image.data() + at + 8);
    qToLittleEndian(count, image.data() + at + 12);
    image[at / 512 * 512 + 510] = char(0x55);
    image[at / 512 * 512 + 511] = char(0xaa);
    return image;
}

QByteArray mbr()
{
    QByteArray image = withEntry(QByteArray(4096, '\0'), 446, 0x0c, 1, 1);
    image = withEntry(image, 446 + 16, 0x05, 2, 6);
    image = withEntry(image, 1024 + 446, 0x83, 1, 1);
    image = withEntry(image, 1024 + 446 + 16, 0x05, 2, 3);
    return withEntry(image, 2048 + 446, 0x83, 1, 1);
}

QByteArray gpt()
{
    QByteArray image = withEntry(QByteArray(4096, '\0'), 446, 0xee, 1, 7);
    char *header = image.data() + 512;
    std::memcpy(header, "EFI PART", 8);
    qToLittleEndian<quint32>(92, header + 12);
    qToLittleEndian<quint64>(1, header + 24);
    qToLittleEndian<quint64>(100, header + 32);
    qToLittleEndian<quint64>(2, header + 72);
    qToLittleEndian<quint32>(8, header + 80);
    qToLittleEndian<quint32>(128, header + 84);
    for (int i = 0; i < 3; ++i) {
        char *entry = image.data() + 1024 + i * 128;
        std::memset(entry, 'g', 16);
        qToLittleEndian<quint64>(quint64(10 + 10 * i), entry + 32);
        qToLittleEndian<quint64>(quint64(15 + 10 * i), entry + 40);
    }
    sign(image);
    return image;
}

} // namespace

QList<QByteArray> fuzz::seeds()
{
    return {'\0' + mbr(), '\0' + gpt(), '\1' + gpt()};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    QByteArray image(reinterpret_cast<const char *>(data + 1), qsizetype(size - 1));
    if (data[0] & 1)
        sign(image);
    const auto read = [&image](qint64 offset, std::span<std::byte> buffer) {
        fuzz::require(offset >= 0 && offset + qint64(buffer.size()) <= image.size());
        std::copy_n(image.constData() + offset, buffer.size(),
                    reinterpret_cast<char *>(buffer.data()));
        return true;
    };
    const PartitionTable table = readPartitionTable(read, image.size());
    const bool none = table.kind == PartitionTable::Kind::None;
    fuzz::require(!none || (table.partitions.empty() && table.end == 0));
    fuzz::require(table.end >= 0 && table.end <= protocol::maxImageBytes);
    fuzz::require(table.furthestEnd >= table.end);
    fuzz::require(table.furthestEnd <= std::max(table.end, qint64(image.size())));
    for (const Partition &partition : table.partitions) {
        fuzz::require(partition.offset > 0 && partition.length > 0);
        fuzz::require(partition.offset + partition.length <= table.end);
    }
    return 0;
}
