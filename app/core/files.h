// SPDX-License-Identifier: GPL-3.0-or-later
// What core's writers need of the file system beyond QFile: durable, atomic, and with errno told
// apart.
#pragma once

#include "protocol/result.h"

#include <QString>

#include <cstddef>
#include <optional>
#include <span>
#include <utility>

namespace core
{

class FileDescriptor
{
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int descriptor) : m_descriptor(descriptor) {}
    FileDescriptor(FileDescriptor &&other) noexcept
        : m_descriptor(std::exchange(other.m_descriptor, -1))
    {
    }
    FileDescriptor &operator=(FileDescriptor &&other) noexcept
    {
        std::swap(m_descriptor, other.m_descriptor);
        return *this;
    }
    ~FileDescriptor() { close(); }

    [[nodiscard]] int get() const { return m_descriptor; }
    explicit operator bool() const { return m_descriptor >= 0; }
    void close();

private:
    int m_descriptor = -1;
};

// StorageFull for a full disk or quota, FileTooLarge by EFBIG, `other` for anything else; `what` is
// followed by errno's words.
[[nodiscard]] protocol::Failure
fileFailure(int error, const QString &what,
            protocol::FailureCode other = protocol::FailureCode::StationIoError);

// Images hold passwords and keys: nothing that the station writes is for everybody.
inline constexpr int fileMode = 0640;

// Invalid, with errno set, when it fails. Always O_CLOEXEC.
[[nodiscard]] FileDescriptor openFile(const QString &path, int flags, int mode = fileMode);

// What tells whether a file is still the one that it was, and was not written to.
struct FileStamp {
    quint64 inode = 0;
    qint64 size = 0;       // bytes
    qint64 modifiedNs = 0; // nanoseconds since the epoch
    qint64 changedNs = 0;  // of its inode; nobody can put this one back

    friend bool operator==(const FileStamp &, const FileStamp &) = default;
};

// nullopt for what is no regular file, and what a link leads to is not looked at.
[[nodiscard]] std::optional<FileStamp> fileStamp(const QString &path);
[[nodiscard]] std::optional<FileStamp> fileStamp(int descriptor);

// Tells a file from every other that there was or will be at its place, as far as the file system
// can: numbers of inodes are used again, so the moment of its birth is in it. 0: no regular file.
[[nodiscard]] quint64 fileIdentity(const QString &path);
[[nodiscard]] quint64 fileIdentity(int descriptor);

// A regular file of this user, with no other name than the one that it was opened by: what may be
// cut or removed without touching anybody else's.
[[nodiscard]] bool isOwnFile(int descriptor);
// Whether its number stays with a file there, also over unmounting.
[[nodiscard]] bool keepsInodes(int descriptor);
// Gives the file the group of the folder that it lies in, where that is allowed.
void takeGroupOfFolder(int descriptor, const QString &path);

// All of `bytes` at `offset`.
[[nodiscard]] protocol::Result<void> writeAt(int descriptor, qint64 offset,
                                             std::span<const std::byte> bytes);

// Starts writing to disk what lies in the page cache, without waiting: keeps the flush at the end
// short and other people's flushes quick. Worth a call every few MiB.
inline constexpr qint64 writebackBytes = 8 * 1024 * 1024;
void startWriteback(int descriptor);
// Frees the page cache of what has reached the disk, and starts writing the rest: for a large file
// that most likely is not read soon. The pages that follow are then taken from what was freed, and
// not from memory that was never used, which in a virtual machine costs more than the copying.
void dropWritten(int descriptor);

// Bytes that may still be written to the file system of `path`; -1 when it does not say.
[[nodiscard]] qint64 freeBytes(const QString &path);

// Makes names that were made or changed in the folder of `path` durable.
[[nodiscard]] protocol::Result<void> syncFolderOf(const QString &path);

// Gives `from` the name `to`, atomically. Unless `replace`, a file that has that name is left
// alone: DestinationExists. DestinationUnwritable for anything else.
[[nodiscard]] protocol::Result<void> renameFile(const QString &from, const QString &to,
                                                bool replace);

// Each gets the other's name, atomically; false, and nothing has changed, where the file system
// cannot do that.
[[nodiscard]] bool exchangeFiles(const QString &a, const QString &b);

} // namespace core
