// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chunk_codec.h"

#include <zstd.h>

#include <QtEndian>

#include <cstring>
#include <stdexcept>
#include <string>

namespace imaging
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

Failure corrupt(const QString &why)
{
    return {FailureCode::ImageCorrupt, Stage::None, u"zstd frame: %1"_s.arg(why)};
}

// libzstd reports in this way only what the caller did wrong, or that memory ran out. Thrown, it
// ends the one job (protocol::guarded) and not the program.
size_t orThrow(size_t code)
{
    if (ZSTD_isError(code))
        throw std::runtime_error(std::string("zstd: ") + ZSTD_getErrorName(code));
    return code;
}

// Skippable and legacy frames are refused: the one holds no data, the other makes the decoder
// allocate.
bool hasFrameMagic(std::span<const std::byte> frame)
{
    return frame.size() >= sizeof(quint32) &&
           qFromLittleEndian<quint32>(frame.data()) == ZSTD_MAGICNUMBER;
}

} // namespace

struct ChunkCompressor::State {
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ~State() { ZSTD_freeCCtx(context); }
};

ChunkCompressor::ChunkCompressor(int level) : m_state(std::make_unique<State>())
{
    Q_CHECK_PTR(m_state->context);
    orThrow(ZSTD_CCtx_setParameter(m_state->context, ZSTD_c_compressionLevel, level));
    orThrow(ZSTD_CCtx_setParameter(m_state->context, ZSTD_c_contentSizeFlag, 1));
    orThrow(ZSTD_CCtx_setParameter(m_state->context, ZSTD_c_checksumFlag, 0));
}

ChunkCompressor::~ChunkCompressor() = default;

size_t ChunkCompressor::compress(std::span<const std::byte> chunk, std::span<std::byte> out)
{
    return orThrow(
        ZSTD_compress2(m_state->context, out.data(), out.size(), chunk.data(), chunk.size()));
}

struct ChunkDecompressor::State {
    ZSTD_DCtx *context = ZSTD_createDCtx();
    ~State() { ZSTD_freeDCtx(context); }
};

ChunkDecompressor::ChunkDecompressor() : m_state(std::make_unique<State>())
{
    Q_CHECK_PTR(m_state->context);
}

ChunkDecompressor::~ChunkDecompressor() = default;

Result<void> ChunkDecompressor::decompress(std::span<const std::byte> frame,
                                           std::span<std::byte> out)
{
    if (!hasFrameMagic(frame))
        return corrupt(u"it does not begin as one"_s);
    const auto stated = ZSTD_getFrameContentSize(frame.data(), frame.size());
    if (stated != out.size())
        return corrupt(u"it states another content than %1 bytes"_s.arg(out.size()));
    if (ZSTD_findFrameCompressedSize(frame.data(), frame.size()) != frame.size())
        return corrupt(u"it is not %1 bytes long"_s.arg(frame.size()));
    const size_t got =
        ZSTD_decompressDCtx(m_state->context, out.data(), out.size(), frame.data(), frame.size());
    if (ZSTD_isError(got))
        return corrupt(QString::fromLatin1(ZSTD_getErrorName(got)));
    if (got != out.size())
        return corrupt(u"%1 bytes instead of %2"_s.arg(got).arg(out.size()));
    return {};
}

bool isZero(std::span<const std::byte> bytes)
{
    // Once the first few bytes are zero, all are if each equals its neighbour: memcmp at memory
    // speed.
    constexpr size_t head = 16;
    static constexpr std::byte zeros[head] = {};
    if (bytes.size() <= head)
        return bytes.empty() || std::memcmp(bytes.data(), zeros, bytes.size()) == 0;
    return std::memcmp(bytes.data(), zeros, head) == 0 &&
           std::memcmp(bytes.data(), bytes.data() + head, bytes.size() - head) == 0;
}

} // namespace imaging
