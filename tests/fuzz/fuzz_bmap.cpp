// SPDX-License-Identifier: GPL-3.0-or-later
// Bmaps and files of sums, which lie beside an image and come from anywhere.
#include "core/import/bmap.h"
#include "core/import/sidecar_text.h"
#include "core/import/sum_file.h"
#include "fuzz_target.h"

#include "protocol/limits.h"

QList<QByteArray> fuzz::seeds()
{
    const QByteArray head = "<bmap version=\"2.0\"><ImageSize> 40000 </ImageSize>"
                            "<BlockSize> 4096 </BlockSize><BlocksCount> 10 </BlocksCount>"
                            "<MappedBlocksCount> 6 </MappedBlocksCount>";
    const QByteArray tail = "<BlockMap><Range> 0-3 </Range><Range> 5 </Range>"
                            "<Range> 9 </Range></BlockMap></bmap>";
    const QByteArray sum(64, 'a');
    return {head + tail,
            "<?xml version=\"1.0\" ?><!-- c -->" + head + "<ChecksumType>sha1</ChecksumType>" +
                tail,
            sum + "  a.img\n" + sum + " *b.img\nSHA256 (c.img) = " + sum + "\n" + sum,
            "Algorithm : SHA256\nHash      : " + sum + "\nPath      : C:\\out\\a.img\n\n",
            "SHA256 hash of a.img:\n" + sum + "\nCertUtil: done\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    for (const core::SumLine &line : core::parseSums(core::decodeText(bytes)))
        fuzz::require(!line.name.contains(u'/'));
    const auto bmap = core::parseBmap(bytes);
    if (!bmap)
        return 0;
    fuzz::require(bmap->imageSize > 0 && bmap->imageSize <= protocol::maxImageBytes);
    qint64 end = 0;
    for (const core::BmapRange &range : bmap->ranges) {
        fuzz::require(range.offset >= end && range.length > 0);
        end = range.offset + range.length;
        fuzz::require(end <= bmap->imageSize);
    }
    return 0;
}
