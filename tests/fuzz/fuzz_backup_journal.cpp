// SPDX-License-Identifier: GPL-3.0-or-later
// The first byte says whether the checksums of header and groups are made right before parsing:
// hardly a change would pass them.
#include "core/backup_journal.h"
#include "fuzz_target.h"

#include <QtEndian>

#include <algorithm>

using core::BackupJournal;

namespace
{

constexpr qsizetype checksumBytes = 8;
constexpr qsizetype headerBytes = 112;
constexpr qsizetype oldHeaderBytes = 48;
constexpr qsizetype groupHeadBytes = 12;
constexpr qsizetype entryHeadBytes = 5;
constexpr qsizetype digestBytes = 32;
constexpr qsizetype runBytes = 8; // how many ZERO chunks

// Of [from, to), written behind it; false where there is no room.
bool sign(QByteArray &journal, qsizetype from, qsizetype to)
{
    if (to + checksumBytes > journal.size())
        return false;
    const auto covered = QByteArrayView(journal).sliced(from, to - from);
    const auto digest =
        imaging::Sha256::of(std::as_bytes(std::span(covered.data(), size_t(covered.size()))));
    std::copy_n(reinterpret_cast<const char *>(digest.data()), checksumBytes, journal.data() + to);
    return true;
}

void signAll(QByteArray &journal)
{
    qsizetype at = headerBytes;
    for (bool room = sign(journal, 0, at); room;) {
        const qsizetype begin = at + checksumBytes;
        if (begin + groupHeadBytes > journal.size())
            return;
        quint32 count = qFromLittleEndian<quint32>(journal.constData() + begin + 8);
        qsizetype end = begin + groupHeadBytes;
        for (; count > 0 && end + entryHeadBytes <= journal.size(); --count)
            end += entryHeadBytes + (journal[end] == 1 ? digestBytes : runBytes);
        room = sign(journal, begin, end);
        at = end;
    }
}

template<class Number>
QByteArray little(Number value)
{
    QByteArray bytes(sizeof value, '\0');
    qToLittleEndian(value, bytes.data());
    return bytes;
}

QByteArray journalOf(char format, quint32 frame)
{
    const QByteArray sum(checksumBytes, '\0');
    QByteArray journal = QByteArray("PSBJ") + little<quint16>(6) + format + '\0' +
                         little<quint64>(9 << 20) + QByteArray(digestBytes, 'o') +
                         little<quint64>(4711) + little<quint64>(0) + little<quint64>(0) +
                         little<quint64>(frame) + QByteArray(digestBytes, 'p') + sum;
    journal += little<quint64>(0) + little<quint32>(2) + '\1' + little(frame) +
               QByteArray(digestBytes, 'd') + '\0' + little(frame) + little<quint64>(1) + sum;
    journal +=
        little<quint64>(2) + little<quint32>(1) + '\0' + little(frame) + little<quint64>(5) + sum;
    signAll(journal);
    return journal;
}

} // namespace

QList<QByteArray> fuzz::seeds()
{
    const QByteArray pack = journalOf(1, 4711);
    const QByteArray raw = journalOf(2, 0);
    fuzz::require(BackupJournal::parse(pack)->chunks.count() == 7);
    fuzz::require(BackupJournal::parse(raw)->chunks.count() == 7);
    return {'\0' + pack, '\1' + pack, '\1' + raw};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    QByteArray journal(reinterpret_cast<const char *>(data + 1), qsizetype(size - 1));
    if (data[0] & 1)
        signAll(journal);
    const auto contents = BackupJournal::parse(journal);
    if (!contents)
        return 0;
    fuzz::require(contents->size >= 0 && contents->size <= protocol::maxImageBytes);
    fuzz::require(contents->validBytes >= oldHeaderBytes + checksumBytes &&
                  contents->validBytes <= journal.size());
    fuzz::require(contents->chunks.count() <= imaging::chunkCount(contents->size));
    for (const core::ChunkList::Part &part : contents->chunks.parts(0)) {
        fuzz::require(part.zeroFrame <= protocol::maxFrameBytes);
        for (const core::ChunkList::Data &chunk : part.data)
            fuzz::require(chunk.frame <= protocol::maxFrameBytes);
    }
    return 0;
}
