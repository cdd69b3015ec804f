// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/archive_reader.h"

#include <QtNumeric>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <new>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;

namespace
{

constexpr size_t blockBytes = 256 * 1024;

// libarchive keeps names in the thread's character set, and none that has other characters; in the
// C locale, which services are started in, that is nearly every name that is not English.
class Utf8Scope
{
public:
    Utf8Scope()
        : m_utf8(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)),
          m_before(m_utf8 ? ::uselocale(m_utf8) : nullptr)
    {
    }
    ~Utf8Scope()
    {
        if (!m_utf8)
            return;
        ::uselocale(m_before);
        ::freelocale(m_utf8);
    }
    Utf8Scope(const Utf8Scope &) = delete;
    Utf8Scope &operator=(const Utf8Scope &) = delete;

private:
    locale_t m_utf8;
    locale_t m_before;
};

// zstd's words for a window of more than 128 MiB, which libarchive does not allow; of xz beyond
// 1 GiB it says ENOMEM.
bool needsTooMuchMemory(archive *handle, const QString &text)
{
    return archive_errno(handle) == ENOMEM || text.contains("requires too much memory"_L1);
}

// Windows makes Deflate64 of files beyond 2 GiB, which libarchive does not know (3.6, 3.7). Its
// words: archive_read_support_format_zip.c, "Unsupported ZIP compression method (9:
// deflation-64-bit)".
bool isOfAnotherMethod(const QString &text)
{
    return text.startsWith("Unsupported ZIP compression method"_L1);
}

// liblzma's LZMA_BUF_ERROR would tell nobody anything; what is recognized as nothing begins like
// what it should be, for else it was called by its name before.
QString wordsFor(const QString &text)
{
    if (text.isEmpty())
        return u"damaged"_s;
    if (text.startsWith("Unrecognized archive format"_L1))
        return u"is cut off: the directory at its end is missing"_s;
    if (text.contains("No progress is possible"_L1))
        return u"is cut off, or something else follows its end"_s;
    return text;
}

} // namespace

ArchiveReader::ArchiveReader(SourceFile &file)
    : m_file(file), m_block(blockBytes), m_archive(archive_read_new(), archive_read_free)
{
    if (!m_archive)
        throw std::bad_alloc(); // the import fails, and nothing else
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
    qint64 position = 0; // an archive may state any offset
    if (qAddOverflow(base, qint64(offset), &position))
        return ARCHIVE_FATAL;
    position = std::clamp<qint64>(position, 0, file.size());
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
    const Utf8Scope utf8;
    archive_entry *entry = nullptr;
    const int code = archive_read_next_header(m_archive.get(), &entry);
    if (code == ARCHIVE_EOF)
        return static_cast<archive_entry *>(nullptr);
    // Other warnings are about names and times, which nobody here wants to restore.
    const bool isFine = code == ARCHIVE_OK || (code == ARCHIVE_WARN && !isInconsistent());
    if (!isFine)
        return failure();
    return entry;
}

QString ArchiveReader::nameOf(archive_entry *entry)
{
    const Utf8Scope scope;
    const char *utf8 = archive_entry_pathname_utf8(entry);
    return QString::fromUtf8(utf8 ? utf8 : archive_entry_pathname(entry));
}

// libarchive's words, archive_read_support_format_zip.c: "Inconsistent uncompressed size: …".
bool ArchiveReader::isInconsistent() const
{
    return QLatin1StringView(archive_error_string(m_archive.get())).startsWith("Inconsistent"_L1);
}

Failure ArchiveReader::failure() const
{
    if (m_fileFailure)
        return *m_fileFailure;
    const QString text = QString::fromUtf8(archive_error_string(m_archive.get()));
    const bool isBeyondUs = needsTooMuchMemory(m_archive.get(), text) || isOfAnotherMethod(text);
    const FailureCode code =
        isBeyondUs ? FailureCode::ArchiveUnsuitable : FailureCode::ImageCorrupt;
    return importFailure(code, m_file.path(), wordsFor(text));
}

qint64 ArchiveReader::notTaken() const
{
    return m_file.size() - archive_filter_bytes(m_archive.get(), -1);
}

} // namespace core
