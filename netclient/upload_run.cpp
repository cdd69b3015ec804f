// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/upload_run.h"

#include "protocol/upload_record.h"

#include <algorithm>

namespace netclient
{

using imaging::ChunkKind;
using protocol::UploadRecord;

namespace
{

// Bounds the station's bookkeeping where chunks compress to nothing.
constexpr int mostRecords = 4096;
constexpr size_t growBytes = 4 * 1024 * 1024;

} // namespace

void UploadRun::add(const imaging::PackedChunk &chunk)
{
    if (chunk.entry.kind == ChunkKind::Data)
        addData(chunk);
    else
        addZero();
    ++m_count;
}

void UploadRun::addData(const imaging::PackedChunk &chunk)
{
    UploadRecord record;
    record.kind = UploadRecord::Kind::Data;
    record.digest = chunk.entry.digest;
    record.frameBytes = quint32(chunk.frame.size());
    const size_t at = m_body.size();
    // Not by doubling: two runs are in a small device's memory.
    if (m_body.capacity() - at < protocol::dataRecordHeadBytes + chunk.frame.size())
        m_body.reserve(at + growBytes);
    m_body.resize(at + protocol::dataRecordHeadBytes);
    protocol::encodeHead(record, std::span(m_body).subspan(at));
    m_body.insert(m_body.end(), chunk.frame.begin(), chunk.frame.end());
    m_dataBytes += chunk.length;
    m_zeroTail = 0;
    ++m_records;
}

void UploadRun::addZero()
{
    if (m_zeroTail == 0) {
        m_body.resize(m_body.size() + protocol::zeroRecordBytes);
        ++m_records;
    }
    UploadRecord record;
    record.zeroChunks = ++m_zeroTail;
    std::array<std::byte, protocol::dataRecordHeadBytes> head;
    const size_t bytes = protocol::encodeHead(record, head);
    std::copy_n(head.begin(), bytes, m_body.end() - std::ptrdiff_t(bytes));
}

bool UploadRun::isFull(qint64 mostData, qint64 mostBody) const
{
    return m_dataBytes >= mostData || qint64(m_body.size()) >= mostBody || m_records >= mostRecords;
}

} // namespace netclient
