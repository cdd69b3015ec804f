# SPDX-License-Identifier: GPL-3.0-or-later
"""An image as the field has them: a partition table and an ext4 root full of programs and libraries, rest zeros."""
import os
import shutil
import subprocess

MIB = 1024 * 1024
PARTITION_START = MIB
FILLED = 0.4  # of the image; a CM4's golden image of 8 GiB has 2.6 GiB used
SOURCES = ("/usr/lib", "/usr/bin", "/usr/share")


def copy_files(target, most_bytes):
    """Regular files of the system, in a stable order, until one would make them more than `most_bytes`; returns their
    bytes."""
    total = 0
    for source in SOURCES:
        for folder, folders, names in os.walk(source):
            folders.sort()
            there = os.path.join(target, folder.lstrip("/"))
            for name in sorted(names):
                path = os.path.join(folder, name)
                if os.path.islink(path) or not os.path.isfile(path):
                    continue
                if total + os.path.getsize(path) > most_bytes:
                    return total
                total += os.path.getsize(path)
                os.makedirs(there, exist_ok=True)
                shutil.copyfile(path, os.path.join(there, name))
    return total


def make(path, size, filled=None):
    files = path + ".files"
    os.mkdir(files)
    try:
        copy_files(files, filled or size * FILLED)
        with open(path, "wb") as file:
            file.truncate(size)
        table = b"label: dos\nstart=2048, type=83, bootable\n"
        subprocess.run(["/usr/sbin/sfdisk", "-q", path], input=table, check=True)
        subprocess.run(["/usr/sbin/mkfs.ext4", "-q", "-F", "-b", "4096", "-E", f"offset={PARTITION_START}", "-d", files,
                        path, str((size - PARTITION_START) // 4096)], check=True)
    finally:
        shutil.rmtree(files)
