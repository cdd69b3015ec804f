// SPDX-License-Identifier: GPL-3.0-or-later
// By which names the files go that tell of an image: what publishers put beside it.
#pragma once

#include "core/import/image_name.h"

#include <QString>
#include <QStringList>

namespace core
{

// What an image is called: golden.img.xz, golden.img and golden.
struct ImageNames {
    QString file;      // of the file, without folder
    QString raw;       // of the raw image in it; the same for a raw image
    QStringList stems; // without suffixes; and what else may stand for it

    [[nodiscard]] bool areOf(const QString &name) const { return name == file || name == raw; }
    [[nodiscard]] bool isRaw() const { return file == raw; }
};

[[nodiscard]] ImageNames imageNames(const QString &path, const QString &rawName);

enum class SidecarKind {
    None,
    Bmap,      // NAME.bmap, also with .gz, .xz, .bz2 or .zst behind it
    Sums,      // NAME.sha256 and the like, NAME.sum: of SHA-256 or SHA-512, or of something else
    OtherSums, // NAME.md5 and others that nobody here reads
    List,      // SHA256SUMS, CHECKSUM: of everything in the folder
    NamedList, // Fedora-41-CHECKSUM, CHECKSUM.SHA256-FreeBSD-14: of some things in it
    OtherList, // MD5SUMS and others that nobody here reads
};

struct SidecarName {
    SidecarKind kind = SidecarKind::None;
    QString namedAfter;                 // as it stands in ImageNames; empty for lists
    bool isOfSha2 = false;              // its name says so
    bool isSigned = false;              // NAME.asc: a list with its signature, or a signature alone
    Wrapping wrapping = Wrapping::None; // how it is compressed, by its name
};

// What the file of that name (without folder) may tell of the image. NAME as it is, what comes
// behind it in any case.
[[nodiscard]] SidecarName sidecarNameOf(const QString &name, const ImageNames &image);

// Whether a file of that name may tell of some image.
[[nodiscard]] bool isSidecarName(const QString &name);

} // namespace core
