// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/sidecar_file.h"

#include "core/import/archive_stream.h"

#include <QFile>
#include <QFileInfo>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;

namespace
{

Result<QByteArray> readWhole(const QString &path, qint64 most)
{
    QFile file(path);
    const QString name = QFileInfo(path).fileName();
    if (!file.open(QIODevice::ReadOnly))
        return sidecarUnusable(name, file.errorString());
    const QByteArray bytes = file.read(most + 1);
    if (bytes.size() > most)
        return sidecarUnusable(name, u"has more than %1 bytes"_s.arg(most));
    return bytes;
}

// To the stream's end, for only there it is known to be whole; but no further than one byte more
// than may be.
Result<QByteArray> readAll(ByteStream &stream, qint64 most)
{
    QByteArray bytes(most + 1, Qt::Uninitialized);
    const auto room = std::as_writable_bytes(std::span(bytes.data(), size_t(bytes.size())));
    size_t filled = 0;
    while (filled < room.size()) {
        const auto read = stream.read(room.subspan(filled));
        if (!read)
            return read.failure();
        if (*read == 0)
            break;
        filled += *read;
    }
    return bytes.first(qsizetype(filled));
}

Result<QByteArray> unpack(const QString &path, Wrapping wrapping, qint64 most)
{
    WorkControl control;
    const auto file = SourceFile::open(path, control);
    if (!file)
        return file.failure();
    const auto stream = openStream(**file, wrapping);
    if (!stream)
        return stream.failure();
    return readAll(**stream, most);
}

// The decoders speak of images.
Result<QByteArray> readUnpacked(const QString &path, Wrapping wrapping, qint64 most)
{
    auto bytes = unpack(path, wrapping, most);
    const QString name = QFileInfo(path).fileName();
    if (!bytes)
        return sidecarUnusable(name, bytes.failure().detail);
    if (bytes->size() > most)
        return sidecarUnusable(name, u"unpacks to more than %1 bytes"_s.arg(most));
    return bytes;
}

} // namespace

Failure sidecarUnusable(const QString &name, const QString &why)
{
    return {FailureCode::SidecarUnusable, protocol::Stage::Import, u"%1: %2"_s.arg(name, why)};
}

Result<QByteArray> readSidecar(const QString &path, const SidecarName &name)
{
    const qint64 most = name.kind == SidecarKind::Bmap ? maxBmapBytes : maxSumFileBytes;
    if (name.wrapping == Wrapping::None)
        return readWhole(path, most);
    return readUnpacked(path, name.wrapping, most);
}

} // namespace core
