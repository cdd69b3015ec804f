// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/archive_stream.h"

#include "core/import/archive_reader.h"
#include "core/import/foreign_format.h"
#include "core/import/gzip_stream.h"
#include "core/import/named_wrongly.h"
#include "core/import/sidecar_file.h"
#include "core/import/trailing_bytes.h"

#include <QFileInfo>
#include <QStringList>

#include <algorithm>
#include <limits>
#include <span>
#include <vector>

namespace core
{

using namespace Qt::StringLiterals;
using namespace std::string_view_literals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using ReaderPtr = std::unique_ptr<ArchiveReader>;

namespace
{

// More entries than that are no image with its papers.
constexpr int maxZipEntries = 10'000;
constexpr qsizetype maxNamesShown = 5;

enum class Behind { Nothing, WhatBzip2Ignores, Anything };

class ArchiveStream final : public ByteStream
{
public:
    ArchiveStream(ReaderPtr reader, Behind behind) : m_reader(std::move(reader)), m_behind(behind)
    {
    }

    Result<size_t> read(std::span<std::byte> out) override
    {
        const la_ssize_t bytes = archive_read_data(m_reader->handle(), out.data(), out.size());
        if (bytes < 0)
            return m_reader->failure();
        if (bytes == 0) {
            if (const auto looked = lookBehind(); !looked)
                return looked.failure();
        }
        return size_t(bytes);
    }

    qint64 trailingBytes() const override { return m_trailing; }

private:
    Result<void> lookBehind()
    {
        const qint64 rest = m_reader->notTaken();
        if (m_behind == Behind::Anything || rest <= 0)
            return {};
        if (m_behind == Behind::Nothing)
            return importFailure(FailureCode::ImageCorrupt, m_reader->path(),
                                 u"something else follows the end of the stream"_s);
        SourceFile &file = m_reader->file();
        const auto trailing = lookAtTrailing(file, file.size() - rest, "BZh"sv);
        if (!trailing)
            return trailing.failure();
        m_trailing = *trailing;
        return {};
    }

    ReaderPtr m_reader;
    Behind m_behind;
    qint64 m_trailing = 0; // bytes
};

QString toolOf(Wrapping wrapping)
{
    switch (wrapping) {
    case Wrapping::Xz:
        return u"xz"_s;
    case Wrapping::Bzip2:
        return u"bzip2"_s;
    case Wrapping::Zstd:
        return u"zstd"_s;
    default:
        return u"zip"_s;
    }
}

int filterCode(Wrapping wrapping)
{
    switch (wrapping) {
    case Wrapping::Xz:
        return ARCHIVE_FILTER_XZ;
    case Wrapping::Bzip2:
        return ARCHIVE_FILTER_BZIP2;
    case Wrapping::Zstd:
        return ARCHIVE_FILTER_ZSTD;
    default:
        return ARCHIVE_FILTER_NONE;
    }
}

Failure unsuitable(const QString &path, const QString &why)
{
    return importFailure(FailureCode::ArchiveUnsuitable, path, why);
}

// Two filters: the one that was asked for, and the file. Without the first it was not recognized,
// and libarchive would give the file as it is; what is packed so twice it would unpack twice.
Result<void> checkFilters(const ArchiveReader &reader, Wrapping wrapping)
{
    const int filters = archive_filter_count(reader.handle());
    if (filters > 2)
        return importFailure(FailureCode::ImageFormatForeign, reader.path(),
                             u"%1-compressed data"_s.arg(toolOf(wrapping)));
    const bool isThere = archive_filter_code(reader.handle(), 0) == filterCode(wrapping);
    return isThere ? Result<void>() : namedWrongly(reader.file(), toolOf(wrapping));
}

// macOS puts a "._NAME" with attributes beside each file.
bool isImage(archive_entry *entry, const QString &name)
{
    return archive_entry_filetype(entry) == AE_IFREG && isRawImageName(name) &&
           !QFileInfo(name).fileName().startsWith("._"_L1);
}

Result<ReaderPtr> openZip(SourceFile &file)
{
    auto reader = std::make_unique<ArchiveReader>(file);
    file.seek(0);
    archive_read_support_format_zip_seekable(reader->handle());
    if (const auto opened = reader->open(); !opened)
        return opened.failure();
    return reader;
}

// Sizes and offsets of a zip have 32 bits. What is larger says so in a record of its own, near its
// end (APPNOTE 4.3.15), or was made by a program that did not notice: nothing in it can be found.
Result<bool> hasWrappedSizes(SourceFile &file)
{
    if (file.size() <= std::numeric_limits<quint32>::max())
        return false;
    constexpr qint64 endBytes = 64 * 1024 + 42; // a comment, and the two records before it
    std::vector<std::byte> end(endBytes);
    const auto bytes = file.peek(file.size() - endBytes, end);
    if (!bytes)
        return bytes.failure();
    const auto locator = std::as_bytes(std::span("PK\6\7"sv));
    return std::ranges::search(end, locator).empty();
}

// Why nothing was found in it. Asked only then, for an archive may begin with a program that
// unpacks it.
Failure orNoZip(const Failure &failure, SourceFile &file)
{
    if (failure.code != FailureCode::ImageCorrupt)
        return failure;
    std::vector<std::byte> head(formatHeadBytes);
    const auto bytes = file.peek(0, head);
    if (!bytes)
        return bytes.failure();
    if (formatOf(std::span(head).first(*bytes)) != "zip archive"_L1)
        return namedWrongly(file, u"zip"_s);
    const auto isWrapped = hasWrappedSizes(file);
    if (!isWrapped)
        return isWrapped.failure();
    return *isWrapped ? unsuitable(file.path(), u"it is larger than 4 GiB, and was made by a "
                                                "program that cannot count so far"_s)
                      : failure;
}

struct ZipListing {
    ZipImage image; // the first that was found
    QStringList images;
    bool encrypted = false;
    qint64 paperBytes = 0;
};

Result<QByteArray> readEntry(const ArchiveReader &reader, const QString &shown, qint64 most)
{
    QByteArray content(most + 1, Qt::Uninitialized);
    qsizetype filled = 0;
    while (filled < content.size()) {
        const la_ssize_t bytes = archive_read_data(reader.handle(), content.data() + filled,
                                                   size_t(content.size() - filled));
        if (bytes < 0)
            return sidecarUnusable(shown, reader.failure().detail);
        if (bytes == 0)
            return content.first(filled);
        filled += bytes;
    }
    return sidecarUnusable(shown, u"has more than %1 bytes"_s.arg(most));
}

// The name that people know it by has the archive's in front.
void keepPaper(const ArchiveReader &reader, archive_entry *entry, const QString &path,
               ZipListing &listing)
{
    const QString name = QFileInfo(path).fileName();
    const bool isFile = archive_entry_filetype(entry) == AE_IFREG && !name.startsWith("._"_L1);
    if (!isFile || !isSidecarName(name) || archive_entry_is_encrypted(entry) != 0 ||
        listing.paperBytes >= maxBmapBytes)
        return;
    const QString shown = u"%1/%2"_s.arg(QFileInfo(reader.path()).fileName(), path);
    const bool isBmap = name.endsWith(".bmap"_L1, Qt::CaseInsensitive);
    auto content = readEntry(reader, shown, isBmap ? maxBmapBytes : maxSumFileBytes);
    listing.paperBytes += content ? content->size() : 0;
    listing.image.papers.push_back({shown, name, std::move(content)});
}

void keepImage(archive_entry *entry, const QString &path, int number, ZipListing &listing)
{
    if (listing.images.isEmpty()) {
        listing.image.entry = number;
        listing.image.name = QFileInfo(path).fileName();
        listing.image.size = archive_entry_size(entry);
    }
    listing.images << path;
    listing.encrypted = listing.encrypted || archive_entry_is_encrypted(entry) != 0;
}

Result<ZipListing> listZip(SourceFile &file)
{
    const auto reader = openZip(file);
    if (!reader)
        return orNoZip(reader.failure(), file);
    ZipListing listing;
    for (int number = 0; number < maxZipEntries; ++number) {
        const auto entry = (*reader)->nextEntry();
        if (!entry)
            return number > 0 ? entry.failure() : orNoZip(entry.failure(), file);
        if (!*entry)
            return listing;
        const QString name = ArchiveReader::nameOf(*entry);
        if (isImage(*entry, name))
            keepImage(*entry, name, number, listing);
        else
            keepPaper(**reader, *entry, name, listing);
    }
    return unsuitable(file.path(), u"it has more than %1 entries"_s.arg(maxZipEntries));
}

} // namespace

Result<ZipImage> findZipImage(SourceFile &file)
{
    const auto listing = listZip(file);
    if (!listing)
        return listing.failure();
    const QStringList &images = listing->images;
    if (images.isEmpty())
        return unsuitable(file.path(), u"no entry's name ends in .img, .wic or .raw"_s);
    if (images.size() > 1) {
        const QString more = images.size() > maxNamesShown ? u", …"_s : QString();
        return unsuitable(
            file.path(),
            u"it holds %1 images: %2%3"_s.arg(images.size())
                .arg(images.first(std::min(maxNamesShown, images.size())).join(u", "_s), more));
    }
    if (listing->encrypted)
        return unsuitable(file.path(), u"%1 in it is encrypted"_s.arg(images.first()));
    return listing->image;
}

Result<std::unique_ptr<ByteStream>> openCompressed(SourceFile &file, Wrapping wrapping)
{
    auto reader = std::make_unique<ArchiveReader>(file);
    archive *handle = reader->handle();
    archive_read_support_filter_by_code(handle, filterCode(wrapping));
    archive_read_support_format_raw(handle);
    archive_read_support_format_empty(handle);
    if (const auto opened = reader->open(); !opened)
        return opened.failure();
    if (const auto checked = checkFilters(*reader, wrapping); !checked)
        return checked.failure();
    const auto entry = reader->nextEntry();
    if (!entry)
        return entry.failure();
    if (!*entry)
        return importFailure(FailureCode::ImageEmpty, file.path(), u"unpacks to nothing"_s);
    const Behind behind = wrapping == Wrapping::Bzip2 ? Behind::WhatBzip2Ignores : Behind::Nothing;
    return std::unique_ptr<ByteStream>(std::make_unique<ArchiveStream>(std::move(reader), behind));
}

Result<std::unique_ptr<ByteStream>> openStream(SourceFile &file, Wrapping wrapping)
{
    if (wrapping == Wrapping::Gzip)
        return openGzip(file);
    return openCompressed(file, wrapping);
}

Result<std::unique_ptr<ByteStream>> openZipImage(SourceFile &file, const ZipImage &image)
{
    auto reader = openZip(file);
    if (!reader)
        return reader.failure();
    for (int number = 0; number <= image.entry; ++number) {
        const auto entry = (*reader)->nextEntry();
        if (!entry)
            return entry.failure();
        if (!*entry)
            return importFailure(FailureCode::ImageUnreadable, file.path(),
                                 u"changed while being read"_s);
    }
    return std::unique_ptr<ByteStream>(
        std::make_unique<ArchiveStream>(std::move(*reader), Behind::Anything));
}

} // namespace core
