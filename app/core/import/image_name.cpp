// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/image_name.h"

#include <QFileInfo>

#include <algorithm>
#include <array>

namespace core
{

using namespace Qt::StringLiterals;

namespace
{

struct Suffix {
    Wrapping wrapping;
    QLatin1StringView text;
};

constexpr std::array suffixes{
    Suffix{Wrapping::Xz, ".xz"_L1},     Suffix{Wrapping::Gzip, ".gz"_L1},
    Suffix{Wrapping::Bzip2, ".bz2"_L1}, Suffix{Wrapping::Zstd, ".zst"_L1},
    Suffix{Wrapping::Zip, ".zip"_L1},
};

const Suffix *suffixOf(QStringView name)
{
    const auto *const found = std::ranges::find_if(
        suffixes, [name](const Suffix &s) { return name.endsWith(s.text, Qt::CaseInsensitive); });
    return found == suffixes.end() ? nullptr : found;
}

} // namespace

bool isRawImageName(QStringView name)
{
    const auto ends = [name](QLatin1StringView suffix) {
        return name.endsWith(suffix, Qt::CaseInsensitive);
    };
    return ends(".img"_L1) || ends(".wic"_L1) || ends(".raw"_L1);
}

Wrapping wrappingOf(QStringView name)
{
    const Suffix *suffix = suffixOf(name);
    return suffix ? suffix->wrapping : Wrapping::None;
}

std::optional<ImageName> imageNameOf(const QString &path)
{
    const QString name = QFileInfo(path).fileName();
    if (isRawImageName(name))
        return ImageName{Wrapping::None, name};
    const Suffix *suffix = suffixOf(name);
    if (!suffix)
        return std::nullopt;
    ImageName found{suffix->wrapping, name.chopped(suffix->text.size())};
    if (found.wrapping != Wrapping::Zip && !isRawImageName(found.raw))
        return std::nullopt;
    return found;
}

} // namespace core
