// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/image_opener.h"

#include "core/import/archive_stream.h"
#include "core/import/gzip_stream.h"
#include "core/import/image_name.h"
#include "core/import/mapped_source.h"
#include "core/import/sidecars.h"

#include <algorithm>
#include <iterator>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::FailureCode;
using protocol::Result;

namespace
{

struct Opened {
    ChunkSourcePtr source;
    Sidecars sidecars;
};

// A raw image's own sum is that of the image.
Result<Opened> openRaw(const QString &path, const QString &name, WorkControl &control)
{
    auto sidecars = findSidecars(path, name);
    if (!sidecars)
        return sidecars.failure();
    auto source = imaging::openFileSource(path, nullptr);
    if (!source)
        return source.failure();
    auto &sums = sidecars->fileSums;
    std::move(sums.begin(), sums.end(), std::back_inserter(sidecars->imageSums));
    sums.clear();
    return Opened{watched(std::move(*source), control), std::move(*sidecars)};
}

Result<std::unique_ptr<ByteStream>> openStream(SourceFile &file, Wrapping wrapping)
{
    if (wrapping == Wrapping::Gzip)
        return openGzip(file);
    return openCompressed(file, wrapping);
}

Result<Opened> openWrapped(const QString &path, const ImageName &name, WorkControl &control,
                           const ImportLimits &limits)
{
    auto file = SourceFile::open(path, control);
    if (!file)
        return file.failure();
    auto sidecars = findSidecars(path, name.raw);
    if (!sidecars)
        return sidecars.failure();
    (*file)->expect(sidecars->fileSums);
    auto stream = openStream(**file, name.wrapping);
    if (!stream)
        return stream.failure();
    const qint64 most = limits.mostUnpacked((*file)->size());
    return Opened{chunksOf(std::move(*file), std::move(*stream), most), std::move(*sidecars)};
}

Result<ZipImage> lookIntoZip(const QString &path, WorkControl &control)
{
    const auto file = SourceFile::open(path, control);
    if (!file)
        return file.failure();
    return findZipImage(**file);
}

Result<Opened> openZipped(const QString &path, WorkControl &control, const ImportLimits &limits)
{
    const auto image = lookIntoZip(path, control);
    if (!image)
        return image.failure();
    auto file = SourceFile::open(path, control);
    if (!file)
        return file.failure();
    const qint64 most = limits.mostUnpacked((*file)->size());
    if (image->size > most)
        return importFailure(FailureCode::ImageTooLarge, path,
                             u"%1 in it has %2 bytes"_s.arg(image->name).arg(image->size));
    auto sidecars = findSidecars(path, image->name);
    if (!sidecars)
        return sidecars.failure();
    (*file)->expect(sidecars->fileSums);
    auto stream = openZipImage(**file, *image);
    if (!stream)
        return stream.failure();
    return Opened{chunksOf(std::move(*file), std::move(*stream), most), std::move(*sidecars)};
}

Result<Opened> open(const QString &path, WorkControl &control, const ImportLimits &limits)
{
    const auto name = imageNameOf(path);
    if (!name)
        return importFailure(FailureCode::ImageFormatUnknown, path, u"no image by its name"_s);
    if (name->wrapping == Wrapping::None)
        return openRaw(path, name->raw, control);
    if (name->wrapping == Wrapping::Zip)
        return openZipped(path, control, limits);
    return openWrapped(path, *name, control, limits);
}

} // namespace

qint64 ImportLimits::mostUnpacked(qint64 fileBytes) const
{
    if (fileBytes > maxUnpackedBytes / bombRatio)
        return maxUnpackedBytes;
    return std::min(maxUnpackedBytes, std::max(bombBytes, fileBytes * bombRatio));
}

Result<OpenedImage> openImage(const QString &path, WorkControl &control, const ImportLimits &limits)
{
    auto opened = open(path, control, limits);
    if (!opened)
        return opened.failure();
    Sidecars &sidecars = opened->sidecars;
    OpenedImage image{std::move(opened->source), sidecars.names()};
    if (!sidecars.imageSums.empty())
        image.source = summed(std::move(image.source), std::move(sidecars.imageSums), path);
    if (sidecars.bmap)
        image.source =
            mapped(std::move(image.source), std::move(*sidecars.bmap), sidecars.bmapName);
    return image;
}

} // namespace core
