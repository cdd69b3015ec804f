// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/sidecars.h"

#include "core/import/sidecar_file.h"
#include "core/import/sidecar_text.h"
#include "core/import/sum_file.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <optional>
#include <set>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::Result;

namespace
{

// In a folder of very many such files the rest is left alone.
constexpr int maxSidecars = 1000;

// A file together with what its name says of it.
struct Paper {
    SidecarFile file;
    SidecarName name;
};

bool isRead(SidecarKind kind)
{
    return kind != SidecarKind::OtherSums && kind != SidecarKind::OtherList;
}

std::vector<Paper> papersBeside(const QString &path, const ImageNames &image)
{
    const QDir folder = QFileInfo(path).dir();
    std::vector<Paper> papers;
    for (const QString &name : folder.entryList(QDir::Files | QDir::Hidden, QDir::Name)) {
        const SidecarName about = sidecarNameOf(name, image);
        if (about.kind == SidecarKind::None || papers.size() >= maxSidecars)
            continue;
        auto content = isRead(about.kind) ? readSidecar(folder.filePath(name), about)
                                          : Result<QByteArray>(QByteArray());
        papers.push_back({{name, name, std::move(content)}, about});
    }
    return papers;
}

// Those that are named after the image first.
std::vector<Paper> papersOf(const QString &path, const ImageNames &image,
                            const std::vector<SidecarFile> &more)
{
    std::vector<Paper> papers = papersBeside(path, image);
    for (const SidecarFile &file : more) {
        SidecarName about = sidecarNameOf(file.name, image);
        if (about.wrapping != Wrapping::None) // two layers of packing are nobody's
            about.kind = SidecarKind::OtherSums;
        if (about.kind != SidecarKind::None)
            papers.push_back({file, about});
    }
    std::ranges::stable_partition(
        papers, [](const Paper &paper) { return !paper.name.namedAfter.isEmpty(); });
    return papers;
}

QList<SumLine> linesOfImage(const QList<SumLine> &lines, const ImageNames &image)
{
    QList<SumLine> mine;
    std::ranges::copy_if(lines, std::back_inserter(mine),
                         [&image](const SumLine &line) { return image.areOf(line.name); });
    return mine;
}

// A bare sum is of what its file is named after; and a file that is named after the image speaks of
// it, though another name stands there: people rename what they fetched. Unless there are several,
// or no more than the stem is the image's.
QList<SumLine> linesOfItsOwn(const QList<SumLine> &lines, const Paper &paper,
                             const ImageNames &image)
{
    std::set<QString> names;
    for (const SumLine &line : lines)
        names.insert(line.name);
    const bool isOne = names.size() == 1;
    const bool isBare = isOne && names.begin()->isEmpty();
    const bool isClear = image.areOf(paper.name.namedAfter) ? isOne : isBare;
    return isClear && !paper.name.namedAfter.isEmpty() ? lines : QList<SumLine>();
}

SumSubject subjectOf(const SumLine &line, const Paper &paper, const ImageNames &image)
{
    const QString &name = image.areOf(line.name) ? line.name : paper.name.namedAfter;
    return name == image.raw ? SumSubject::Image : SumSubject::File;
}

// What states no sum of the image, though it lies there as if it did.
Result<void> leaveOut(const Paper &paper, const QString &text, const ImageNames &image,
                      Sidecars &found)
{
    const bool isSignature = paper.name.isSigned && !isClearSigned(text);
    if (isSignature)
        return {};
    // Nobody may think that the image was checked.
    if (paper.name.isOfSha2 && image.areOf(paper.name.namedAfter))
        return sidecarUnusable(paper.file.shown,
                               u"it states no SHA-256 or SHA-512 of %1"_s.arg(image.file));
    const bool namesIt = text.contains(image.file) || text.contains(image.raw);
    if (paper.name.kind != SidecarKind::NamedList || namesIt)
        found.unchecked << paper.file.shown;
    return {};
}

Result<void> takeSums(const Paper &paper, const ImageNames &image, Sidecars &found)
{
    const auto &content = paper.file.content;
    if (!content && paper.name.kind == SidecarKind::NamedList)
        return {};                                          // it may be about anything
    if (!content && paper.name.kind == SidecarKind::List) { // so may this
        found.unchecked << paper.file.shown;
        return {};
    }
    if (!content)
        return content.failure();
    const QString text = decodeText(*content);
    const bool isSignature = paper.name.isSigned && !isClearSigned(text);
    const QList<SumLine> lines = isSignature ? QList<SumLine>() : parseSums(text);
    QList<SumLine> mine = linesOfImage(lines, image);
    if (mine.isEmpty())
        mine = linesOfItsOwn(lines, paper, image);
    for (const SumLine &line : mine)
        found.claims.push_back(
            {paper.file.shown, line.name, line.type, line.hex, subjectOf(line, paper, image)});
    return mine.isEmpty() ? leaveOut(paper, text, image, found) : Result<void>();
}

Result<Bmap> readBmap(const Paper &paper)
{
    if (!paper.file.content)
        return paper.file.content.failure();
    auto bmap = parseBmap(*paper.file.content);
    if (bmap)
        return bmap;
    Failure failure = bmap.failure();
    failure.detail = u"%1: %2"_s.arg(paper.file.shown, failure.detail);
    return failure;
}

Result<void> takeBmaps(const std::vector<Paper> &papers, Sidecars &found)
{
    std::optional<Failure> first;
    QStringList others;
    for (const Paper &paper : papers) {
        if (paper.name.kind != SidecarKind::Bmap)
            continue;
        auto bmap = readBmap(paper);
        if (bmap) {
            found.bmaps.push_back({paper.file.shown, std::move(*bmap)});
            continue;
        }
        others << paper.file.shown;
        first = first ? first : bmap.failure();
    }
    if (first && found.bmaps.empty())
        return *first;
    found.unchecked << others;
    return {};
}

bool isSums(SidecarKind kind)
{
    return kind == SidecarKind::Sums || kind == SidecarKind::List || kind == SidecarKind::NamedList;
}

} // namespace

Result<Sidecars> findSidecars(const QString &path, const QString &rawName,
                              const std::vector<SidecarFile> &more)
{
    const ImageNames image = imageNames(path, rawName);
    const std::vector<Paper> papers = papersOf(path, image, more);
    Sidecars found;
    for (const Paper &paper : papers) {
        if (!isRead(paper.name.kind))
            found.unchecked << paper.file.shown;
        if (!isSums(paper.name.kind))
            continue;
        if (const auto taken = takeSums(paper, image, found); !taken)
            return taken.failure();
    }
    if (const auto taken = takeBmaps(papers, found); !taken)
        return taken.failure();
    return found;
}

bool tellsOfImage(const QString &path, const QString &fileName)
{
    const auto name = imageNameOf(path);
    if (!name)
        return false;
    // How the image in a zip is called is not known.
    if (name->wrapping == Wrapping::Zip)
        return isSidecarName(fileName);
    return sidecarNameOf(fileName, imageNames(path, name->raw)).kind != SidecarKind::None;
}

} // namespace core
