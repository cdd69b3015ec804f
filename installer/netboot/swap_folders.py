#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts a folder in another's place, which then has the first one's name; without another it is a plain renaming.

    swap_folders.py NEW OLD

One step of the kernel where the file system can do it (renameat2(2), RENAME_EXCHANGE); else two, between which OLD is
called OLD.old, and none is lost. Either way it is on the disk when the program ends.
"""
import ctypes
import errno
import os
import shutil
import signal
import sys

AT_FDCWD, RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h


def exchange(new, old):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(AT_FDCWD, os.fsencode(new), AT_FDCWD, os.fsencode(old), RENAME_EXCHANGE) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), new, None, old)


def rename_twice(new, old):
    aside = old + ".old"
    shutil.rmtree(aside, ignore_errors=True)
    os.rename(old, aside)
    try:
        os.rename(new, old)
    except OSError:
        os.rename(aside, old)
        raise
    os.rename(aside, new)


def swap(new, old):
    if not os.path.exists(old):
        os.rename(new, old)
        return
    try:
        exchange(new, old)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
            raise
        rename_twice(new, old)


def flush(folder):
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    # Whoever ends the build now waits the moment that this takes.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    new, old = sys.argv[1:]
    try:
        swap(new, old)
    except OSError as error:
        sys.exit(f"swap_folders: {error}")
    flush(os.path.dirname(os.path.abspath(old)))


if __name__ == "__main__":
    main()
