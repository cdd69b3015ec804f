// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image_fit.h"

#include "core/image_warnings.h"

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

// One past the last byte of the image that must be written; what follows reads as zero.
qint64 dataEnd(const imaging::BlockMap &map)
{
    for (quint64 index = map.count(); index-- > 0;) {
        if (map.entry(index).kind == imaging::ChunkKind::Data)
            return qint64(index) * imaging::chunkBytes + map.length(index);
    }
    return 0;
}

Failure tooSmall(qint64 size, qint64 room, const QString &why)
{
    return {FailureCode::DeviceTooSmall, Stage::None,
            u"image has %1 bytes, device %2%3"_s.arg(size).arg(room).arg(why)};
}

} // namespace

Result<void> checkFit(const Device &device, const imaging::PackReader &pack,
                      const JobOptions &options, const Image *image)
{
    if (device.level == Level::Full && device.storage.type == "SD"_L1 && !options.allowSd)
        return Failure{FailureCode::DeviceIsSdCard, Stage::None, device.storage.name};
    const qint64 room = device.storage.size;
    const imaging::BlockMap &map = pack.tail().map();
    if (room <= 0 || map.imageSize() <= room)
        return {};
    // Our client leaves out what reads as zero beyond the end; dd does not.
    if (device.level != Level::Full || dataEnd(map) > room)
        return tooSmall(map.imageSize(), room, {});
    // Zeros may be a file system's own.
    if (image && !mayBeCutAt(*image, room))
        return tooSmall(map.imageSize(), room, u": no partition table says where it may be cut"_s);
    return {};
}

} // namespace core
