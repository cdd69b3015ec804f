// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are imported, compressed and raw: opened as an import does and read to the end. The
// first byte says what the file's name promises; the corpus has one of each kind.
#include "core/import/image_name.h"
#include "core/import/image_opener.h"
#include "fuzz/scratch_folder.h"
#include "imaging/aligned_buffer.h"

using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 mostUnpacked = 4 << 20;

core::ImportLimits smallLimits()
{
    core::ImportLimits limits;
    limits.maxUnpackedBytes = mostUnpacked;
    return limits;
}

const QStringList &names()
{
    static const QStringList list{u"a.img"_s,     u"a.img.gz"_s,  u"a.img.xz"_s,
                                  u"a.img.bz2"_s, u"a.img.zst"_s, u"a.img.zip"_s};
    return list;
}

void readAll(core::OpenedImage &opened)
{
    static imaging::AlignedBuffer buffer(imaging::chunkBytes);
    qint64 bytes = 0;
    for (;;) {
        const auto chunk = opened.source->next(buffer.first(imaging::chunkBytes));
        if (!chunk || chunk->length == 0)
            return;
        bytes += chunk->length;
        fuzz::require(chunk->length <= imaging::chunkBytes && bytes <= mostUnpacked);
    }
}

} // namespace

QList<QByteArray> fuzz::seeds()
{
    return {QByteArray(1, '\0') + QByteArray(5000, 'a')};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 256 * 1024)
        return 0;
    static const fuzz::ScratchFolder folder;
    const QString name = names()[data[0] % names().size()];
    folder.write(name, QByteArrayView(data + 1, qsizetype(size - 1)));
    core::WorkControl control;
    if (auto opened = core::openImage(folder.path(name), control, smallLimits()))
        readAll(*opened);
    folder.remove(name);
    return 0;
}
