// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/fat_clusters.h"

#include "imaging/descriptor_io.h"

#include <QtEndian>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace imaging
{

using namespace Qt::StringLiterals;

namespace
{

constexpr size_t bootBytes = 512;
constexpr size_t pieceBytes = 256 * 1024; // of a FAT, read at once; a multiple of an entry
// Fewer clusters are FAT12's, and as many or more FAT32's (specification, "FAT Type
// Determination").
constexpr qint64 leastClusters16 = 4085;
constexpr qint64 leastClusters32 = 65525;
constexpr qint64 mostClusters = 0x0ffffff5;

using BootSector = std::array<std::byte, bootBytes>;

template<typename Number>
Number numberAt(std::span<const std::byte> bytes, size_t offset)
{
    return qFromLittleEndian<Number>(bytes.data() + offset);
}

bool textAt(std::span<const std::byte> bytes, size_t offset, std::string_view text)
{
    return std::memcmp(bytes.data() + offset, text.data(), text.size()) == 0;
}

bool read(int descriptor, qint64 offset, std::span<std::byte> out)
{
    return readFully(descriptor, offset, out).bytes == out.size();
}

// Where everything lies, in bytes from the file system's first.
struct Layout {
    bool wide = false; // FAT32
    qint64 total = 0;
    qint64 fat = 0;
    qint64 fatBytes = 0;
    int fats = 0;
    qint64 data = 0;
    qint64 cluster = 0;
    qint64 clusters = 0;

    [[nodiscard]] qint64 entryBytes() const { return wide ? 4 : 2; }
};

std::optional<Layout> layoutOf(const BootSector &boot)
{
    const qint64 sector = numberAt<quint16>(boot, 11);
    const qint64 perCluster = quint8(boot[13]);
    const qint64 reserved = numberAt<quint16>(boot, 14);
    const qint64 rootBytes = qint64(numberAt<quint16>(boot, 17)) * 32;
    const qint64 narrowFat = numberAt<quint16>(boot, 22);
    const qint64 sectors =
        numberAt<quint16>(boot, 19) ? numberAt<quint16>(boot, 19) : numberAt<quint32>(boot, 32);
    Layout layout;
    layout.wide = narrowFat == 0;
    layout.fats = quint8(boot[16]);
    if (sector < 512 || sector > 4096 || !std::has_single_bit(quint64(sector)) ||
        !std::has_single_bit(quint64(perCluster)) || reserved == 0 || layout.fats < 1 ||
        layout.fats > 2 || layout.wide != (rootBytes == 0))
        return std::nullopt;
    const qint64 fatSectors = layout.wide ? numberAt<quint32>(boot, 36) : narrowFat;
    const qint64 rootSectors = (rootBytes + sector - 1) / sector;
    layout.total = sectors * sector;
    layout.fat = reserved * sector;
    layout.fatBytes = fatSectors * sector;
    layout.data = (reserved + layout.fats * fatSectors + rootSectors) * sector;
    layout.cluster = perCluster * sector;
    layout.clusters = (layout.total - layout.data) / layout.cluster;
    return layout;
}

// Why the layout cannot be; empty: it can.
QString contradiction(const Layout &layout, qint64 length)
{
    if (layout.total > length)
        return u"is larger than its partition"_s;
    if (layout.clusters < leastClusters16)
        return u"is a FAT12"_s;
    const bool wide = layout.clusters >= leastClusters32;
    const bool fits = (layout.clusters + 2) * layout.entryBytes() <= layout.fatBytes;
    if (wide != layout.wide || layout.clusters >= mostClusters || !fits)
        return u"its boot sector contradicts itself"_s;
    return {};
}

// What the file system says of its own state; empty: clean.
QString doubt(const BootSector &boot, const Layout &layout, std::span<const std::byte> fat)
{
    const quint32 medium = layout.wide ? numberAt<quint32>(fat, 0) : numberAt<quint16>(fat, 0);
    const quint32 flags =
        layout.wide ? numberAt<quint32>(fat, 4) << 4 : quint32(numberAt<quint16>(fat, 2)) << 16;
    constexpr quint32 clean = 0x80000000;
    constexpr quint32 noErrors = 0x40000000;
    const auto state = std::to_integer<quint8>(boot[layout.wide ? 65 : 37]);
    if (quint8(medium) != quint8(boot[21]))
        return u"its FAT does not begin as it must"_s;
    if (!(flags & clean) || (state & 1))
        return u"not cleanly unmounted"_s;
    if (!(flags & noErrors) || (state & 2))
        return u"has errors"_s;
    if (layout.wide && (numberAt<quint16>(boot, 40) & 0x80))
        return u"its FATs are not kept alike"_s;
    return {};
}

// Gathers runs of free clusters from a FAT that comes in pieces.
class FreeRuns
{
public:
    explicit FreeRuns(const Layout &layout) : m_layout(layout) {}

    void take(std::span<const std::byte> piece)
    {
        const auto step = size_t(m_layout.entryBytes());
        for (size_t at = 0; at + step <= piece.size() && m_entry < end(); at += step, ++m_entry) {
            const quint32 value = m_layout.wide ? numberAt<quint32>(piece, at) & 0x0fffffff
                                                : numberAt<quint16>(piece, at);
            if (value == 0 && m_entry >= 2)
                add(m_layout.data + (m_entry - 2) * m_layout.cluster);
        }
    }
    [[nodiscard]] bool areTooMany() const { return m_runs.size() > maxFreeRuns; }
    [[nodiscard]] std::vector<ByteExtent> runs() && { return std::move(m_runs); }

private:
    [[nodiscard]] qint64 end() const { return m_layout.clusters + 2; }

    void add(qint64 offset)
    {
        if (!m_runs.empty() && m_runs.back().offset + m_runs.back().length == offset)
            m_runs.back().length += m_layout.cluster;
        else
            m_runs.push_back({offset, m_layout.cluster});
    }

    const Layout &m_layout;
    qint64 m_entry = 0;
    std::vector<ByteExtent> m_runs;
};

FreeBlocks refuse(const QString &why)
{
    return {{}, why};
}

FreeBlocks readFats(int descriptor, qint64 offset, const BootSector &boot, const Layout &layout)
{
    FreeRuns runs(layout);
    std::vector<std::byte> first(pieceBytes);
    std::vector<std::byte> second(pieceBytes);
    const qint64 wanted = (layout.clusters + 2) * layout.entryBytes();
    for (qint64 at = 0; at < wanted; at += pieceBytes) {
        const auto bytes = size_t(std::min<qint64>(pieceBytes, wanted - at));
        const auto piece = std::span(first).first(bytes);
        const auto copy = std::span(second).first(bytes);
        if (!read(descriptor, offset + layout.fat + at, piece) ||
            (layout.fats == 2 &&
             !read(descriptor, offset + layout.fat + layout.fatBytes + at, copy)))
            return refuse(u"its FAT cannot be read"_s);
        if (at == 0) {
            if (const QString why = doubt(boot, layout, piece); !why.isEmpty())
                return refuse(why);
        }
        if (layout.fats == 2 && !std::ranges::equal(piece, copy))
            return refuse(u"its two FATs differ"_s);
        runs.take(piece);
        if (runs.areTooMany())
            return refuse(u"its free clusters lie in too many pieces"_s);
    }
    return {std::move(runs).runs(), {}};
}

} // namespace

bool isFat(int descriptor, qint64 offset)
{
    // Enough for the marks of others that would leave a FAT's boot sector alone.
    std::array<std::byte, 4096> head{};
    if (!read(descriptor, offset, head))
        return false;
    const bool named = textAt(head, 82, "FAT32   ") || textAt(head, 54, "FAT16   ") ||
                       textAt(head, 54, "FAT12   ");
    const bool jump = head[0] == std::byte(0xeb) || head[0] == std::byte(0xe9);
    const bool others = textAt(head, 512, "LABELONE") || textAt(head, 4086, "SWAPSPACE2") ||
                        numberAt<quint16>(head, 1080) == 0xef53; // ext's magic number
    return named && jump && numberAt<quint16>(head, 510) == 0xaa55 && !others;
}

FreeBlocks findFreeClusters(int descriptor, qint64 offset, qint64 length)
{
    BootSector boot{};
    if (!read(descriptor, offset, boot))
        return refuse(u"its boot sector cannot be read"_s);
    const auto layout = layoutOf(boot);
    if (!layout)
        return refuse(u"its boot sector contradicts itself"_s);
    if (const QString why = contradiction(*layout, length); !why.isEmpty())
        return refuse(why);
    return readFats(descriptor, offset, boot, *layout);
}

} // namespace imaging
