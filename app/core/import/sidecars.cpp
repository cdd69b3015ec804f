// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/sidecars.h"

#include "core/import/image_name.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

// Larger ones are something else. A bmap has about 100 bytes per range.
constexpr qint64 maxSumBytes = 1024 * 1024;
constexpr qint64 maxBmapBytes = 64 * 1024 * 1024;

Failure unusable(const QString &name, const QString &why)
{
    return {FailureCode::SidecarUnusable, Stage::Import, u"%1: %2"_s.arg(name, why)};
}

Result<QByteArray> readWhole(const QString &path, qint64 most)
{
    QFile file(path);
    const QString name = QFileInfo(path).fileName();
    if (!file.open(QIODevice::ReadOnly))
        return unusable(name, file.errorString());
    if (file.size() > most)
        return unusable(name, u"has %1 bytes"_s.arg(file.size()));
    return file.readAll();
}

// The names that a publisher may have given sums and maps after.
struct Names {
    QDir folder;
    QString file; // golden.img.xz
    QString raw;  // golden.img
    QString stem; // golden

    [[nodiscard]] bool areOfImage(const QString &name) const { return name == file || name == raw; }

    [[nodiscard]] QStringList existing(const QStringList &names) const
    {
        QStringList found;
        for (const QString &name : names) {
            if (!found.contains(name) && QFileInfo(folder.filePath(name)).isFile())
                found << name;
        }
        return found;
    }
};

Names namesOf(const QString &path, const QString &rawName)
{
    const QFileInfo info(path);
    const QString stem = isRawImageName(rawName) ? QFileInfo(rawName).completeBaseName() : rawName;
    return {info.dir(), info.fileName(), rawName, stem};
}

QStringList bmapNames(const Names &names)
{
    const QString end = u".bmap"_s;
    return {names.file + end, names.raw + end, names.stem + end};
}

QStringList sumNames(const Names &names)
{
    const QString end = u".sha256"_s;
    return {names.file + end, names.file + end + "sum"_L1, names.raw + end,    names.stem + end,
            u"SHA256SUMS"_s,  u"SHA256SUMS.txt"_s,         u"sha256sums.txt"_s};
}

// Whose name the only line of a sum file is to bear. A bare sum is of what its file is named after;
// and a file that is named after the image speaks of it, though another name stands there: people
// rename what they fetched.
QString subjectOf(const SumLine &only, const Names &names, const QString &namedAfter)
{
    if (names.areOfImage(namedAfter))
        return names.areOfImage(only.name) ? only.name : namedAfter;
    const bool isRaw = names.file == names.raw;
    return only.name.isEmpty() && isRaw && namedAfter == names.stem ? names.file : only.name;
}

bool take(const SumLine &line, const Names &names, const QString &sumFile, Sidecars &found)
{
    if (line.name == names.file)
        found.fileSums.push_back({sumFile, line.digest});
    else if (line.name == names.raw)
        found.imageSums.push_back({sumFile, line.digest});
    else
        return false;
    return true;
}

// Whether the file is about the image and nothing else, by its name and by what stands in it.
bool isAboutImage(const Names &names, const QString &namedAfter, const QList<SumLine> &lines)
{
    return names.areOfImage(namedAfter) ||
           (namedAfter == names.stem && lines.size() == 1 && lines[0].name.isEmpty());
}

Result<void> takeSums(const Names &names, const QString &sumFile, Sidecars &found)
{
    const auto text = readWhole(names.folder.filePath(sumFile), maxSumBytes);
    if (!text)
        return text.failure();
    const QString namedAfter = QFileInfo(sumFile).completeBaseName();
    QList<SumLine> lines = parseSums(*text);
    if (lines.size() == 1)
        lines[0].name = subjectOf(lines[0], names, namedAfter);
    const auto taken = std::count_if(lines.cbegin(), lines.cend(), [&](const SumLine &line) {
        return take(line, names, sumFile, found);
    });
    // Nobody may think that the image was checked.
    if (taken == 0 && isAboutImage(names, namedAfter, lines))
        return unusable(sumFile, u"it states no SHA-256 of %1"_s.arg(names.file));
    return {};
}

Result<void> takeBmap(const Names &names, Sidecars &found)
{
    const QStringList there = names.existing(bmapNames(names));
    if (there.isEmpty())
        return {};
    found.bmapName = there.first();
    const auto xml = readWhole(names.folder.filePath(found.bmapName), maxBmapBytes);
    if (!xml)
        return xml.failure();
    auto bmap = parseBmap(*xml);
    if (!bmap) {
        Failure failure = bmap.failure();
        failure.detail = u"%1: %2"_s.arg(found.bmapName, failure.detail);
        return failure;
    }
    found.bmap = std::move(*bmap);
    return {};
}

void addOnce(QStringList &names, const std::vector<ExpectedSum> &sums)
{
    for (const ExpectedSum &sum : sums) {
        if (!names.contains(sum.file))
            names << sum.file;
    }
}

} // namespace

QStringList Sidecars::names() const
{
    QStringList names;
    addOnce(names, fileSums);
    addOnce(names, imageSums);
    if (bmap && bmap->provesImage())
        names << bmapName;
    return names;
}

Result<Sidecars> findSidecars(const QString &path, const QString &rawName)
{
    const Names names = namesOf(path, rawName);
    Sidecars found;
    for (const QString &sumFile : names.existing(sumNames(names))) {
        if (const auto taken = takeSums(names, sumFile, found); !taken)
            return taken.failure();
    }
    if (const auto taken = takeBmap(names, found); !taken)
        return taken.failure();
    return found;
}

QStringList sidecarNames(const QString &path, const QString &rawName)
{
    const Names names = namesOf(path, rawName);
    return bmapNames(names) + sumNames(names);
}

} // namespace core
