// SPDX-License-Identifier: GPL-3.0-or-later
// Images and packs for the tests of imaging: the same on every run.
#pragma once

#include "imaging/chunk_codec.h"
#include "imaging/pack.h"

#include <QFile>

#include <cstring>
#include <random>
#include <vector>

namespace samples
{

using Bytes = std::vector<std::byte>;

inline std::span<const std::byte> view(const QByteArray &bytes)
{
    return std::as_bytes(std::span(bytes.constData(), size_t(bytes.size())));
}

// Does not compress.
inline QByteArray noise(qint64 bytes, quint32 seed)
{
    std::mt19937 random(seed);
    QByteArray out(qsizetype(bytes), Qt::Uninitialized);
    for (qsizetype at = 0; at < out.size(); at += 4) {
        const quint32 word = random();
        memcpy(out.data() + at, &word, size_t(std::min<qsizetype>(4, out.size() - at)));
    }
    return out;
}

// Per chunk by turns: noise, zeros, text; the last chunk, whole or short, as its turn says.
inline QByteArray mixed(qint64 bytes, quint32 seed = 1)
{
    QByteArray out;
    out.reserve(qsizetype(bytes));
    for (int turn = 0; out.size() < bytes; ++turn) {
        const qint64 length = std::min<qint64>(protocol::chunkBytes, bytes - out.size());
        if (turn % 3 == 0)
            out += noise(length, seed + quint32(turn));
        else if (turn % 3 == 1)
            out += QByteArray(qsizetype(length), '\0');
        else
            out += QByteArray("golden image ").repeated(qsizetype(length) / 13 + 1).first(length);
    }
    return out;
}

inline bool writeFile(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

inline QByteArray readFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// Appends all of `image` to `writer`; false when one call fails.
inline bool appendImage(imaging::PackWriter &writer, const QByteArray &image, int level = 3)
{
    imaging::ChunkCompressor compressor(level);
    Bytes frame(protocol::maxFrameBytes);
    for (qint64 at = 0; at < image.size(); at += protocol::chunkBytes) {
        const auto chunk = view(image).subspan(
            size_t(at), size_t(std::min<qint64>(protocol::chunkBytes, image.size() - at)));
        const bool zero = imaging::isZero(chunk);
        const size_t bytes = zero ? 0 : compressor.compress(chunk, frame);
        const auto done =
            zero ? writer.appendZero(1, quint32(chunk.size()))
                 : writer.appendData(imaging::Sha256::of(chunk), std::span(frame).first(bytes));
        if (!done)
            return false;
    }
    return true;
}

inline bool writePack(const QString &path, const QByteArray &image)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return false;
    imaging::PackWriter writer(file.handle());
    return appendImage(writer, image) && writer.finish(image.size()).ok();
}

} // namespace samples
