// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/foreign_format.h"

#include "imaging/chunk_codec.h"

#include <QStringConverter>
#include <QtEndian>

#include <algorithm>
#include <string_view>
#include <utility>

namespace core
{

using namespace Qt::StringLiterals;
using namespace std::string_view_literals;

namespace
{

struct Magic {
    size_t offset;
    std::string_view bytes;
    QLatin1StringView format;
};

// By the formats' own documents, and file(1)'s magic(5) where there is none.
constexpr auto magics = std::to_array<Magic>({
    // Disk images of virtual machines and backup programs
    {0, "QFI\xfb\0\0\0\1"sv, "QEMU disk image (qcow)"_L1},
    {0, "QFI\xfb"sv, "QEMU disk image (qcow2)"_L1},
    {0, "QED\0"sv, "QEMU disk image (QED)"_L1},
    {0, "KDMV"sv, "VMware disk image (VMDK)"_L1},
    {0, "COWD"sv, "VMware disk image (VMDK)"_L1},
    {0, "# Disk DescriptorFile"sv, "VMware disk descriptor (VMDK)"_L1},
    {0, "conectix"sv, "Virtual PC disk image (VHD)"_L1},
    {0, "vhdxfile"sv, "Hyper-V disk image (VHDX)"_L1},
    {0x40, "\x7f\x10\xda\xbe"sv, "VirtualBox disk image (VDI)"_L1},
    {0, "WithoutFreeSpace"sv, "Parallels disk image (HDD)"_L1},
    {0, "WithouFreSpacExt"sv, "Parallels disk image (HDD)"_L1},
    {0, "Bochs Virtual HD Image"sv, "Bochs disk image"_L1},
    {0, "MSWIM\0\0\0"sv, "Windows image (WIM)"_L1},
    {0, "partclone-image"sv, "partclone backup"_L1},
    {0, "EVF\x09\x0d\x0a\xff\0"sv, "EnCase disk image (E01)"_L1},
    {0, "\x3a\xff\x26\xed"sv, "Android sparse image"_L1},
    {0, "ANDROID!"sv, "Android boot image"_L1},
    // What is packed once more
    {0, "\x1f\x8b\x08"sv, "gzip-compressed data (.gz)"_L1},
    {0, "\xfd\x37zXZ\0"sv, "xz-compressed data (.xz)"_L1},
    {0, "\x28\xb5\x2f\xfd"sv, "zstd-compressed data (.zst)"_L1},
    {1, "\x2a\x4d\x18"sv, "zstd-compressed data (.zst)"_L1}, // skippable frame: first byte 0x5?
    {4, "1AY&SY"sv, "bzip2-compressed data (.bz2)"_L1},
    {4, "\x17\x72\x45\x38\x50\x90"sv, "bzip2-compressed data (.bz2)"_L1},
    {0, "\x04\x22\x4d\x18"sv, "lz4-compressed data (.lz4)"_L1},
    {0, "\x5d\0\0\x80\0\xff\xff\xff\xff"sv, "lzma-compressed data (.lzma)"_L1},
    {0, "LZIP\1"sv, "lzip-compressed data (.lz)"_L1},
    {0, "\x89LZO\0\x0d\x0a"sv, "lzop-compressed data (.lzo)"_L1},
    {0, "PK\3\4"sv, "zip archive"_L1},
    {0, "PK\5\6"sv, "zip archive"_L1},
    {0, "7z\xbc\xaf\x27\x1c"sv, "7-Zip archive"_L1},
    {0, "Rar!\x1a\x07"sv, "RAR archive"_L1},
    {0, "MSCF\0\0\0\0"sv, "Windows cabinet (CAB)"_L1},
    {257, "ustar"sv, "tar archive"_L1},
    {0, "070701"sv, "cpio archive"_L1},
    {0, "070702"sv, "cpio archive"_L1},
    {0, "070707"sv, "cpio archive"_L1},
    {0, "!<arch>\n"sv, "Debian package or ar archive"_L1},
    {0, "\xed\xab\xee\xdb"sv, "RPM package"_L1},
    // Programs and parts of a system
    {56, "ARM\x64"sv, "Linux kernel"_L1},
    {0, "MZ"sv, "Windows executable"_L1},
    {0,
     "\x7f"
     "ELF"sv,
     "Linux executable (ELF)"_L1},
    {0, "\xd0\x0d\xfe\xed"sv, "device tree or FIT image"_L1},
    {0, "\x27\x05\x19\x56"sv, "U-Boot image (uImage)"_L1},
    {0, "UBI#\1"sv, "UBI image for raw flash"_L1},
    {0, "UF2\n"sv, "UF2 firmware"_L1},
    // Discs and documents
    {32769, "CD001"sv, "ISO 9660 image of a CD or DVD"_L1},
    {32769, "BEA01"sv, "UDF image of a DVD"_L1},
    {0, "%PDF-"sv, "PDF document"_L1},
    {0, "\x89PNG\x0d\x0a"sv, "PNG picture"_L1},
    {0, "\xff\xd8\xff"sv, "JPEG picture"_L1},
    {0, "GIF8"sv, "GIF picture"_L1},
    {0, "II*\0"sv, "TIFF picture or camera raw file"_L1},
    {0, "MM\0*"sv, "TIFF picture or camera raw file"_L1},
    {0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, "Microsoft Office document"_L1},
    {0, "SQLite format 3\0"sv, "SQLite database"_L1},
});

bool isAt(std::span<const std::byte> bytes, size_t offset, std::string_view magic)
{
    return bytes.size() >= offset + magic.size() &&
           std::ranges::equal(bytes.subspan(offset, magic.size()), std::as_bytes(std::span(magic)));
}

// The first byte of two magic numbers is not always the same.
bool matches(std::span<const std::byte> head, const Magic &magic)
{
    if (!isAt(head, magic.offset, magic.bytes))
        return false;
    if (magic.offset == 1)
        return (head[0] & std::byte{0xf0}) == std::byte{0x50};
    if (magic.offset == 4)
        return isAt(head, 0, "BZh"sv);
    return true;
}

bool isTextByte(std::byte byte)
{
    const auto value = std::to_integer<unsigned>(byte);
    return value >= 0x20 ? value != 0x7f : value == '\t' || value == '\n' || value == '\r';
}

// An error page or a pointer of Git LFS instead of the file is text and nothing else.
QString textFormat(std::span<const std::byte> head)
{
    constexpr size_t readBytes = 4096;
    if (head.empty() || !std::ranges::all_of(head, isTextByte))
        return {};
    const auto begin = head.first(std::min(head.size(), readBytes));
    QStringDecoder decoder(QStringDecoder::Utf8); // which forgives a character cut at the end
    const QString decoded = decoder.decode(QByteArrayView(begin.data(), qsizetype(begin.size())));
    if (decoder.hasError()) // flash memory that is erased, say
        return {};
    const QString text = decoded.trimmed().toLower();
    if (text.startsWith("version https://git-lfs."_L1))
        return u"pointer of Git LFS instead of the file"_s;
    if (text.startsWith("<!doctype html"_L1) || text.contains("<html"_L1))
        return u"HTML page"_s;
    return text.startsWith("<?xml"_L1) ? u"XML document"_s : u"text"_s;
}

constexpr size_t sectorBytes = 512;

// UEFI 2.10, 5.2.1: status, type and count of sectors of each of the four.
bool hasPlausibleEntries(std::span<const std::byte> sector)
{
    constexpr size_t entriesAt = 446;
    constexpr size_t entryBytes = 16;
    int used = 0;
    for (size_t at = entriesAt; at < entriesAt + 4 * entryBytes; at += entryBytes) {
        const auto entry = sector.subspan(at, entryBytes);
        const auto sectors = qFromLittleEndian<quint32>(entry.data() + 12);
        if ((entry[0] & std::byte{0x7f}) != std::byte{0})
            return false;
        used += entry[4] != std::byte{0} && sectors > 0 ? 1 : 0;
    }
    return used > 0;
}

} // namespace

bool hasPartitionTable(std::span<const std::byte> head)
{
    constexpr auto gpt = "EFI PART"sv;
    const bool isGpt = isAt(head, sectorBytes, gpt) || isAt(head, 4096, gpt);
    return isGpt || (isAt(head, 510, "\x55\xaa"sv) && hasPlausibleEntries(head));
}

QString formatOf(std::span<const std::byte> head)
{
    if (hasPartitionTable(head))
        return u"disk image"_s;
    const auto found =
        std::ranges::find_if(magics, [head](const Magic &magic) { return matches(head, magic); });
    return found == magics.end() ? textFormat(head) : QString(found->format);
}

void FormatCheck::take(std::span<const std::byte> bytes, bool isLast)
{
    if (!std::exchange(m_begun, true)) {
        m_hasTable = hasPartitionTable(bytes);
        m_format = m_hasTable ? QString() : formatOf(bytes);
    }
    m_onlyZeros = m_onlyZeros && imaging::isZero(bytes);
    keepTail(bytes);
    if (isLast && m_format.isEmpty())
        m_format = formatByEnd();
}

void FormatCheck::keepTail(std::span<const std::byte> bytes)
{
    const auto kept = bytes.last(std::min(bytes.size(), m_tail.size()));
    std::shift_left(m_tail.begin(), m_tail.end(), qptrdiff(kept.size()));
    std::ranges::copy(kept, m_tail.end() - qptrdiff(kept.size()));
}

// VHD specification 1.0, "Hard Disk Footer Format"; Apple's trailer of the same length.
QString FormatCheck::formatByEnd() const
{
    if (m_onlyZeros)
        return u"nothing but zeros"_s;
    if (!m_hasTable && isAt(m_tail, 0, "conectix"sv))
        return u"Virtual PC disk image (VHD)"_s;
    if (!m_hasTable && isAt(m_tail, 0, "koly"sv))
        return u"Apple disk image (DMG)"_s;
    return {};
}

} // namespace core
