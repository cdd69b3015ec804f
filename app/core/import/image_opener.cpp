// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/image_opener.h"

#include "core/import/archive_stream.h"
#include "core/import/image_name.h"
#include "core/import/mapped_source.h"
#include "core/import/sidecars.h"

#include <algorithm>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::FailureCode;
using protocol::Result;

namespace
{

// What the steps of opening one image share.
struct Opening {
    const QString &path;
    WorkControl &control;
    const ImportLimits &limits;
    ImageFindings &findings;
};

struct Opened {
    ChunkSourcePtr source;
    Sidecars sidecars;
    bool isWrapped = false;
};

Result<Opened> openRaw(const Opening &opening, const QString &name)
{
    auto sidecars = findSidecars(opening.path, name);
    if (!sidecars)
        return sidecars.failure();
    auto source = imaging::openFileSource(opening.path, nullptr);
    if (!source)
        return source.failure();
    return Opened{watched(std::move(*source), opening.control), std::move(*sidecars)};
}

using FilePtr = std::unique_ptr<SourceFile>;
using StreamPtr = std::unique_ptr<ByteStream>;

Opened unpacked(const Opening &opening, FilePtr file, StreamPtr stream, Sidecars sidecars)
{
    const qint64 most = opening.limits.mostUnpacked(file->size());
    auto source = chunksOf(std::move(file), std::move(stream), most, opening.findings);
    return {std::move(source), std::move(sidecars), true};
}

Result<Opened> openWrapped(const Opening &opening, const ImageName &name)
{
    auto file = SourceFile::open(opening.path, opening.control);
    if (!file)
        return file.failure();
    auto sidecars = findSidecars(opening.path, name.raw);
    if (!sidecars)
        return sidecars.failure();
    (*file)->sumUp(typesOf(sidecars->claims, SumSubject::File));
    auto stream = openStream(**file, name.wrapping);
    if (!stream)
        return stream.failure();
    return unpacked(opening, std::move(*file), std::move(*stream), std::move(*sidecars));
}

Result<ZipImage> lookIntoZip(const Opening &opening)
{
    const auto file = SourceFile::open(opening.path, opening.control);
    if (!file)
        return file.failure();
    return findZipImage(**file);
}

Result<Opened> openZipped(const Opening &opening)
{
    const auto image = lookIntoZip(opening);
    if (!image)
        return image.failure();
    auto file = SourceFile::open(opening.path, opening.control);
    if (!file)
        return file.failure();
    if (image->size > opening.limits.mostUnpacked((*file)->size()))
        return importFailure(FailureCode::ImageTooLarge, opening.path,
                             u"%1 in it has %2 bytes"_s.arg(image->name).arg(image->size));
    auto sidecars = findSidecars(opening.path, image->name, image->papers);
    if (!sidecars)
        return sidecars.failure();
    (*file)->sumUp(typesOf(sidecars->claims, SumSubject::File));
    auto stream = openZipImage(**file, *image);
    if (!stream)
        return stream.failure();
    return unpacked(opening, std::move(*file), std::move(*stream), std::move(*sidecars));
}

Result<Opened> open(const Opening &opening)
{
    const auto name = imageNameOf(opening.path);
    if (!name)
        return importFailure(FailureCode::ImageFormatUnknown, opening.path,
                             u"no image by its name"_s);
    if (name->wrapping == Wrapping::None)
        return openRaw(opening, name->raw);
    return name->wrapping == Wrapping::Zip ? openZipped(opening) : openWrapped(opening, *name);
}

// Around what is decoded: the sums first, for what they are of is what is stored.
ChunkSourcePtr checked(Opened &opened, const QString &path, ImageFindings &findings)
{
    auto source = onlyDisks(std::move(opened.source), path);
    const auto types = typesOf(opened.sidecars.claims, SumSubject::Image);
    if (!types.empty())
        source = summed(std::move(source), types, findings);
    if (!opened.sidecars.bmaps.empty())
        source = mapped(std::move(source), std::move(opened.sidecars.bmaps), findings);
    return source;
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
    OpenedImage image;
    image.findings = std::make_shared<ImageFindings>();
    auto opened = open({path, control, limits, *image.findings});
    if (!opened)
        return opened.failure();
    image.source = checked(*opened, path, *image.findings);
    image.claims = std::move(opened->sidecars.claims);
    image.isWrapped = opened->isWrapped;
    image.unchecked = std::move(opened->sidecars.unchecked);
    return image;
}

} // namespace core
