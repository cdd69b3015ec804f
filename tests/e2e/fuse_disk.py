# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk or share as people have them, as a real mount: files as large as FAT allows, no permissions, no room, numbers
that change with each mount, and what is pulled out or hangs in the middle. By the kernel's own protocol over /dev/fuse
(linux/fuse.h, version 7.31), so that nothing needs to be installed.

    fuse_disk.py MOUNTPOINT FOLDER [options]     serves what lies in FOLDER until it is unmounted

SIGUSR1: from then on every call fails with EIO, as on a disk that was pulled out. SIGSTOP: nothing is answered.
"""
import argparse
import ctypes
import errno
import os
import select
import signal
import stat
import struct
import subprocess
import sys
import time

ROOT = 1
MAX_WRITE = 1 << 20
IN_HEADER = struct.Struct("<IIQQIIIHH")
OUT_HEADER = struct.Struct("<IiQ")
(LOOKUP, FORGET, GETATTR, SETATTR) = (1, 2, 3, 4)
(MKNOD, MKDIR, UNLINK, RMDIR, RENAME) = (8, 9, 10, 11, 12)
(OPEN, READ, WRITE, STATFS, RELEASE, FSYNC, FLUSH, INIT) = (14, 15, 16, 17, 18, 20, 25, 26)
(OPENDIR, READDIR, RELEASEDIR, FSYNCDIR, ACCESS, CREATE, INTERRUPT) = (27, 28, 29, 30, 34, 35, 36)
(DESTROY, BATCH_FORGET, RENAME2) = (38, 42, 45)
NO_ANSWER = (FORGET, BATCH_FORGET, INTERRUPT)
BIG_WRITES, MAX_PAGES = 1 << 5, 1 << 22
SET_MODE, SET_OWNER, SET_SIZE = 1, 6, 8
RENAME_NOREPLACE = 1
NOT_SUPPORTED = (EPERM, ENOSYS, EINVAL) = (errno.EPERM, errno.ENOSYS, errno.EINVAL)


def text(raw):
    return os.fsdecode(raw.split(b"\0")[0])


class Disk:
    """What the kernel asks for, answered out of a folder."""

    def __init__(self, folder, options):
        self.options = options
        self.paths = {ROOT: folder}
        self.numbers = {folder: ROOT}
        self.last = ROOT
        self.files = {}
        self.pulled = False
        self.written = 0

    # Numbers are given in the order in which names are looked up: another one with each mount.
    def number(self, path):
        if path not in self.numbers:
            self.last += 1
            self.numbers[path] = self.last
            self.paths[self.last] = path
        return self.numbers[path]

    def forget_name(self, path):
        number = self.numbers.pop(path, None)
        return number

    def child(self, node, raw):
        return os.path.join(self.paths[node], text(raw))

    def attributes(self, number, found):
        mode, owner, group = found.st_mode, found.st_uid, found.st_gid
        if self.options.no_modes:
            mode, owner, group = stat.S_IFMT(mode) | 0o777, 65534, 65534
        return struct.pack("<6Q10I", number, found.st_size, found.st_blocks, int(found.st_atime), int(found.st_mtime),
                           int(found.st_ctime), 0, found.st_mtime_ns % 10**9, 0, mode, found.st_nlink, owner, group, 0,
                           4096, 0)

    def entry(self, path):
        found = os.lstat(path)
        number = self.number(path)
        return struct.pack("<4Q2I", number, 0, 1, 1, 0, 0) + self.attributes(number, found)

    def attribute_answer(self, number, found):
        return struct.pack("<QII", 1, 0, 0) + self.attributes(number, found)

    def found(self, node):
        # A file without a name any more is known by what is open of it.
        open_file = next((file for owner, file in self.files.values() if owner == node and isinstance(file, int)), None)
        return os.fstat(open_file) if open_file is not None else os.lstat(self.paths[node])

    def opened(self, node, file):
        self.files[file if isinstance(file, int) else id(file)] = (node, file)
        return struct.pack("<QIi", file if isinstance(file, int) else id(file), 0, 0)

    def check_length(self, length):
        if self.options.largest and length > self.options.largest:
            raise OSError(errno.EFBIG, "largest")

    def used(self):
        return sum(entry.stat(follow_symlinks=False).st_blocks * 512 for entry in os.scandir(self.paths[ROOT])
                   if entry.is_file(follow_symlinks=False))

    # --- one method per call; what it returns is the answer's body ---

    def on_init(self, _node, body):
        _, _, readahead, flags = struct.unpack_from("<4I", body)
        return struct.pack("<4I2H2I2H8I", 7, 31, readahead, flags & (BIG_WRITES | MAX_PAGES), 16, 12, MAX_WRITE, 1,
                           MAX_WRITE // 4096, 0, *[0] * 8)

    def on_lookup(self, node, body):
        return self.entry(self.child(node, body))

    def on_getattr(self, node, _body):
        return self.attribute_answer(node, self.found(node))

    def on_setattr(self, node, body):
        valid, _, _, size = struct.unpack_from("<IIQQ", body)
        mode, = struct.unpack_from("<I", body, 68)
        path = self.paths[node]
        if valid & (SET_MODE | SET_OWNER) and self.options.no_modes:
            raise OSError(EPERM, "no permissions here")
        if valid & SET_MODE:
            os.chmod(path, stat.S_IMODE(mode))
        if valid & SET_SIZE:
            self.check_length(size)
            os.truncate(path, size)
        return self.attribute_answer(node, self.found(node))

    def on_mkdir(self, node, body):
        path = self.child(node, body[8:])
        os.mkdir(path, 0o700)
        return self.entry(path)

    def on_unlink(self, node, body):
        path = self.child(node, body)
        os.unlink(path)
        self.forget_name(path)
        return b""

    def on_rmdir(self, node, body):
        path = self.child(node, body)
        os.rmdir(path)
        self.forget_name(path)
        return b""

    def rename(self, node, folder, names, flags=0):
        old, new = names.split(b"\0")[:2]
        source, target = self.child(node, old), self.child(folder, new)
        if flags & ~RENAME_NOREPLACE or (flags and self.options.no_modes):
            raise OSError(EINVAL, "not supported")
        if flags and os.path.lexists(target):
            raise OSError(errno.EEXIST, target)
        os.rename(source, target)
        self.forget_name(target)
        number = self.forget_name(source)
        if number:
            self.numbers[target], self.paths[number] = number, target
        if self.options.kill_after_rename and target.endswith(self.options.rename_to):
            with open(self.options.kill_after_rename) as file:
                os.kill(int(file.read()), signal.SIGKILL)
            self.options.kill_after_rename = None
        return b""

    def on_rename(self, node, body):
        return self.rename(node, struct.unpack_from("<Q", body)[0], body[8:])

    def on_rename2(self, node, body):
        folder, flags = struct.unpack_from("<QI", body)
        return self.rename(node, folder, body[16:], flags)

    def on_create(self, node, body):
        flags, mode = struct.unpack_from("<II", body)
        path = self.child(node, body[16:])
        file = os.open(path, (flags & ~(os.O_APPEND | os.O_DIRECT)) | os.O_CREAT, mode & 0o7777)
        answer = self.entry(path)
        return answer + self.opened(self.numbers[path], file)

    def on_open(self, node, body):
        flags, = struct.unpack_from("<I", body)
        access = os.O_RDONLY if flags & os.O_ACCMODE == os.O_RDONLY else os.O_RDWR
        return self.opened(node, os.open(self.paths[node], access))

    def on_read(self, _node, body):
        handle, offset, size = struct.unpack_from("<QQI", body)
        return os.pread(self.files[handle][1], size, offset)

    def on_write(self, _node, body):
        handle, offset, size = struct.unpack_from("<QQI", body)
        self.check_length(offset + size)
        if self.options.room and self.used() + size > self.options.room:
            raise OSError(errno.ENOSPC, "full")
        time.sleep(self.options.pause)
        return struct.pack("<II", os.pwrite(self.files[handle][1], body[40:40 + size], offset), 0)

    def on_statfs(self, _node, _body):
        room = self.options.room or 1 << 40
        free = max(0, room - self.used()) // 4096
        return struct.pack("<5Q4I6I", room // 4096, free, free, 1000, 1000, 4096, 255, 4096, 0, *[0] * 6)

    def on_release(self, _node, body):
        _, file = self.files.pop(struct.unpack_from("<Q", body)[0])
        os.close(file)
        return b""

    def on_fsync(self, _node, _body):
        return b""

    on_flush = on_fsyncdir = on_access = on_destroy = on_fsync

    def on_opendir(self, node, _body):
        return self.opened(node, [".", ".."] + os.listdir(self.paths[node]))

    def on_readdir(self, node, body):
        handle, offset, size = struct.unpack_from("<QQI", body)
        answer = b""
        for place, name in enumerate(self.files[handle][1][offset:], offset + 1):
            raw = os.fsencode(name)
            path = os.path.join(self.paths[node], name)
            kind = stat.S_IFMT(os.lstat(path).st_mode) >> 12
            item = struct.pack("<QQII", 1 << 30, place, len(raw), kind) + raw
            item += bytes(-len(item) % 8)
            if len(answer) + len(item) > size:
                break
            answer += item
        return answer

    def on_releasedir(self, _node, body):
        self.files.pop(struct.unpack_from("<Q", body)[0])
        return b""

    CALLS = {LOOKUP: on_lookup, GETATTR: on_getattr, SETATTR: on_setattr, MKDIR: on_mkdir, UNLINK: on_unlink,
             RMDIR: on_rmdir, RENAME: on_rename, RENAME2: on_rename2, CREATE: on_create, OPEN: on_open, READ: on_read,
             WRITE: on_write, STATFS: on_statfs, RELEASE: on_release, FSYNC: on_fsync, FLUSH: on_flush, INIT: on_init,
             OPENDIR: on_opendir, READDIR: on_readdir, RELEASEDIR: on_releasedir, FSYNCDIR: on_fsyncdir,
             ACCESS: on_access, DESTROY: on_destroy}

    def answer(self, opcode, node, body):
        """errno and the answer's body."""
        if opcode not in self.CALLS:
            return ENOSYS, b""
        if self.pulled and opcode not in (RELEASE, RELEASEDIR):
            return errno.EIO, b""
        try:
            return 0, self.CALLS[opcode](self, node, body)
        except OSError as error:
            return error.errno, b""


def mount(point):
    """A descriptor that the kernel's calls are read from."""
    device = os.open("/dev/fuse", os.O_RDWR)
    wish = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"test-disk", os.fsencode(point), b"fuse.test-disk", 6, os.fsencode(wish)) != 0:
        raise OSError(ctypes.get_errno(), "mounting fuse")
    return device


def serve(device, disk):
    while True:
        try:
            select.select([device], [], [])
            call = os.read(device, MAX_WRITE + 8192)
        except OSError as error:
            if error.errno == errno.ENODEV:
                return  # unmounted
            if error.errno in (errno.EINTR, errno.ENOENT, errno.EAGAIN):
                continue
            raise
        _, opcode, unique, node, _, _, _, _, _ = IN_HEADER.unpack_from(call)
        if opcode in NO_ANSWER:
            continue
        code, body = disk.answer(opcode, node, call[IN_HEADER.size:])
        try:
            os.write(device, OUT_HEADER.pack(OUT_HEADER.size + len(body), -code, unique) + body)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENODEV):  # interrupted meanwhile
                raise


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mountpoint")
    parser.add_argument("folder")
    parser.add_argument("--largest", type=int, help="bytes of a file")
    parser.add_argument("--room", type=int, help="bytes of all files")
    parser.add_argument("--no-modes", action="store_true", help="everything is everybody's, as on FAT, exFAT and NTFS")
    parser.add_argument("--pause", type=float, default=0, help="seconds for a write")
    parser.add_argument("--kill-after-rename", help="file with the id of a process")
    parser.add_argument("--rename-to", default="", help="how the name ends")
    options = parser.parse_args()
    disk = Disk(os.path.abspath(options.folder), options)

    def pull(_signal, _frame):
        disk.pulled = True

    signal.signal(signal.SIGUSR1, pull)
    device = mount(options.mountpoint)
    print("mounted", flush=True)
    serve(device, disk)


class Mounted:
    """A disk that is plugged in; in a mount namespace of the test's own."""

    def __init__(self, point, folder, *options):
        self.point, self.folder, self.options = point, folder, options
        for path in (point, folder):
            os.makedirs(path, exist_ok=True)
        self.plug_in()

    def plug_in(self, *more):
        self.process = subprocess.Popen([sys.executable, "-B", os.path.abspath(__file__), self.point, self.folder,
                                         *self.options, *more], stdout=subprocess.PIPE)
        if self.process.stdout.readline() != b"mounted\n":
            raise AssertionError("no FUSE mount is to be had")

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def pull_out(self):
        """The connection is gone with its process: every call fails at once."""
        self.process.kill()
        self.process.wait()

    def unmount(self, lazily=False):
        self.go_on()
        subprocess.run(["umount", *(["-l"] if lazily else []), self.point], stderr=subprocess.DEVNULL, check=False)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.pull_out()
        self.process.stdout.close()


if __name__ == "__main__":
    main()
