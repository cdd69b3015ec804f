// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz_target.h"
#include "protocol/limits.h"
#include "protocol/upload_record.h"

#include <algorithm>
#include <array>

using namespace protocol;

namespace
{

QByteArray headOf(const UploadRecord &record)
{
    std::array<std::byte, dataRecordHeadBytes> head;
    const size_t bytes = encodeHead(record, head);
    return QByteArray(reinterpret_cast<const char *>(head.data()), qsizetype(bytes));
}

} // namespace

QList<QByteArray> fuzz::seeds()
{
    UploadRecord data;
    data.kind = UploadRecord::Kind::Data;
    data.frameBytes = 4711;
    UploadRecord zero;
    zero.zeroChunks = 3;
    return {headOf(data), headOf(zero)};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const auto head = std::as_bytes(std::span(data, size));
    const auto record = decodeHead(head);
    if (!record)
        return 0;
    fuzz::require(headBytes(head[0]) == size);
    fuzz::require(record->frameBytes <= maxFrameBytes);
    fuzz::require((record->frameBytes > 0) != (record->zeroChunks > 0));
    fuzz::require(headOf(*record) == QByteArrayView(data, qsizetype(size)));
    return 0;
}
