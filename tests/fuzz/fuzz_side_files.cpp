// SPDX-License-Identifier: GPL-3.0-or-later
// What lies beside an image and tells of it. The first byte says under which of the names that are
// looked at; sums of files that are not the image must not count.
#include "core/import/sidecars.h"
#include "fuzz/scratch_folder.h"

using namespace Qt::StringLiterals;

namespace
{

const QString image = u"golden.img.xz"_s;
const QString raw = u"golden.img"_s;

// One of each kind that sidecarNameOf() knows.
const QStringList &names()
{
    static const QStringList list{
        u"golden.img.xz.sha256"_s, u"golden.img.sha256"_s, u"golden.sha256"_s,
        u"golden.img.xz.sha"_s,    u"SHA256SUMS"_s,        u"SHA256SUMS.asc"_s,
        u"Some-CHECKSUM"_s,        u"golden.img.md5"_s,    u"MD5SUMS"_s,
        u"golden.bmap"_s,          u"golden.img.bmap"_s,   u"golden.bmap.gz"_s,
        u"golden.bmap.xz"_s,       u"golden.bmap.bz2"_s,   u"golden.bmap.zst"_s};
    return list;
}

} // namespace

QList<QByteArray> fuzz::seeds()
{
    const QByteArray sum(64, 'a');
    QList<QByteArray> seeds;
    // Under each name, the last ones being the bmaps'.
    for (char name = 0; name < char(names().size()); ++name) {
        seeds << QByteArray(1, name) + sum + "  golden.img.xz\n" + sum + " *golden.img\n"
              << QByteArray(1, name) + "SHA256 (golden.img.xz) = " + sum + '\n'
              << QByteArray(1, name) + sum;
    }
    return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    static const fuzz::ScratchFolder folder;
    const QString name = names()[data[0] % names().size()];
    folder.write(name, QByteArrayView(data + 1, qsizetype(size - 1)));
    if (const auto sidecars = core::findSidecars(folder.path(image), raw)) {
        for (const core::SumClaim &claim : sidecars->claims)
            fuzz::require(claim.sidecar == name && claim.hex.size() == hexDigits(claim.type));
        for (const core::NamedBmap &bmap : sidecars->bmaps)
            fuzz::require(bmap.name == name);
        // Either it says something, or it is said that it does not.
        fuzz::require(sidecars->unchecked.isEmpty() || sidecars->unchecked == QStringList{name});
        fuzz::require(sidecars->unchecked.isEmpty() ||
                      (sidecars->claims.empty() && sidecars->bmaps.empty()));
    }
    folder.remove(name);
    return 0;
}
