// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backup_journal.h"

#include <QFile>
#include <QtEndian>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace core
{

using imaging::ChunkKind;
using imaging::Digest;
using protocol::Result;

namespace
{

constexpr char magic[] = {'P', 'S', 'B', 'J'};
constexpr quint16 version = 4;
constexpr qsizetype checksumBytes = 8;
constexpr qsizetype headerBytes = 4 + 2 + 1 + 1 + 8 + qsizetype(sizeof(Digest));
constexpr qsizetype groupHeadBytes = 8 + 4;

QByteArray checksum(QByteArrayView bytes)
{
    const Digest digest =
        imaging::Sha256::of(std::as_bytes(std::span(bytes.data(), size_t(bytes.size()))));
    return QByteArray(reinterpret_cast<const char *>(digest.data()), checksumBytes);
}

template<class Number>
void put(QByteArray &out, Number value)
{
    char bytes[sizeof(Number)];
    qToLittleEndian(value, bytes);
    out.append(bytes, sizeof bytes);
}

// Reads numbers front to back; `ok` turns false at the end of the bytes.
class Reader
{
public:
    explicit Reader(QByteArrayView bytes) : m_bytes(bytes) {}

    template<class Number>
    Number number()
    {
        const QByteArrayView bytes = take(sizeof(Number));
        return bytes.isEmpty() ? Number() : qFromLittleEndian<Number>(bytes.data());
    }

    QByteArrayView take(qsizetype count)
    {
        if (count > m_bytes.size() - m_at) {
            m_ok = false;
            return {};
        }
        m_at += count;
        return m_bytes.sliced(m_at - count, count);
    }

    // The checksum that stands here is that of everything since `from`.
    bool checked(qsizetype from)
    {
        const QByteArrayView covered = m_bytes.sliced(from, m_at - from);
        const QByteArrayView stored = take(checksumBytes);
        return m_ok && stored == checksum(covered);
    }

    [[nodiscard]] bool ok() const { return m_ok; }
    [[nodiscard]] qsizetype at() const { return m_at; }
    [[nodiscard]] bool atEnd() const { return m_at == m_bytes.size(); }

private:
    QByteArrayView m_bytes;
    qsizetype m_at = 0;
    bool m_ok = true;
};

bool isFormat(quint8 format)
{
    return format == quint8(BackupFormat::Pack) || format == quint8(BackupFormat::Raw);
}

bool readHeader(Reader &reader, BackupJournal::Contents &contents)
{
    const bool ours = reader.take(sizeof magic) == QByteArrayView(magic, sizeof magic);
    const auto stated = reader.number<quint16>();
    const auto format = reader.number<quint8>();
    const auto reserved = reader.number<quint8>();
    const auto size = reader.number<quint64>();
    const QByteArrayView owner = reader.take(sizeof(Digest));
    if (!reader.ok() || !ours || stated != version || !isFormat(format) || reserved != 0 ||
        size == 0 || size > quint64(protocol::maxImageBytes) || !reader.checked(0))
        return false;
    contents.format = BackupFormat(format);
    contents.size = qint64(size);
    std::memcpy(contents.owner.data(), owner.data(), sizeof(Digest));
    return true;
}

// Adds it to `chunks`, which may have `room` more.
bool readEntry(Reader &reader, BackupFormat format, quint64 room, ChunkList &chunks)
{
    const auto kind = reader.number<quint8>();
    const auto frame = reader.number<quint32>();
    const bool fits =
        format == BackupFormat::Raw ? frame == 0 : frame > 0 && frame <= protocol::maxFrameBytes;
    if (!reader.ok() || kind > quint8(ChunkKind::Data) || !fits)
        return false;
    if (ChunkKind(kind) == ChunkKind::Zero) {
        const auto count = reader.number<quint64>();
        if (!reader.ok() || count == 0 || count > room)
            return false;
        chunks.addZeros(count, frame);
        return true;
    }
    const QByteArrayView bytes = reader.take(sizeof(Digest));
    if (!reader.ok() || room == 0)
        return false;
    Digest digest;
    std::memcpy(digest.data(), bytes.data(), sizeof(Digest));
    chunks.addData(digest, frame);
    return true;
}

// Adds one group to `contents`, or nothing when it is not whole.
bool readGroup(Reader &reader, BackupJournal::Contents &contents)
{
    const qsizetype start = reader.at();
    const auto first = reader.number<quint64>();
    const auto count = reader.number<quint32>();
    const quint64 before = contents.chunks.count();
    const quint64 all = imaging::chunkCount(contents.size);
    if (!reader.ok() || first != before || count == 0)
        return false;
    bool whole = true;
    for (quint32 i = 0; i < count && whole; ++i)
        whole = readEntry(reader, contents.format, all - contents.chunks.count(), contents.chunks);
    if (whole && reader.checked(start))
        return true;
    contents.chunks.resize(before);
    return false;
}

void putPart(QByteArray &group, const ChunkList::Part &part)
{
    if (part.zeros > 0) {
        put(group, quint8(ChunkKind::Zero));
        put(group, part.zeroFrame);
        put(group, part.zeros);
    }
    for (const ChunkList::Data &data : part.data) {
        put(group, quint8(ChunkKind::Data));
        put(group, data.frame);
        group.append(reinterpret_cast<const char *>(data.digest.data()), sizeof(Digest));
    }
}

} // namespace

BackupJournal::BackupJournal(QString path, const QString &owner)
    : m_path(std::move(path)), m_owner(imaging::Sha256::of(std::as_bytes(std::span(owner))))
{
}

std::optional<BackupJournal::Contents> BackupJournal::parse(QByteArrayView bytes)
{
    Reader reader(bytes);
    Contents contents;
    if (!readHeader(reader, contents))
        return std::nullopt;
    contents.validBytes = reader.at();
    while (!reader.atEnd() && readGroup(reader, contents))
        contents.validBytes = reader.at();
    return contents;
}

std::optional<BackupJournal::Contents> BackupJournal::read(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    return parse(file.readAll());
}

Result<void> BackupJournal::create(BackupFormat format, qint64 size)
{
    m_file = openFile(m_path, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW);
    if (!m_file)
        return fileFailure(errno, m_path, protocol::FailureCode::DestinationUnwritable);
    QByteArray header(magic, sizeof magic);
    header.reserve(headerBytes + checksumBytes);
    put(header, version);
    put(header, quint8(format));
    put(header, quint8(0));
    put(header, quint64(size));
    header.append(reinterpret_cast<const char *>(m_owner.data()), sizeof(Digest));
    m_end = 0;
    return write(header + checksum(header));
}

Result<void> BackupJournal::resume(qint64 validBytes)
{
    m_file = openFile(m_path, O_RDWR | O_NOFOLLOW);
    if (!m_file || ::ftruncate(m_file.get(), validBytes) != 0)
        return fileFailure(errno, m_path, protocol::FailureCode::DestinationUnwritable);
    m_end = validBytes;
    return {};
}

Result<void> BackupJournal::append(quint64 first, const ChunkList &chunks)
{
    const auto parts = chunks.parts(first);
    quint32 entries = 0;
    for (const ChunkList::Part &part : parts)
        entries += quint32(part.data.size()) + (part.zeros > 0 ? 1 : 0);
    QByteArray group;
    group.reserve(groupHeadBytes + qsizetype(entries) * 37 + checksumBytes);
    put(group, first);
    put(group, entries);
    for (const ChunkList::Part &part : parts)
        putPart(group, part);
    return write(group + checksum(group));
}

Result<void> BackupJournal::write(const QByteArray &bytes)
{
    const auto view = std::as_bytes(std::span(bytes.constData(), size_t(bytes.size())));
    if (const auto written = writeAt(m_file.get(), m_end, view); !written)
        return written;
    if (::fdatasync(m_file.get()) != 0)
        return fileFailure(errno, m_path);
    m_end += bytes.size();
    return {};
}

void BackupJournal::remove()
{
    m_file.close();
    m_end = 0;
    QFile::remove(m_path);
}

} // namespace core
