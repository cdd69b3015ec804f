// SPDX-License-Identifier: GPL-3.0-or-later
// libarchive's reader on a SourceFile, with its errors as failures. Private to archive_stream.cpp.
#pragma once

#include "core/import/source_file.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <optional>
#include <vector>

namespace core
{

class ArchiveReader
{
public:
    explicit ArchiveReader(SourceFile &file);

    // To say which formats and filters are expected, and to read data.
    [[nodiscard]] archive *handle() const { return m_archive.get(); }
    [[nodiscard]] protocol::Result<void> open();
    // Null at the end. Valid until the next call. ImageCorrupt also where an entry's own head says
    // other sizes or another CRC than the archive's directory.
    [[nodiscard]] protocol::Result<archive_entry *> nextEntry();
    // The entry's, with folders; whatever the station's locale is.
    [[nodiscard]] static QString nameOf(archive_entry *entry);
    // What went wrong last: the file's own trouble if it had any, ArchiveUnsuitable when it needs
    // more memory than is allowed or was compressed in a way that nobody here knows, else
    // ImageCorrupt.
    [[nodiscard]] protocol::Failure failure() const;

    [[nodiscard]] const QString &path() const { return m_file.path(); }
    // Of the file's bytes, those at its end that no decoder took.
    [[nodiscard]] qint64 notTaken() const;
    [[nodiscard]] SourceFile &file() const { return m_file; }

private:
    static la_ssize_t readBlock(archive *, void *self, const void **block);
    static la_int64_t seek(archive *, void *self, la_int64_t offset, int whence);
    static la_int64_t skip(archive *, void *self, la_int64_t bytes);
    [[nodiscard]] bool isInconsistent() const;

    SourceFile &m_file;
    std::vector<std::byte> m_block;
    std::optional<protocol::Failure> m_fileFailure;
    std::unique_ptr<archive, decltype(&archive_read_free)> m_archive;
};

} // namespace core
