#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says in words what is wrong with a netboot kit: missing, damaged, or too large. Ends with 1 if anything is. That it
boots slowly is said, and is no fault (Debian 13's kernel alone has 14 MB).

    check_kit.py FOLDER
"""
import datetime
import gzip
import hashlib
import json
import os
import re
import struct
import sys
import zlib

from device_tree import properties

MIB = 1024 * 1024
# TFTP block numbers have 16 bits, and the boot ROM's do not roll over before September 2025; its blocks have 1024 bytes
# or more.
TFTP_LIMIT = 65535 * 1024
# 0.2-0.6 s of every boot per MB.
BOOT_LIMIT = 15_000_000
NEEDED = {
    "start4.elf": "the firmware of the second boot stage",
    "fixup4.dat": "the memory layout that belongs to start4.elf",
    "config.txt": "the firmware's settings",
    "cmdline.txt": "the kernel's command line",
}
DEVICE_TREE = "bcm2711-rpi-cm4.dtb"
# With so little memory for the GPU (MB) the firmware takes these instead, whatever else is there.
CUT_DOWN_MEMORY = 16
CUT_DOWN = {
    "start4cd.elf": "the firmware that is taken with gpu_mem=16",
    "fixup4cd.dat": "the memory layout that belongs to start4cd.elf",
}
# The firmware refuses a board that is newer than itself. One of 2021-01-27 refuses boards with the power chip of 2022
# (reported for revision b03115), which CM4s of revision 1.1 have, too; 1.20220120 is the first that is known to start
# them (balenaOS 2.91.1). The same as app/netboot/boot_files.h.
NEWEST_REFUSING = datetime.date(2021, 1, 27)
OLDEST_STARTING = datetime.date(2022, 1, 20)
VIDEOCORE = 137  # EM_VIDEOCORE3
ARM64_MAGIC = (0x38, b"ARM\x64")  # Documentation/arm64/booting.rst
COMPRESSED = {b"\x28\xb5\x2f\xfd": "zstd", b"\x1f\x8b": "gzip", b"070701": "newc"}


class Kit:
    def __init__(self, folder):
        self.folder = folder
        self.complaints = []
        self.remarks = []  # works, and could be better

    def path(self, name):
        return os.path.join(self.folder, name)

    def has(self, name):
        return os.path.isfile(self.path(name))

    def read(self, name, size=-1):
        with open(self.path(name), "rb") as file:
            return file.read(size)

    def complain(self, text):
        self.complaints.append(text)


def setting(text, pattern):
    """The last one counts, as for the firmware and for the station's preflight."""
    found = re.findall(pattern, text, re.M)
    return found[-1] if found else ""


def config_text(kit):
    return kit.read("config.txt").decode(errors="replace") if kit.has("config.txt") else ""


def is_cut_down(kit):
    memory = setting(config_text(kit), r"^[ \t]*gpu_mem=[ \t]*([0-9]+)")
    return bool(memory) and int(memory) <= CUT_DOWN_MEMORY


def config(kit):
    """kernel=, initramfs and device_tree= of config.txt, or the firmware's own names."""
    text = config_text(kit)
    kernel = setting(text, r"^[ \t]*kernel=[ \t]*(\S+)")
    device_tree = setting(text, r"^[ \t]*device_tree=[ \t]*(\S+)")
    return kernel or "kernel8.img", setting(text, r"^[ \t]*initramfs[ \t]+(\S+)"), device_tree or DEVICE_TREE


def check_presence(kit, kernel, initramfs, device_tree):
    wanted = {**NEEDED, device_tree: "the device tree of the CM4", kernel: "the kernel that config.txt names"}
    if initramfs:
        wanted[initramfs] = "the initramfs that config.txt names"
    else:
        kit.complain("config.txt names no initramfs: the kernel would have nothing to run")
    if is_cut_down(kit):
        wanted.update(CUT_DOWN)
    for name, what in wanted.items():
        if not kit.has(name):
            kit.complain(f"{name} is missing: {what}")
        elif os.path.getsize(kit.path(name)) == 0:
            kit.complain(f"{name} is empty: {what}")
        elif not os.stat(kit.path(name)).st_mode & 0o004:
            kit.complain(f"{name} cannot be read by everybody, as the TFTP service needs it")


def firmware_date(content):
    """The day on which a whole firmware was built; None for anything else."""
    if len(content) < 52 or not content.startswith(b"\x7fELF\x01\x01"):
        return None
    machine, = struct.unpack_from("<H", content, 18)
    sections, = struct.unpack_from("<I", content, 32)
    size, count = struct.unpack_from("<HH", content, 46)
    found = re.search(rb"VC_BUILD_ID_TIME: ([A-Z][a-z]{2} [ 0-3]?[0-9] [0-9]{4})", content)
    if machine != VIDEOCORE or sections + size * count > len(content) or not found:
        return None
    try:
        return datetime.datetime.strptime(found[1].decode(), "%b %d %Y").date()
    except ValueError:
        return None


def check_firmware(kit, name):
    if not kit.has(name) or os.path.getsize(kit.path(name)) == 0:
        return
    built = firmware_date(kit.read(name))
    need = f"{name} is from {built}: a CM4 needs one of {OLDEST_STARTING} or later"
    if not built:
        kit.complain(f"{name} is no boot firmware of a Raspberry Pi, or is cut off")
    elif built <= NEWEST_REFUSING:
        kit.complain(need)
    elif built < OLDEST_STARTING:
        kit.remarks.append(need)


def check_kernel(kit, name):
    if not kit.has(name):
        return
    try:
        with gzip.open(kit.path(name)) as file:
            head = file.read(64)
    except (OSError, EOFError, zlib.error):
        head = kit.read(name, 64)
    at, magic = ARM64_MAGIC
    if head[at:at + len(magic)] != magic:
        kit.complain(f"{name} is no arm64 kernel, neither as it is nor under gzip")


def check_initramfs(kit, name):
    if name and kit.has(name):
        head = kit.read(name, 6)
        if not any(head.startswith(magic) for magic in COMPRESSED):
            kit.complain(f"{name} is no archive that the kernel knows (newc, or that under gzip or zstd)")


def check_device_tree(kit, name):
    if not kit.has(name):
        return
    try:
        found = properties(kit.read(name))
    except ValueError:
        kit.complain(f"{name} is no device tree")
        return
    emmc = found.get("/aliases/mmc0", b"").rstrip(b"\0").decode()
    if not emmc or f"{emmc}/compatible" not in found:
        kit.complain(f"{name} has no alias mmc0: the eMMC's number would depend on what is found first")


def check_sizes(kit, kernel, initramfs):
    for folder, _, names in os.walk(kit.folder):
        for name in names:
            size = os.path.getsize(os.path.join(folder, name))
            if size > TFTP_LIMIT:
                kit.complain(f"{name} has {size / MIB:.1f} MiB: boot ROMs fetch no more than {TFTP_LIMIT // MIB} MiB by TFTP")
    total = sum(os.path.getsize(kit.path(name)) for name in (kernel, initramfs) if name and kit.has(name))
    if total > BOOT_LIMIT:
        kit.remarks.append(f"kernel and initramfs have {total / 1e6:.1f} MB, more than {BOOT_LIMIT / 1e6:.0f}: "
                           "each costs 0.2 to 0.6 s per boot")


def listed_files(kit):
    """{name: (size, SHA-256)} of the manifest; None where it cannot be read."""
    try:
        files = json.loads(kit.read("manifest.json"))["files"]
        return {name: (int(fact["size"]), str(fact["sha256"])) for name, fact in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def check_manifest(kit):
    if not kit.has("manifest.json"):
        kit.complain("manifest.json is missing: whether the files are whole, and what was built, cannot be said")
        return
    files = listed_files(kit)
    if not files:
        kit.complain("manifest.json cannot be read, or lists no files")
        return
    for name, (size, digest) in files.items():
        if not kit.has(name):
            kit.complain(f"{name} is missing: the manifest lists it")
        elif os.path.getsize(kit.path(name)) != size:
            kit.complain(f"{name} has {os.path.getsize(kit.path(name))} bytes, the manifest says {size}")
        elif hashlib.sha256(kit.read(name)).hexdigest() != digest:
            kit.complain(f"{name} is not what was built: its SHA-256 differs from the manifest's")


def check(folder):
    kit = Kit(folder)
    kernel, initramfs, device_tree = config(kit)
    check_presence(kit, kernel, initramfs, device_tree)
    for name in ("start4.elf", "start4cd.elf") if is_cut_down(kit) else ("start4.elf",):
        check_firmware(kit, name)
    check_kernel(kit, kernel)
    check_initramfs(kit, initramfs)
    check_device_tree(kit, device_tree)
    check_sizes(kit, kernel, initramfs)
    check_manifest(kit)
    return kit.complaints, kit.remarks


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if not os.path.isdir(sys.argv[1]):
        sys.exit(f"{sys.argv[1]}: no such folder")
    complaints, remarks = check(sys.argv[1])
    for line in complaints + remarks:
        print(line)
    if complaints:
        sys.exit(1)
    print(f"{sys.argv[1]}: complete, and every file is small enough for TFTP")


if __name__ == "__main__":
    main()
