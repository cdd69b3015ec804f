// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backup_journal.h"

#include "imaging/descriptor_io.h"

#include <QFile>
#include <QtEndian>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace core
{

using imaging::ChunkKind;
using imaging::Digest;
using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

constexpr char magic[] = {'P', 'S', 'B', 'J'};
constexpr quint16 version = 6;
constexpr quint16 versionWithoutProof = 5;
constexpr std::array<quint16, 2> versionsWithoutFiles{2, 4};
constexpr qsizetype checksumBytes = 8;
constexpr qsizetype headerBytes =
    4 + 2 + 1 + 1 + 8 + qsizetype(sizeof(Digest)) + 8 + 8 + 8 + 8 + qsizetype(sizeof(Digest));
// Of a journal that is read at all: of the largest image there are some 80 MB.
constexpr qint64 maxJournalBytes = 256 * 1024 * 1024;
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

FileProof readProof(Reader &reader)
{
    FileProof proof;
    proof.from = qint64(reader.number<quint64>());
    proof.bytes = qint64(reader.number<quint64>());
    const QByteArrayView digest = reader.take(sizeof(Digest));
    if (reader.ok())
        std::memcpy(proof.digest.data(), digest.data(), sizeof(Digest));
    return proof;
}

bool isSane(const FileProof &proof)
{
    return proof.from >= 0 && proof.bytes >= 0 && proof.bytes <= qint64(protocol::maxFrameBytes) &&
           proof.from <= protocol::maxImageBytes;
}

bool readHeader(Reader &reader, BackupJournal::Contents &contents)
{
    const bool ours = reader.take(sizeof magic) == QByteArrayView(magic, sizeof magic);
    const auto stated = reader.number<quint16>();
    const auto format = reader.number<quint8>();
    const auto reserved = reader.number<quint8>();
    const auto size = reader.number<quint64>();
    const QByteArrayView owner = reader.take(sizeof(Digest));
    const bool old = std::find(versionsWithoutFiles.begin(), versionsWithoutFiles.end(), stated) !=
                     versionsWithoutFiles.end();
    contents.isOld = old || stated == versionWithoutProof;
    contents.part = old ? BackupJournal::anyFile : reader.number<quint64>();
    contents.replaced = old ? 0 : reader.number<quint64>();
    contents.proof = contents.isOld ? FileProof() : readProof(reader);
    if (!reader.ok() || !ours || (stated != version && !contents.isOld) || !isFormat(format) ||
        reserved != 0 || size > quint64(protocol::maxImageBytes) || !isSane(contents.proof) ||
        !reader.checked(0))
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
    if (contents.isOld)
        return contents;
    while (!reader.atEnd() && readGroup(reader, contents))
        contents.validBytes = reader.at();
    return contents;
}

std::optional<BackupJournal::Contents> BackupJournal::read(const QString &path)
{
    // A FIFO of that name would never be opened otherwise.
    const FileDescriptor file = openFile(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const auto stamp = file && isOwnFile(file.get()) ? fileStamp(file.get()) : std::nullopt;
    if (!stamp || stamp->size > maxJournalBytes)
        return std::nullopt;
    QByteArray bytes(qsizetype(stamp->size), Qt::Uninitialized);
    const auto out = std::as_writable_bytes(std::span(bytes.data(), size_t(bytes.size())));
    if (imaging::readFully(file.get(), 0, out).bytes != out.size())
        return std::nullopt;
    return parse(bytes);
}

quint64 BackupJournal::identityOf(int descriptor)
{
    return keepsInodes(descriptor) ? fileIdentity(descriptor) : anyFile;
}

bool BackupJournal::isSame(quint64 written, int descriptor)
{
    const auto stamp = fileStamp(descriptor);
    if (!stamp || !isOwnFile(descriptor))
        return false;
    // About to be made: with anything in it, it is somebody else's.
    if (written == 0)
        return stamp->size == 0;
    return written == anyFile || written == fileIdentity(descriptor);
}

bool BackupJournal::isSame(const Contents &written, int descriptor)
{
    if (!isSame(written.part, descriptor))
        return false;
    if (written.part != anyFile || written.isOld)
        return true;
    return written.proof.matches(descriptor) || isBlank(descriptor);
}

Result<void> BackupJournal::openOwn(int flags)
{
    if (m_file)
        return {};
    m_file = openFile(m_path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | flags);
    if (!m_file)
        return fileFailure(errno, m_path, FailureCode::DestinationUnwritable);
    if (isOwnFile(m_file.get()))
        return {};
    m_file.close();
    return Failure{FailureCode::DestinationUnwritable, Stage::Receive,
                   m_path + ": is not a file of this station"_L1};
}

Result<void> BackupJournal::create(BackupFormat format, qint64 size, quint64 part)
{
    // What is there is a journal of the station's, or nothing: without one there is no .part of its
    // own, and with another file of that name none is made.
    const auto stamp = fileStamp(m_path);
    if (!m_file && stamp && stamp->size > 0 && !read(m_path))
        return Failure{FailureCode::DestinationUnwritable, Stage::Receive,
                       m_path + ": is not a file of this station"_L1};
    if (const auto opened = openOwn(O_CREAT); !opened)
        return opened;
    m_format = format;
    m_size = size;
    m_part = part;
    m_replaced = 0;
    m_proof = {};
    // Cut first: what follows a header of another size must not be taken for its entries.
    if (stamp && stamp->size > headerBytes + checksumBytes &&
        ::ftruncate(m_file.get(), headerBytes + checksumBytes) != 0)
        return fileFailure(errno, m_path, FailureCode::DestinationUnwritable);
    return writeHeader();
}

QByteArray BackupJournal::header() const
{
    QByteArray header(magic, sizeof magic);
    header.reserve(headerBytes + checksumBytes);
    put(header, version);
    put(header, quint8(m_format));
    put(header, quint8(0));
    put(header, quint64(m_size));
    header.append(reinterpret_cast<const char *>(m_owner.data()), sizeof(Digest));
    put(header, m_part);
    put(header, m_replaced);
    put(header, quint64(m_proof.from));
    put(header, quint64(m_proof.bytes));
    header.append(reinterpret_cast<const char *>(m_proof.digest.data()), sizeof(Digest));
    return header + checksum(header);
}

// In one piece, within one sector: there is always a whole header.
Result<void> BackupJournal::writeHeader()
{
    m_end = 0;
    return write(header());
}

Result<void> BackupJournal::noteReplaced(quint64 identity)
{
    m_replaced = identity;
    return rewriteHeader();
}

Result<void> BackupJournal::noteProof(const FileProof &proof)
{
    m_proof = proof;
    return rewriteHeader();
}

Result<void> BackupJournal::rewriteHeader()
{
    const qint64 end = m_end;
    const auto written = writeHeader();
    m_end = std::max(end, m_end);
    return written;
}

Result<void> BackupJournal::resume(const Contents &contents)
{
    if (const auto opened = openOwn(0); !opened)
        return opened;
    m_format = contents.format;
    m_size = contents.size;
    m_part = contents.part;
    m_replaced = contents.replaced;
    m_proof = contents.proof;
    if (::ftruncate(m_file.get(), contents.validBytes) != 0)
        return fileFailure(errno, m_path, FailureCode::DestinationUnwritable);
    m_end = contents.validBytes;
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
    const auto opened = m_file ? fileStamp(m_file.get()) : std::nullopt;
    const auto named = fileStamp(m_path);
    if (opened && named && opened->inode == named->inode)
        QFile::remove(m_path);
    m_file.close();
    m_end = 0;
}

} // namespace core
