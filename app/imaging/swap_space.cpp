// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/swap_space.h"

#include "imaging/descriptor_io.h"

#include <QtEndian>

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
constexpr auto pageSizes = std::to_array<qint64>({4096, 16384, 65536});

quint32 numberAt(const std::array<std::byte, 2048> &header, size_t offset)
{
    return qFromLittleEndian<quint32>(header.data() + offset);
}

bool isMarkedAt(int descriptor, qint64 end)
{
    std::array<std::byte, mark.size()> found{};
    const auto outcome = readFully(descriptor, end - qint64(mark.size()), found);
    return outcome.bytes == found.size() &&
           std::memcmp(found.data(), mark.data(), mark.size()) == 0;
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
        if (!isMarkedAt(descriptor, offset + page))
            continue;
        const quint32 version = numberAt(header, 1024);
        const qint64 end = (qint64(numberAt(header, 1028)) + 1) * page;
        if (version != 1 || end <= page || end > length)
            return {{}, u"its swap header contradicts itself"_s};
        return {{{page, end - page}}, {}};
    }
    return {{}, u"no swap space, or a suspended system"_s};
}

} // namespace imaging
