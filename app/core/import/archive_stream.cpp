// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/archive_stream.h"

#include "core/import/archive_reader.h"

#include <QFileInfo>
#include <QStringList>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using ReaderPtr = std::unique_ptr<ArchiveReader>;

namespace
{

// More entries than that are no image with its papers.
constexpr int maxZipEntries = 10'000;
constexpr qsizetype maxNamesShown = 5;

enum class Behind { Nothing, Anything };

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
        if (bytes == 0 && m_behind == Behind::Nothing && m_reader->notTaken() > 0)
            return importFailure(FailureCode::ImageCorrupt, m_reader->path(),
                                 u"something else follows the end of the stream"_s);
        return size_t(bytes);
    }

private:
    ReaderPtr m_reader;
    Behind m_behind;
};

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
// and libarchive would give the file as it is.
Result<void> checkFilter(const ArchiveReader &reader, int code)
{
    archive *handle = reader.handle();
    if (archive_filter_count(handle) == 2 && archive_filter_code(handle, 0) == code)
        return {};
    return importFailure(FailureCode::ImageFormatUnknown, reader.path(),
                         u"its contents are not what its name says"_s);
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

struct ZipListing {
    ZipImage image; // the first that was found
    QStringList images;
    bool encrypted = false;
};

Result<ZipListing> listZip(SourceFile &file)
{
    const auto reader = openZip(file);
    if (!reader)
        return reader.failure();
    ZipListing listing;
    for (int number = 0; number < maxZipEntries; ++number) {
        const auto entry = (*reader)->nextEntry();
        if (!entry)
            return entry.failure();
        if (!*entry)
            return listing;
        const QString name = ArchiveReader::nameOf(*entry);
        if (!isImage(*entry, name))
            continue;
        if (listing.images.isEmpty())
            listing.image = {number, QFileInfo(name).fileName(), archive_entry_size(*entry)};
        listing.images << name;
        listing.encrypted = listing.encrypted || archive_entry_is_encrypted(*entry) != 0;
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
    if (const auto checked = checkFilter(*reader, filterCode(wrapping)); !checked)
        return checked.failure();
    const auto entry = reader->nextEntry();
    if (!entry)
        return entry.failure();
    if (!*entry)
        return importFailure(FailureCode::ImageEmpty, file.path(), u"unpacks to nothing"_s);
    return std::unique_ptr<ByteStream>(
        std::make_unique<ArchiveStream>(std::move(reader), Behind::Nothing));
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
