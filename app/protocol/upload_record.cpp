// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/upload_record.h"

#include "protocol/limits.h"

#include <QtEndian>

#include <algorithm>

namespace protocol
{

using namespace Qt::StringLiterals;

size_t encodeHead(const UploadRecord &record, std::span<std::byte> out)
{
    out[0] = std::byte(record.kind);
    const bool data = record.kind == UploadRecord::Kind::Data;
    qToLittleEndian<quint32>(data ? record.frameBytes : record.zeroChunks, out.data() + 1);
    if (!data)
        return zeroRecordBytes;
    std::copy(record.digest.begin(), record.digest.end(), out.begin() + zeroRecordBytes);
    return dataRecordHeadBytes;
}

std::optional<size_t> headBytes(std::byte first)
{
    switch (UploadRecord::Kind(first)) {
    case UploadRecord::Kind::Data:
        return dataRecordHeadBytes;
    case UploadRecord::Kind::Zero:
        return zeroRecordBytes;
    }
    return std::nullopt;
}

Result<UploadRecord> decodeHead(std::span<const std::byte> head)
{
    const Failure malformed{FailureCode::BadRequest, Stage::Receive, u"malformed upload record"_s};
    if (head.empty() || headBytes(head[0]) != head.size())
        return malformed;
    const quint32 number = qFromLittleEndian<quint32>(head.data() + 1);
    UploadRecord record;
    record.kind = UploadRecord::Kind(head[0]);
    if (number == 0)
        return malformed;
    if (record.kind == UploadRecord::Kind::Zero) {
        record.zeroChunks = number;
        return record;
    }
    if (number > maxFrameBytes)
        return malformed;
    record.frameBytes = number;
    std::copy_n(head.begin() + zeroRecordBytes, recordDigestBytes, record.digest.begin());
    return record;
}

} // namespace protocol
