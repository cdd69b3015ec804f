// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/swap_space.h"

#include "imaging/descriptor_io.h"

#include <QtEndian>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace imaging
{

using namespace Qt::StringLiterals;

namespace
{

constexpr quint8 mbrSwap = 0x82;
constexpr auto gptSwap = "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f"_L1;
constexpr std::string_view mark = "SWAPSPACE2"; // ends the header's page
// What stands there instead while a suspended system lies in it (kernel/power/swap.c; uswsusp,
// TuxOnIce).
constexpr auto suspendedMarks =
    std::to_array<std::string_view>({"S1SUSPEND", "S2SUSPEND", "ULSUSPEND", "LINHIB0001"});
constexpr auto pageSizes = std::to_array<qint64>({4096, 16384, 65536});

quint32 numberAt(const std::array<std::byte, 2048> &header, size_t offset)
{
    return qFromLittleEndian<quint32>(header.data() + offset);
}

using Mark = std::array<std::byte, mark.size()>;

// Zeros where nothing can be read.
Mark markAt(int descriptor, qint64 end)
{
    Mark found{};
    (void)readFully(descriptor, end - qint64(mark.size()), found);
    return found;
}

bool begins(const Mark &found, std::string_view text)
{
    return std::memcmp(found.data(), text.data(), text.size()) == 0;
}

bool isSuspended(int descriptor, qint64 offset)
{
    return std::ranges::any_of(pageSizes, [&](qint64 page) {
        const Mark found = markAt(descriptor, offset + page);
        return std::ranges::any_of(suspendedMarks,
                                   [&](std::string_view text) { return begins(found, text); });
    });
}

} // namespace

bool isSwapType(const Partition &partition)
{
    return partition.mbrType == mbrSwap || partition.typeGuid == gptSwap;
}

FreeBlocks findSwapPages(int descriptor, qint64 offset, qint64 length)
{
    std::array<std::byte, 2048> header{};
    if (readFully(descriptor, offset, header).bytes != header.size())
        return {{}, u"its header cannot be read"_s};
    for (const qint64 page : pageSizes) {
        if (!begins(markAt(descriptor, offset + page), mark))
            continue;
        const quint32 version = numberAt(header, 1024);
        const qint64 end = (qint64(numberAt(header, 1028)) + 1) * page;
        if (version != 1 || end <= page || end > length)
            return {{}, u"its swap header contradicts itself"_s};
        return {{{page, end - page}}, {}};
    }
    if (isSuspended(descriptor, offset))
        return {{}, u"a suspended system lies in its swap space"_s};
    return {{}, u"its type is swap space, its contents are not"_s};
}

} // namespace imaging
