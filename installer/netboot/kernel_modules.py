# SPDX-License-Identifier: GPL-3.0-or-later
"""Kernel modules in the order in which they can be loaded one by one, from what each says of itself in .modinfo
(depends=, softdep=pre:), so that no depmod is needed."""
import lzma
import os
import struct
import sys


def module_name(path):
    """What the kernel calls it: no folder, no suffix, and _ for -."""
    return os.path.basename(path).split(".ko")[0].replace("-", "_")


def elf_section(data, wanted):
    """A section of a 64-bit little-endian ELF file (elf(5)); empty if it is not there."""
    table, = struct.unpack_from("<Q", data, 0x28)
    size, count, names_index = struct.unpack_from("<HHH", data, 0x3A)

    def header(index):
        name, _, _, _, offset, length = struct.unpack_from("<IIQQQQ", data, table + index * size)
        return name, offset, length

    names = header(names_index)[1]
    for index in range(count):
        name, offset, length = header(index)
        if data[names + name:data.index(b"\0", names + name)] == wanted:
            return data[offset:offset + length]
    return b""


def dependencies(data):
    names = []
    for entry in elf_section(data, b".modinfo").decode(errors="replace").split("\0"):
        key, _, value = entry.partition("=")
        if key == "depends":
            names += value.split(",")
        elif key == "softdep" and value.startswith("pre:"):
            names += value[4:].split("post:")[0].split()
    return [name.replace("-", "_") for name in names if name]


def read_module(path):
    """Debian 13's modules are compressed; the archive as a whole is, too, and better."""
    with open(path, "rb") as file:
        data = file.read()
    return lzma.decompress(data) if path.endswith(".xz") else data


def find_modules(folder):
    found = {}
    for directory, _, files in os.walk(folder):
        for name in files:
            if name.endswith((".ko", ".ko.xz")):
                found[module_name(name)] = os.path.join(directory, name)
    return found


def built_in(folder):
    with open(os.path.join(folder, "modules.builtin"), encoding="utf-8") as lines:
        return {module_name(line.strip()) for line in lines}


def ordered_modules(folder, wanted):
    """[(file name, content)]: each of `wanted` after everything it depends on."""
    available, inside = find_modules(folder), built_in(folder)
    ordered = {}

    def add(name, needed_by):
        name = name.replace("-", "_")
        if name in ordered or name in inside:
            return
        if name not in available:
            sys.exit(f"kernel_modules: no module '{name}' (needed by {needed_by}) in {folder}")
        content = read_module(available[name])
        for other in dependencies(content):
            add(other, name)
        ordered[name] = content

    for name in wanted:
        add(name, "the list")
    return [(name + ".ko", content) for name, content in ordered.items()]
