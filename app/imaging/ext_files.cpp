// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/ext_files.h"

#include <QtEndian>

#include <algorithm>
#include <array>
#include <cstring>

// The library's C header converts signs freely and casts where C++ would not.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#include <ext2fs/ext2fs.h>
#pragma GCC diagnostic pop

namespace imaging
{
namespace
{

// A look-up of a few paths takes some dozens; circles in damaged folders take all of these.
constexpr int maxReads = 4096;
constexpr qint64 maxReadBytes = 64 * 1024 * 1024;
// libext2fs keeps all group descriptors: of the largest file system that an image may hold, 8 MiB.
constexpr quint64 maxDescriptorBytes = 32 * 1024 * 1024;
constexpr qint64 superblockAt = 1024;

// What an io channel reads from, and how much it may.
struct Access {
    ByteReader read;
    qint64 length = 0; // bytes
    int readsLeft = maxReads;
    qint64 bytesLeft = maxReadBytes;

    bool take(qint64 offset, std::span<std::byte> out)
    {
        const auto bytes = qint64(out.size());
        if (readsLeft <= 0 || bytes > bytesLeft || bytes > length || offset > length - bytes)
            return false;
        --readsLeft;
        bytesLeft -= bytes;
        return read(offset, out);
    }
};

// The library gives its io managers a name to open and nothing else.
thread_local Access *openingAccess = nullptr;

io_manager manager();

errcode_t openChannel(const char *, int, io_channel *out)
{
    static char name[] = "image";
    auto *channel = new (std::nothrow) struct_io_channel{};
    if (!channel)
        return EXT2_ET_NO_MEMORY;
    channel->magic = EXT2_ET_MAGIC_IO_CHANNEL;
    channel->manager = manager();
    channel->name = name;
    channel->block_size = int(superblockAt);
    channel->refcount = 1;
    channel->private_data = openingAccess;
    *out = channel;
    return 0;
}

errcode_t closeChannel(io_channel channel)
{
    if (--channel->refcount <= 0)
        delete channel;
    return 0;
}

errcode_t setBlockSize(io_channel channel, int bytes)
{
    channel->block_size = bytes;
    return 0;
}

// A negative count is one of bytes. Nothing may be thrown through the library.
errcode_t readBlocks(io_channel channel, unsigned long long block, int count, void *data) noexcept
try {
    const auto unit = quint64(channel->block_size);
    auto *access = static_cast<Access *>(channel->private_data);
    if (block > quint64(access->length) / unit)
        return EXT2_ET_SHORT_READ;
    const quint64 bytes = count < 0 ? quint64(-qint64(count)) : quint64(count) * unit;
    const std::span out(static_cast<std::byte *>(data), bytes);
    return access->take(qint64(block * unit), out) ? 0 : EXT2_ET_SHORT_READ;
} catch (...) {
    return EXT2_ET_NO_MEMORY;
}

errcode_t readOldBlocks(io_channel channel, unsigned long block, int count, void *data)
{
    return readBlocks(channel, block, count, data);
}

errcode_t refuseWrite(io_channel, unsigned long, int, const void *)
{
    return EXT2_ET_RO_FILSYS;
}

errcode_t refuseWrite64(io_channel, unsigned long long, int, const void *)
{
    return EXT2_ET_RO_FILSYS;
}

errcode_t flushNothing(io_channel)
{
    return 0;
}

io_manager manager()
{
    static struct_io_manager made = [] {
        struct_io_manager reader{};
        reader.magic = EXT2_ET_MAGIC_IO_MANAGER;
        reader.name = "bytes of an image";
        reader.open = openChannel;
        reader.close = closeChannel;
        reader.set_blksize = setBlockSize;
        reader.read_blk = readOldBlocks;
        reader.read_blk64 = readBlocks;
        reader.write_blk = refuseWrite;
        reader.write_blk64 = refuseWrite64;
        reader.flush = flushNothing;
        return reader;
    }();
    return &made;
}

// Whether the library, which checks most else, can be given this superblock: it takes memory for as
// many groups as it says. Layout: ext2_fs.h, struct ext2_super_block.
bool isModest(std::span<const std::byte> super, qint64 length)
{
    const auto u32 = [&](size_t at) { return qFromLittleEndian<quint32>(super.data() + at); };
    const auto u16 = [&](size_t at) { return qFromLittleEndian<quint16>(super.data() + at); };
    constexpr quint32 incompat64Bit = 0x80;
    if (u16(56) != EXT2_SUPER_MAGIC || u32(24) > 6)
        return false;
    const bool wide = (u32(96) & incompat64Bit) != 0;
    const quint64 blocks = u32(4) | (wide ? quint64(u32(336)) << 32 : 0);
    const quint64 blocksPerGroup = u32(32);
    const quint64 descriptor = wide ? u16(254) : 32;
    if (blocks == 0 || blocks > quint64(length) / (1024u << u32(24)) || blocksPerGroup == 0 ||
        descriptor < 32 || descriptor > 1024)
        return false;
    return blocks / blocksPerGroup < maxDescriptorBytes / descriptor;
}

struct Closer {
    void operator()(ext2_filsys fs) const { ext2fs_free(fs); }
};

struct FileCloser {
    void operator()(ext2_file_t file) const { ext2fs_file_close(file); }
};

// What gathers a folder's names.
struct Names {
    QList<QByteArray> found;
    qsizetype most = 0;
};

int takeName(ext2_ino_t, int, ext2_dir_entry *entry, int, int, char *, void *user) noexcept
try {
    auto *names = static_cast<Names *>(user);
    const QByteArray name(entry->name, ext2fs_dirent_name_len(entry));
    if (entry->inode != 0 && name != "." && name != "..")
        names->found << name;
    return names->found.size() < names->most ? 0 : DIRENT_ABORT;
} catch (...) {
    return DIRENT_ABORT;
}

} // namespace

struct ExtFiles::State {
    Access access;
    std::unique_ptr<struct_ext2_filsys, Closer> fs;

    // 0: there is none.
    [[nodiscard]] ext2_ino_t inodeOf(const char *path, bool follow) const
    {
        ext2_ino_t inode = 0;
        const auto find = follow ? ext2fs_namei_follow : ext2fs_namei;
        return find(fs.get(), EXT2_ROOT_INO, EXT2_ROOT_INO, path, &inode) == 0 ? inode : 0;
    }
};

ExtFiles::ExtFiles(std::unique_ptr<State> state) : m_state(std::move(state)) {}
ExtFiles::~ExtFiles() = default;

std::unique_ptr<ExtFiles> ExtFiles::open(ByteReader read, qint64 length)
{
    auto state = std::make_unique<State>();
    state->access.read = std::move(read);
    state->access.length = length;
    std::array<std::byte, 1024> super;
    if (!state->access.take(superblockAt, super) || !isModest(super, length))
        return nullptr;
    ext2_filsys opened = nullptr;
    openingAccess = &state->access;
    const errcode_t error =
        ext2fs_open2("image", nullptr, EXT2_FLAG_64BITS, 0, 0, manager(), &opened);
    openingAccess = nullptr;
    state->fs.reset(opened);
    if (error != 0)
        return nullptr;
    return std::unique_ptr<ExtFiles>(new ExtFiles(std::move(state)));
}

bool ExtFiles::exists(const char *path) const
{
    return m_state->inodeOf(path, false) != 0;
}

std::optional<QByteArray> ExtFiles::beginOf(const char *path, quint32 most) const
{
    const ext2_ino_t number = m_state->inodeOf(path, true);
    ext2_inode inode{};
    if (number == 0 || ext2fs_read_inode(m_state->fs.get(), number, &inode) != 0 ||
        !LINUX_S_ISREG(inode.i_mode))
        return std::nullopt;
    ext2_file_t opened = nullptr;
    if (ext2fs_file_open(m_state->fs.get(), number, 0, &opened) != 0)
        return std::nullopt;
    const std::unique_ptr<std::remove_pointer_t<ext2_file_t>, FileCloser> file(opened);
    QByteArray bytes(qsizetype(most), '\0');
    unsigned int got = 0;
    if (ext2fs_file_read(opened, bytes.data(), most, &got) != 0)
        return std::nullopt;
    // Of data in the inode the library gives all that there is room for.
    return bytes.first(qsizetype(std::min<quint64>(got, EXT2_I_SIZE(&inode))));
}

QList<QByteArray> ExtFiles::namesIn(const char *path, qsizetype most) const
{
    Names names{{}, most};
    const ext2_ino_t folder = m_state->inodeOf(path, true);
    if (folder != 0 && most > 0)
        (void)ext2fs_dir_iterate2(m_state->fs.get(), folder, 0, nullptr, takeName, &names);
    return names.found;
}

} // namespace imaging
