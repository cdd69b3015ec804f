// SPDX-License-Identifier: GPL-3.0-or-later
// What a file's name says of it: a raw image, or one in a compressed file or archive. The name
// alone decides which decoder is asked; whether the contents agree is found out by that.
#pragma once

#include <QString>

#include <optional>

namespace core
{

enum class Wrapping { None, Xz, Gzip, Bzip2, Zstd, Zip };

struct ImageName {
    Wrapping wrapping = Wrapping::None;
    // The raw image's own file name, without folder: what is left without the archive's suffix. A
    // zip's entry may bear another.
    QString raw;
};

// .img, .wic and .raw, alone or followed by .xz, .gz, .bz2, .zst or .zip, in any case; of a .zip
// any name. nullopt for all else.
[[nodiscard]] std::optional<ImageName> imageNameOf(const QString &path);

// Of any file, by the end of its name; in any case.
[[nodiscard]] Wrapping wrappingOf(QStringView name);

// Ends in .img, .wic or .raw.
[[nodiscard]] bool isRawImageName(QStringView name);

} // namespace core
