#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the netboot image's file tree as a newc archive (kernel: Documentation/driver-api/early-userspace/buffer-format.rst)
to standard output: sorted, times 0, owner root, device nodes as entries. So it needs no root, and the same input
gives the same bytes.

    initramfs.py --busybox FILE --client FILE --modules FOLDER > archive

FOLDER is a kernel's /lib/modules/VERSION; which modules, initramfs/modules.txt beside this file says.
"""
import argparse
import os
import stat
import sys

from kernel_modules import ordered_modules

PARTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "initramfs")
FOLDERS = ("bin", "dev", "etc", "lib", "lib/modules", "proc", "root", "run", "sys", "tmp")
# What the kernel and init need before devtmpfs is mounted (Documentation/admin-guide/devices.txt).
NODES = {"dev/console": (0o600, 5, 1), "dev/null": (0o666, 1, 3)}
MAGIC = b"070701"


class Archive:
    """A newc archive being written: each entry a head of 8-digit hex fields, name and content, padded to 4 bytes."""

    def __init__(self, out):
        self.out = out
        self.count = 0

    def add(self, name, mode, content=b"", node=(0, 0)):
        self.count += 1
        path = name.encode() + b"\0"
        fields = (self.count, mode, 0, 0, 1, 0, len(content), 0, 0, *node, len(path), 0)
        self._padded(MAGIC + b"".join(b"%08X" % field for field in fields) + path)
        self._padded(content)

    def end(self):
        self.count = -1
        self.add("TRAILER!!!", 0)

    def _padded(self, data):
        self.out.write(data + bytes(-len(data) % 4))


def read(path):
    with open(path, "rb") as file:
        return file.read()


def part(name):
    return read(os.path.join(PARTS, name))


def wanted_modules():
    lines = part("modules.txt").decode().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def tree(arguments):
    """Name: (mode, content, device number) of everything in the archive."""
    entries = {name: (stat.S_IFDIR | 0o755, b"", (0, 0)) for name in FOLDERS}
    for name, (mode, major, minor) in NODES.items():
        entries[name] = (stat.S_IFCHR | mode, b"", (major, minor))

    def add_file(name, mode, content):
        entries[name] = (stat.S_IFREG | mode, content, (0, 0))

    add_file("init", 0o755, part("init.sh"))
    add_file("lib/dhcp-event.sh", 0o755, part("dhcp-event.sh"))
    add_file("etc/provisioning.conf", 0o644, part("provisioning.conf"))
    add_file("bin/busybox", 0o755, read(arguments.busybox))
    # init's own interpreter, before busybox has made its links.
    entries["bin/sh"] = (stat.S_IFLNK | 0o777, b"busybox", (0, 0))
    add_file("bin/provisioning-client", 0o755, read(arguments.client))
    modules = ordered_modules(arguments.modules, wanted_modules())
    for name, content in modules:
        add_file("lib/modules/" + name, 0o644, content)
    add_file("lib/modules/order", 0o644, "".join(name + "\n" for name, _ in modules).encode())
    return entries


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("busybox", "client", "modules"):
        parser.add_argument("--" + name, required=True)
    archive = Archive(sys.stdout.buffer)
    for name, (mode, content, node) in sorted(tree(parser.parse_args()).items()):
        archive.add(name, mode, content, node)
    archive.end()


if __name__ == "__main__":
    main()
