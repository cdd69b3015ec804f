// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/sidecar_names.h"

#include <QFileInfo>
#include <QRegularExpression>

namespace core
{

using namespace Qt::StringLiterals;

namespace
{

QRegularExpression whole(const QString &pattern)
{
    return QRegularExpression(u"^(?:%1)$"_s.arg(pattern),
                              QRegularExpression::CaseInsensitiveOption);
}

// Raspberry Pi OS, Yocto and most others: .sha256, .sha256sum; Armbian: .sha; Alpine: .sha512;
// AlmaLinux: .CHECKSUM; Gentoo: .DIGESTS.
const QString sha2Words = u"sha-?(?:256|512)(?:sums?)?"_s;
const QString sumWords = sha2Words + u"|sha(?:2|sums?)?|checksums?|sums?|hash(?:es)?|digests?"_s;
const QString otherWords = u"(?:md5|sha-?(?:1|224|384)|sha3-?(?:256|512)|b2|b3|blake2[bs]?|blake3|"
                           "crc|crc32|xxh(?:32|64|128)?)(?:sums?)?|sfv"_s;

// What stands behind the image's name.
SidecarName byEnding(const QString &ending)
{
    static const auto bmap = whole(u"\\.bmap(?:\\.(?:gz|xz|bz2|zst))?"_s);
    static const auto otherBmap = whole(u"\\.bmap\\.zip"_s);
    static const auto sha2 = whole(u"[._-](?:%1)(?:\\.txt)?"_s.arg(sha2Words));
    static const auto sums = whole(u"[._-](?:%1)(?:\\.txt)?"_s.arg(sumWords));
    static const auto others = whole(u"[._-](?:%1)(?:\\.txt)?"_s.arg(otherWords));
    SidecarName found;
    if (bmap.match(ending).hasMatch()) {
        found.kind = SidecarKind::Bmap;
        found.wrapping = wrappingOf(ending);
    } else if (sums.match(ending).hasMatch()) {
        found.kind = SidecarKind::Sums;
        found.isOfSha2 = sha2.match(ending).hasMatch();
    } else if (others.match(ending).hasMatch() || otherBmap.match(ending).hasMatch()) {
        found.kind = SidecarKind::OtherSums;
    }
    return found;
}

// Ubuntu, Debian, OpenWrt, Void, OpenBSD (SHA256), Node.js (SHASUMS256.txt), Fedora (CHECKSUM).
SidecarKind listKind(const QString &name)
{
    static const auto list =
        whole(u"(?:sha-?(?:256|512)?(?:sums?)?|shasums?(?:256|512)|checksums?|hashes|digests?)"
              "(?:[._-]%1)?(?:\\.txt)?"_s.arg(sha2Words));
    static const auto others = whole(u"(?:%1)(?:\\.txt)?"_s.arg(otherWords));
    static const auto named =
        whole(u"(?:.+[._-](?:sha-?(?:256|512)sums?|shasums?|checksums?|hashes|digests?)|"
              "(?:checksums?|sha-?(?:256|512)sums?)[._-].+)(?:\\.txt)?"_s);
    static const auto signature = whole(u".+\\.(?:gpg|pgp|sig|sign|signature|minisig|pem)"_s);
    if (signature.match(name).hasMatch())
        return SidecarKind::None;
    if (list.match(name).hasMatch())
        return SidecarKind::List;
    if (others.match(name).hasMatch())
        return SidecarKind::OtherList;
    return named.match(name).hasMatch() ? SidecarKind::NamedList : SidecarKind::None;
}

// golden-v1.img.sha256 tells of golden-v1.img, whatever name stands in it.
bool isOfAnImage(const QString &listName)
{
    static const QRegularExpression behind(
        u"\\.(?:img|wic|raw)(?:\\.(?:xz|gz|bz2|zst|zip))?[._-]"_s,
        QRegularExpression::CaseInsensitiveOption);
    return behind.match(listName).hasMatch();
}

// The longest of the image's names counts: of golden and golden.img the second.
SidecarName namedAfter(const QString &name, const ImageNames &image)
{
    for (const QString &subject : QStringList{image.file, image.raw} + image.stems) {
        if (!name.startsWith(subject))
            continue;
        SidecarName found = byEnding(name.sliced(subject.size()));
        found.namedAfter = subject;
        if (found.kind != SidecarKind::None)
            return found;
    }
    return {};
}

SidecarName unsignedNameOf(const QString &name, const ImageNames &image)
{
    SidecarName found = namedAfter(name, image);
    if (found.kind != SidecarKind::None)
        return found;
    found.kind = listKind(name);
    if (found.kind == SidecarKind::NamedList && isOfAnImage(name))
        found.kind = SidecarKind::None;
    return found;
}

} // namespace

ImageNames imageNames(const QString &path, const QString &rawName)
{
    ImageNames names{QFileInfo(path).fileName(), rawName, {}};
    const auto add = [&names](const QString &stem) {
        if (!stem.isEmpty() && !names.areOf(stem) && !names.stems.contains(stem))
            names.stems << stem;
    };
    add(isRawImageName(rawName) ? QFileInfo(rawName).completeBaseName() : rawName);
    // A zip's entry may bear another name than the zip.
    if (const auto name = imageNameOf(path)) {
        add(name->raw);
        if (isRawImageName(name->raw))
            add(QFileInfo(name->raw).completeBaseName());
    }
    return names;
}

SidecarName sidecarNameOf(const QString &name, const ImageNames &image)
{
    constexpr auto signedEnd = ".asc"_L1;
    if (!name.endsWith(signedEnd, Qt::CaseInsensitive))
        return unsignedNameOf(name, image);
    SidecarName found = unsignedNameOf(name.chopped(signedEnd.size()), image);
    found.isSigned = true;
    // Of what nobody here reads, and of a map, that is the signature.
    const bool mayBeAList = found.kind == SidecarKind::Sums || found.kind == SidecarKind::List ||
                            found.kind == SidecarKind::NamedList;
    return mayBeAList ? found : SidecarName{};
}

bool isSidecarName(const QString &name)
{
    static const auto bmap = whole(u".+\\.bmap(?:\\.(?:gz|xz|bz2|zst|zip))?"_s);
    static const auto sums = whole(u".+[._-](?:%1|%2)(?:\\.txt)?"_s.arg(sumWords, otherWords));
    const bool isSigned = name.endsWith(".asc"_L1, Qt::CaseInsensitive);
    const QString plain = isSigned ? name.chopped(4) : name;
    return (bmap.match(plain).hasMatch() && !isSigned) || sums.match(plain).hasMatch() ||
           listKind(plain) != SidecarKind::None;
}

} // namespace core
