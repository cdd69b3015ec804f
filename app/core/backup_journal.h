// SPDX-License-Identifier: GPL-3.0-or-later
// What of an unfinished backup is durable, in a file beside it. Appended to after the data has been
// flushed; every group of entries has a checksum, so that a tail torn by a crash is recognised and
// cut.
//
// Little-endian. Header: "PSBJ", u16 version = 4, u8 format, u8 0, u64 image size, 32 bytes SHA-256
// of the owner's name, checksum. Group:
// u64 first chunk, u32 number of entries, the entries, checksum. Entry: u8 kind (0 ZERO, 1 DATA),
// u32 bytes of a chunk's frame (0 in a raw image), ZERO: u64 number of chunks, DATA: 32 bytes of
// SHA-256. A checksum is the first 8 bytes of the SHA-256 of its header or group. The frames of
// ZERO chunks behind the last DATA one are not in the file yet.
#pragma once

#include "core/chunk_list.h"
#include "core/files.h"

#include <optional>

namespace core
{

enum class BackupFormat : quint8 { Pack = 1, Raw = 2 };

class BackupJournal
{
public:
    struct Contents {
        BackupFormat format = BackupFormat::Pack;
        qint64 size = 0; // bytes of the image
        imaging::Digest owner{};
        ChunkList chunks;
        qint64 validBytes = 0; // of the journal; what follows is torn
    };

    // nullopt when not even the header is whole.
    [[nodiscard]] static std::optional<Contents> parse(QByteArrayView bytes);
    // Of the file; nullopt also when there is none.
    [[nodiscard]] static std::optional<Contents> read(const QString &path);

    // `owner` names the job, whose name itself is not written down: what another job left is not
    // to be gone on with.
    explicit BackupJournal(QString path, const QString &owner = {});
    [[nodiscard]] bool isOwn(const Contents &contents) const { return contents.owner == m_owner; }

    // Begins a new journal in place of what is there.
    [[nodiscard]] protocol::Result<void> create(BackupFormat format, qint64 size);
    // Goes on behind the first `validBytes`.
    [[nodiscard]] protocol::Result<void> resume(qint64 validBytes);
    // The chunks from `first` on; durable on return. A failed append leaves nothing behind that
    // counts.
    [[nodiscard]] protocol::Result<void> append(quint64 first, const ChunkList &chunks);
    void remove();

private:
    [[nodiscard]] protocol::Result<void> write(const QByteArray &bytes);

    QString m_path;
    imaging::Digest m_owner;
    FileDescriptor m_file;
    qint64 m_end = 0;
};

} // namespace core
