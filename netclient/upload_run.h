// SPDX-License-Identifier: GPL-3.0-or-later
// The body of one PUT of a backup: records of consecutive chunks. No I/O here.
#pragma once

#include "imaging/chunk_packer.h"

#include <vector>

namespace netclient
{

class UploadRun
{
public:
    // `room`: bytes that the body may well come to, reserved at once.
    explicit UploadRun(quint64 firstChunk, size_t room = 0) : m_first(firstChunk)
    {
        m_body.reserve(room);
    }

    // Precondition: chunk.index == end(). Consecutive ZERO chunks share a record.
    void add(const imaging::PackedChunk &chunk);

    [[nodiscard]] quint64 first() const { return m_first; }
    [[nodiscard]] quint64 end() const { return m_first + m_count; }
    [[nodiscard]] bool isEmpty() const { return m_count == 0; }
    // `mostData`: bytes of image in DATA records; `mostBody`: of the body.
    [[nodiscard]] bool isFull(qint64 mostData, qint64 mostBody) const;
    [[nodiscard]] std::span<const std::byte> body() const { return m_body; }

private:
    void addData(const imaging::PackedChunk &chunk);
    void addZero();

    quint64 m_first;
    quint64 m_count = 0;
    qint64 m_dataBytes = 0;
    int m_records = 0;
    quint32 m_zeroTail = 0; // ZERO chunks in the last record; 0: it is none
    std::vector<std::byte> m_body;
};

} // namespace netclient
