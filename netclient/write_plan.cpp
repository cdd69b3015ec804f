// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/write_plan.h"

#include "imaging/aligned_buffer.h"

#include <algorithm>
#include <utility>

namespace netclient
{

using imaging::BlockMap;
using imaging::chunkBytes;
using imaging::ChunkKind;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Stage;
using protocol::VerifyScope;
using namespace Qt::StringLiterals;

namespace
{

// GPT keeps its copy in the last 33 sectors of 512, or 5 of 4096 bytes (UEFI 2.10, 5.3); a MiB is
// plenty.
constexpr qint64 tailBytes = 1024 * 1024;

// What a table begins with: MBR, and GPT's header for blocks of 512 and of 4096 bytes.
constexpr qint64 headBytes = 8192;

qint64 alignDown(qint64 offset)
{
    return offset - offset % qint64(imaging::directAlignment);
}

qint64 alignUp(qint64 offset)
{
    return alignDown(offset + qint64(imaging::directAlignment) - 1);
}

// Where the last MiB of something that ends at `end` begins, on a block's boundary.
qint64 tailBegin(qint64 end)
{
    return alignDown(std::max<qint64>(0, end - tailBytes));
}

class Planner
{
public:
    Planner(const BlockMap &map, qint64 deviceSize, VerifyScope scope, bool eraseRest)
        : m_map(map),
          m_deviceSize(deviceSize),
          m_scope(scope),
          m_eraseRest(eraseRest),
          m_end(std::min(map.imageSize(), deviceSize)),
          m_count(imaging::chunkCount(m_end))
    {
    }

    WritePlan make()
    {
        m_plan.imageEnd = m_end;
        planWipe();
        planVeil();
        planData();
        planZeros();
        planRest();
        std::ranges::sort(m_plan.checks, {}, &Expectation::offset);
        return std::move(m_plan);
    }

private:
    qint64 offset(quint64 chunk) const { return qint64(chunk) * chunkBytes; }
    // Only a ZERO chunk may be cut short by the device's end.
    quint32 length(quint64 chunk) const { return imaging::chunkLength(m_end, chunk); }
    bool isData(quint64 chunk) const { return m_map.entry(chunk).kind == ChunkKind::Data; }

    void planWipe()
    {
        // A whole MiB also when the image is shorter: an older table may be longer than that image.
        m_plan.wipe.push_back({0, std::min<qint64>(chunkBytes, m_deviceSize)});
        const qint64 deviceTail = tailBegin(m_deviceSize);
        m_plan.wipe.push_back({deviceTail, m_deviceSize - deviceTail});
        if (m_end < m_deviceSize)
            m_plan.wipe.push_back({tailBegin(m_end), wipeEnd() - tailBegin(m_end)});
        m_plan.wipe = merged(std::move(m_plan.wipe));
        // The table's copy goes right behind the table.
        if (m_plan.wipe.size() > 2)
            std::swap(m_plan.wipe[1], m_plan.wipe[2]);
    }

    // Up to where the rest begins, which is zeroed by whole blocks.
    qint64 wipeEnd() const { return m_eraseRest ? std::min(alignUp(m_end), m_deviceSize) : m_end; }

    void planVeil()
    {
        const qint64 headEnd = std::min<qint64>(chunkBytes, m_end);
        const qint64 tail = tailBegin(m_end);
        if (tail <= headEnd)
            m_plan.veil = {{0, m_end}};
        else
            m_plan.veil = {{0, headEnd}, {tail, m_end - tail}};
        const qint64 head = std::min(m_end, headBytes);
        const qint64 lastBlock = std::max(head, alignDown(m_end - 1));
        for (const ByteExtent &extent : m_plan.veil)
            addUnveil(std::max(extent.offset, head),
                      std::min(extent.offset + extent.length, lastBlock));
        addUnveil(lastBlock, m_end);
        addUnveil(0, head);
    }

    void addUnveil(qint64 begin, qint64 end)
    {
        if (begin < end)
            m_plan.unveil.push_back({begin, end - begin});
    }

    bool isVeiled(quint64 chunk) const
    {
        return chunk == 0 || offset(chunk) + length(chunk) > tailBegin(m_end);
    }

    void planData()
    {
        for (quint64 chunk = 0; chunk < m_count; ++chunk) {
            const Expectation expectation{offset(chunk), length(chunk), !isData(chunk), chunk,
                                          m_map.entry(chunk).digest};
            if (isVeiled(chunk))
                m_plan.veiledChecks.push_back(expectation);
            if (isData(chunk))
                m_plan.data.push_back(chunk);
            if (isData(chunk) || chunk == 0)
                m_plan.checks.push_back(expectation);
        }
    }

    void planZeros()
    {
        for (quint64 chunk = 1; chunk < m_count;) {
            if (isData(chunk)) {
                ++chunk;
                continue;
            }
            const quint64 first = chunk;
            while (chunk < m_count && !isData(chunk))
                ++chunk;
            const qint64 end = std::min(offset(chunk), m_end);
            m_plan.zero.push_back({offset(first), end - offset(first)});
            checkZeros(offset(first), end);
        }
    }

    // What lies behind the image: all of it, or just the stale GPT copy that `wipe` removes.
    void planRest()
    {
        const qint64 begin =
            alignUp(m_eraseRest ? m_end : std::max(m_end, tailBegin(m_deviceSize)));
        if (begin >= m_deviceSize)
            return;
        if (m_eraseRest)
            m_plan.zero.push_back({begin, m_deviceSize - begin});
        checkZeros(begin, m_deviceSize);
    }

    void checkZeros(qint64 begin, qint64 end)
    {
        if (begin >= end)
            return;
        const quint64 pieces = imaging::chunkCount(end - begin);
        for (quint64 piece = 0; piece < pieces; ++piece) {
            const bool sampled = piece + 1 == pieces || piece % zeroSampleStep == 0;
            if (m_scope != VerifyScope::Full && !sampled)
                continue;
            const quint32 bytes = imaging::chunkLength(end - begin, piece);
            m_plan.checks.push_back({begin + offset(piece), bytes, true, 0, {}});
        }
    }

    const BlockMap &m_map;
    const qint64 m_deviceSize;
    const VerifyScope m_scope;
    const bool m_eraseRest;
    const qint64 m_end; // of the image on the device
    const quint64 m_count;
    WritePlan m_plan;
};

Failure tooSmall(const BlockMap &map, qint64 deviceSize, const QString &why)
{
    return {FailureCode::DeviceTooSmall, Stage::Check,
            u"the image has %1 bytes, the device %2: %3"_s.arg(map.imageSize())
                .arg(deviceSize)
                .arg(why)};
}

} // namespace

WritePlan planWrite(const BlockMap &map, qint64 deviceSize, VerifyScope scope, bool eraseRest)
{
    return Planner(map, deviceSize, scope, eraseRest).make();
}

protocol::Result<void> checkFits(const BlockMap &map, qint64 deviceSize,
                                 const imaging::ByteReader &read)
{
    if (map.imageSize() <= deviceSize)
        return {};
    if (deviceSize <= 0)
        return tooSmall(map, deviceSize, u"it is empty"_s);
    for (quint64 chunk = quint64(deviceSize) / chunkBytes; chunk < map.count(); ++chunk) {
        if (map.entry(chunk).kind == ChunkKind::Data)
            return tooSmall(map, deviceSize, u"there is data in the rest"_s);
    }
    bool readable = true;
    const auto watched = [&](qint64 offset, std::span<std::byte> buffer) {
        const bool done = read(offset, buffer);
        readable = readable && (done || offset + qint64(buffer.size()) > map.imageSize());
        return done;
    };
    const auto survey = imaging::surveyPartitions(watched, map.imageSize());
    if (!readable)
        return tooSmall(map, deviceSize, u"its partition table could not be read"_s);
    // Where nothing tells what the zeros are for, they may be a file system's own.
    if (!survey.isUnderstood())
        return tooSmall(map, deviceSize,
                        u"it has no partition table that says where it may be cut"_s);
    if (survey.table.furthestEnd > deviceSize)
        return tooSmall(
            map, deviceSize,
            u"its partition table reaches up to byte %1"_s.arg(survey.table.furthestEnd));
    return {};
}

std::vector<ByteExtent> merged(std::vector<ByteExtent> extents)
{
    std::ranges::sort(extents, {}, &ByteExtent::offset);
    std::vector<ByteExtent> apart;
    for (const ByteExtent &extent : extents) {
        const qint64 end = extent.offset + extent.length;
        if (apart.empty() || apart.back().offset + apart.back().length < extent.offset)
            apart.push_back(extent);
        else
            apart.back().length = std::max(apart.back().length, end - apart.back().offset);
    }
    return apart;
}

std::vector<ByteExtent> sliced(const std::vector<ByteExtent> &extents, qint64 most)
{
    std::vector<ByteExtent> slices;
    for (const ByteExtent &extent : extents) {
        for (qint64 at = 0; at < extent.length; at += most)
            slices.push_back({extent.offset + at, std::min(most, extent.length - at)});
    }
    return slices;
}

std::vector<Expectation> allZeros(const WritePlan &plan)
{
    return zerosIn(plan.zero);
}

std::vector<Expectation> zerosIn(const std::vector<ByteExtent> &extents)
{
    std::vector<Expectation> zeros;
    for (const ByteExtent &piece : sliced(extents, chunkBytes))
        zeros.push_back({piece.offset, quint32(piece.length), true, 0, {}});
    return zeros;
}

qint64 totalBytes(const std::vector<ByteExtent> &extents)
{
    qint64 total = 0;
    for (const ByteExtent &extent : extents)
        total += extent.length;
    return total;
}

qint64 totalBytes(const std::vector<Expectation> &expectations)
{
    qint64 total = 0;
    for (const Expectation &expectation : expectations)
        total += expectation.length;
    return total;
}

} // namespace netclient
