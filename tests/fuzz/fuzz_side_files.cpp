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

QString nameOf(uint8_t index, const fuzz::ScratchFolder &folder)
{
    static const QStringList names = core::sidecarNames(folder.path(image), raw);
    return names[index % names.size()];
}

} // namespace

QList<QByteArray> fuzz::seeds()
{
    const QByteArray sum(64, 'a');
    QList<QByteArray> seeds;
    // Under each name, the last ones being the bmaps'.
    for (char name = 0; name < 12; ++name) {
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
    const QString name = nameOf(data[0], folder);
    folder.write(name, QByteArrayView(data + 1, qsizetype(size - 1)));
    if (const auto sidecars = core::findSidecars(folder.path(image), raw)) {
        const QStringList told = sidecars->names();
        fuzz::require(told.size() <= 1 && (told.isEmpty() || told.first() == name));
        for (const auto *sums : {&sidecars->fileSums, &sidecars->imageSums}) {
            for (const core::ExpectedSum &sum : *sums)
                fuzz::require(sum.file == name);
        }
    }
    folder.remove(name);
    return 0;
}
