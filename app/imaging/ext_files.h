// SPDX-License-Identifier: GPL-3.0-or-later
// Single files of an ext2, ext3 or ext4 file system somewhere inside an image: whether they are
// there, and what they begin with. Nothing is mounted or written. The contents may be hostile:
// memory is bounded by what the superblock may claim, time by the number of reads.
#pragma once

#include "imaging/partition_table.h"

#include <QByteArray>
#include <QList>

#include <memory>
#include <optional>

namespace imaging
{

// One thread.
class ExtFiles
{
public:
    // `read` counts from the file system's first byte; `length` bytes belong to it at most. Nullptr
    // when libext2fs does not open it, or it claims more than its length.
    [[nodiscard]] static std::unique_ptr<ExtFiles> open(ByteReader read, qint64 length);
    ~ExtFiles();
    ExtFiles(const ExtFiles &) = delete;
    ExtFiles &operator=(const ExtFiles &) = delete;

    // Paths begin with '/'. What cannot be read is not there.
    [[nodiscard]] bool exists(const char *path) const; // a symbolic link, too, wherever it leads
    // Of a regular file, also by symbolic links within the file system.
    [[nodiscard]] std::optional<QByteArray> beginOf(const char *path, quint32 most) const;
    // What a folder holds, without its own and its parent's entry; at most `most`.
    [[nodiscard]] QList<QByteArray> namesIn(const char *path, qsizetype most) const;

private:
    struct State;
    explicit ExtFiles(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace imaging
