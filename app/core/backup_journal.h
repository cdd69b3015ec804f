// SPDX-License-Identifier: GPL-3.0-or-later
// What of an unfinished backup is durable, in a file beside it, and the proof that the station made
// that .part: without one nothing of that name is cut, removed or gone on with. Appended to after
// the data has been flushed; every group of entries has a checksum, so that a tail torn by a crash
// is recognised and cut.
//
// Little-endian. Header: "PSBJ", u16 version = 6, u8 format, u8 0, u64 image size (0: not told
// yet), 32 bytes SHA-256 of the owner's name, u64 fileIdentity() of the .part (0: about to be
// made), u64 that of the file that it replaces (0: none), u64 from, u64 bytes and 32 bytes digest
// of a FileProof (bytes 0: none), checksum. Version 5 had no FileProof, 2 and 4 nothing behind the
// owner: they are a proof, but not gone on with. Group:
// u64 first chunk, u32 number of entries, the entries, checksum. Entry: u8 kind (0 ZERO, 1 DATA),
// u32 bytes of a chunk's frame (0 in a raw image), ZERO: u64 number of chunks, DATA: 32 bytes of
// SHA-256. A checksum is the first 8 bytes of the SHA-256 of its header or group. The frames of
// ZERO chunks behind the last DATA one are not in the file yet.
#pragma once

#include "core/chunk_list.h"
#include "core/file_proof.h"
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
        quint64 part = 0;     // its fileIdentity(); 0: it was about to be made
        quint64 replaced = 0; // of what was about to be replaced; 0: nothing
        FileProof proof;      // of its first data, where `part` is anyFile
        ChunkList chunks;
        qint64 validBytes = 0; // of the journal; what follows is torn
        bool isOld = false;    // of a version that is not gone on with: a proof, without chunks
    };

    // nullopt when not even the header is whole.
    [[nodiscard]] static std::optional<Contents> parse(QByteArrayView bytes);
    // Of the file; nullopt also when there is none, or one that is not this user's own.
    [[nodiscard]] static std::optional<Contents> read(const QString &path);

    // `owner` names the job, whose name itself is not written down: what another job left is not
    // to be gone on with.
    explicit BackupJournal(QString path, const QString &owner = {});
    [[nodiscard]] bool isOwn(const Contents &contents) const { return contents.owner == m_owner; }

    // Written down where a file's identity changes by itself (FAT, FUSE).
    static constexpr quint64 anyFile = ~quint64(0);
    // What is to be written down of the file.
    [[nodiscard]] static quint64 identityOf(int descriptor);
    // Whether the file can be the one that was written down.
    [[nodiscard]] static bool isSame(quint64 written, int descriptor);
    // Likewise, and where a file's identity tells nothing, whether it holds what was written to it;
    // one that was only made or given its size holds nothing yet.
    [[nodiscard]] static bool isSame(const Contents &written, int descriptor);

    // Begins a new journal in place of one of the station's; DestinationUnwritable when the name
    // belongs to something else.
    [[nodiscard]] protocol::Result<void> create(BackupFormat format, qint64 size, quint64 part);
    // Before the .part takes the place of the file of that identity; 0: there is none.
    [[nodiscard]] protocol::Result<void> noteReplaced(quint64 identity);
    // Before the first data are written to a .part that has no identity.
    [[nodiscard]] protocol::Result<void> noteProof(const FileProof &proof);
    // Goes on behind what was read.
    [[nodiscard]] protocol::Result<void> resume(const Contents &contents);
    // The chunks from `first` on; durable on return. A failed append leaves nothing behind that
    // counts.
    [[nodiscard]] protocol::Result<void> append(quint64 first, const ChunkList &chunks);
    // Only the very file that it wrote to.
    void remove();

private:
    [[nodiscard]] protocol::Result<void> openOwn(int flags);
    [[nodiscard]] QByteArray header() const;
    [[nodiscard]] protocol::Result<void> writeHeader();
    [[nodiscard]] protocol::Result<void> rewriteHeader();
    [[nodiscard]] protocol::Result<void> write(const QByteArray &bytes);

    QString m_path;
    imaging::Digest m_owner;
    BackupFormat m_format = BackupFormat::Pack;
    qint64 m_size = 0;
    quint64 m_part = 0;
    quint64 m_replaced = 0;
    FileProof m_proof;
    FileDescriptor m_file;
    qint64 m_end = 0;
};

} // namespace core
