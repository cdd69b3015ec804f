// SPDX-License-Identifier: GPL-3.0-or-later
// A compressed file while it is decoded: counts what was read, stops when it is told to, and sums
// up the file itself where a published sum is to be checked. Decoders of archives may jump about.
#pragma once

#include "core/files.h"
#include "core/import/sum_claims.h"
#include "core/import/work_control.h"

#include <memory>
#include <set>

namespace core
{

class SourceFile
{
public:
    // ImageUnreadable. `control` outlives it.
    [[nodiscard]] static protocol::Result<std::unique_ptr<SourceFile>> open(const QString &path,
                                                                            WorkControl &control);

    // Kinds of the file's own sums that finish() is to give. Before the first read.
    void sumUp(const std::set<imaging::ChecksumType> &types) { m_sums = SumSet(types); }

    // At the position, which moves on. 0 at the file's end. ImageUnreadable, Cancelled.
    [[nodiscard]] protocol::Result<size_t> read(std::span<std::byte> out);
    void seek(qint64 position) { m_position = position; }
    // Elsewhere, without moving; beyond the end: nothing.
    [[nodiscard]] protocol::Result<size_t> peek(qint64 offset, std::span<std::byte> out);

    [[nodiscard]] bool isCancelled() const { return m_control.cancelled; }
    [[nodiscard]] const QString &path() const { return m_path; }
    [[nodiscard]] qint64 position() const { return m_position; }
    [[nodiscard]] qint64 size() const { return m_size; } // bytes

    // Sums up what no decoder asked for.
    [[nodiscard]] protocol::Result<SumMap> finish();

private:
    SourceFile(QString path, FileDescriptor descriptor, qint64 size, WorkControl &control);
    [[nodiscard]] protocol::Result<size_t> readAt(qint64 offset, std::span<std::byte> out);
    void addToSums(qint64 offset, std::span<const std::byte> bytes);
    void count(qint64 bytes);

    QString m_path;
    FileDescriptor m_descriptor;
    qint64 m_size;
    WorkControl &m_control;
    qint64 m_position = 0;
    qint64 m_read = 0;   // bytes, some perhaps twice
    qint64 m_summed = 0; // the file's bytes before this are in m_sums
    SumSet m_sums;
};

} // namespace core
