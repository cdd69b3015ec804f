// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/archive_reader.h"

#include <algorithm>
#include <cstdio>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;

namespace
{

constexpr size_t blockBytes = 256 * 1024;

} // namespace

ArchiveReader::ArchiveReader(SourceFile &file)
    : m_file(file), m_block(blockBytes), m_archive(archive_read_new(), archive_read_free)
{
    if (!m_archive)
        qFatal("libarchive: out of memory");
    archive_read_set_callback_data(m_archive.get(), this);
    archive_read_set_read_callback(m_archive.get(), &ArchiveReader::readBlock);
    archive_read_set_seek_callback(m_archive.get(), &ArchiveReader::seek);
    archive_read_set_skip_callback(m_archive.get(), &ArchiveReader::skip);
}

la_ssize_t ArchiveReader::readBlock(archive *, void *self, const void **block)
{
    auto *reader = static_cast<ArchiveReader *>(self);
    const auto bytes = reader->m_file.read(reader->m_block);
    *block = reader->m_block.data();
    if (bytes)
        return la_ssize_t(*bytes);
    reader->m_fileFailure = bytes.failure();
    return ARCHIVE_FATAL;
}

la_int64_t ArchiveReader::seek(archive *, void *self, la_int64_t offset, int whence)
{
    SourceFile &file = static_cast<ArchiveReader *>(self)->m_file;
    const qint64 base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file.position() : file.size();
    const qint64 position = std::clamp<qint64>(base + offset, 0, file.size());
    file.seek(position);
    return position;
}

la_int64_t ArchiveReader::skip(archive *, void *self, la_int64_t bytes)
{
    SourceFile &file = static_cast<ArchiveReader *>(self)->m_file;
    const qint64 skipped = std::clamp<qint64>(bytes, 0, file.size() - file.position());
    file.seek(file.position() + skipped);
    return skipped;
}

Result<void> ArchiveReader::open()
{
    if (archive_read_open1(m_archive.get()) != ARCHIVE_OK)
        return failure();
    return {};
}

Result<archive_entry *> ArchiveReader::nextEntry()
{
    archive_entry *entry = nullptr;
    const int code = archive_read_next_header(m_archive.get(), &entry);
    if (code == ARCHIVE_EOF)
        return static_cast<archive_entry *>(nullptr);
    // A warning is about names and times, which nobody here wants to restore.
    if (code != ARCHIVE_OK && code != ARCHIVE_WARN)
        return failure();
    return entry;
}

Failure ArchiveReader::failure() const
{
    if (m_fileFailure)
        return *m_fileFailure;
    const char *text = archive_error_string(m_archive.get());
    return importFailure(FailureCode::ImageCorrupt, m_file.path(),
                         text ? QString::fromUtf8(text) : u"damaged"_s);
}

qint64 ArchiveReader::notTaken() const
{
    return m_file.size() - archive_filter_bytes(m_archive.get(), -1);
}

} // namespace core
