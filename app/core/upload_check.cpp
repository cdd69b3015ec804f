// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/upload_check.h"

namespace core
{

using namespace Qt::StringLiterals;
using imaging::ChunkEntry;
using imaging::ChunkKind;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;
using protocol::UploadRecord;

namespace
{

Failure failure(FailureCode code, quint64 index, const QString &why)
{
    return {code, Stage::Receive, u"chunk %1: %2"_s.arg(index).arg(why)};
}

} // namespace

Result<std::span<const std::byte>> UploadCheck::unpack(quint64 index, quint32 length,
                                                       const UploadRecord &record,
                                                       std::span<const std::byte> frame)
{
    if (frame.size() != record.frameBytes)
        return failure(FailureCode::BadRequest, index, u"a frame of another length"_s);
    const auto chunk = m_chunk.first(length);
    if (const auto done = m_decompressor.decompress(frame, chunk); !done)
        return failure(FailureCode::ImageCorrupt, index, done.failure().detail);
    if (imaging::Sha256::of(chunk) != record.digest)
        return failure(FailureCode::ImageCorrupt, index, u"does not have its record's hash"_s);
    return std::span<const std::byte>(chunk);
}

Result<void> checkResent(const ChunkList &chunks, quint64 index, quint64 count,
                         const UploadRecord &record)
{
    ChunkEntry expected;
    if (record.kind == UploadRecord::Kind::Data)
        expected = {ChunkKind::Data, record.digest};
    if (const auto other = chunks.firstOther(index, count, expected))
        return failure(FailureCode::BackupMismatch, *other, u"is another one than before"_s);
    return {};
}

} // namespace core
