# SPDX-License-Identifier: GPL-3.0-or-later
"""Images as people drop them, right and wrong, made on the spot, and what the station has to say of each.

CASES is a list of Case; each makes its files in a folder of its own. `python3 image_cases.py FOLDER` makes them all there,
to be dropped on a window by hand.
"""
import bz2
import dataclasses
import functools
import gzip
import hashlib
import io
import lzma
import os
import random
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib

MIB = 1024 * 1024
SECTOR = 512
BOOT_AT, ROOT_AT = 2048, 18432  # sectors
PART_SECTORS = 16384  # 8 MiB each
DISK = 18 * MIB


@dataclasses.dataclass
class Case:
    name: str
    make: object  # callable(folder): writes the files and returns the path that is imported
    state: str = "ready"
    codes: tuple = ()  # of the failure, any of them
    says: str = ""  # a regular expression that the failure's message must match
    has: tuple = ()  # warnings that must be there: a code, or (code, partition)
    may: tuple = ()  # warnings that may be there, besides
    checked: tuple = None  # all of these names must be in checked_by, and of others none
    unchecked: tuple = ()  # all of these names must be in "unchecked"
    stored: str = ""  # name of the file in the folder whose bytes must be stored; sha256 is compared
    device: int = 0  # bytes of a device that it is deployed to; 0: it is not
    outcome: str = "verified"  # of that deploy: an outcome, or the code of its failure


def sh(*command, **options):
    path = "/usr/sbin:/sbin:" + os.environ.get("PATH", "")
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                   env={**os.environ, "PATH": path, "MTOOLS_SKIP_CHECK": "1", "LC_ALL": "C"}, **options)


def write(folder, name, data):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(data)
    return path


def noise(size, seed=1):
    return random.Random(seed).randbytes(size)


def place(image, offset, data):
    image[offset:offset + len(data)] = data


# --- parts of a disk ---

@functools.cache
def fat(kind="16", sectors=PART_SECTORS):
    """With what a Raspberry Pi 4 starts from."""
    with tempfile.TemporaryDirectory() as folder:
        path = write(folder, "fat", bytes(sectors * SECTOR))
        sh("mkfs.fat", "-F", kind, "-s", "1", "-i", "12345678", path)
        for name in ("start4.elf", "config.txt", "kernel8.img"):
            sh("mcopy", "-i", path, write(folder, name, noise(20000, len(name))), "::" + name)
        with open(path, "rb") as file:
            return file.read()


@functools.cache
def ext4(files=(), sectors=PART_SECTORS, more=()):
    """`files`: (path, contents) pairs."""
    with tempfile.TemporaryDirectory() as folder:
        root = os.path.join(folder, "root")
        for name, contents in (("etc/hostname", b"golden\n"), ("usr/bin/program", noise(200000, 3)), *files):
            os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
            if isinstance(contents, str):
                os.symlink(contents, os.path.join(root, name))
            else:
                write(root, name, contents)
        path = write(folder, "ext4", b"")
        os.truncate(path, sectors * SECTOR)
        sh("mkfs.ext4", "-q", "-F", "-b", "1024", "-d", root, *more, path)
        with open(path, "rb") as file:
            return file.read()


def with_table(script, size=DISK):
    with tempfile.TemporaryDirectory() as folder:
        path = write(folder, "disk", b"")
        os.truncate(path, size)
        sh("sfdisk", "-q", path, input=script.encode())
        with open(path, "rb") as file:
            return bytearray(file.read())


def filled(image, root=None):
    place(image, BOOT_AT * SECTOR, fat())
    place(image, ROOT_AT * SECTOR, root if root is not None else ext4())
    return bytes(image)


@functools.cache
def mbr(root=None, size=DISK):
    return filled(with_table(f"label: dos\nlabel-id: 0x1234\nstart={BOOT_AT}, size={PART_SECTORS}, type=c, bootable\n"
                             f"start={ROOT_AT}, size={PART_SECTORS}, type=83\n", size), root)


@functools.cache
def gpt(root=None):
    return filled(with_table(f"label: gpt\nlabel-id: 11111111-2222-3333-4444-555555555555\n"
                             f"start={BOOT_AT}, size={PART_SECTORS}, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B\n"
                             f"start={ROOT_AT}, size={PART_SECTORS}\n"), root)


def mbr_of(*entries, size=DISK):
    """Entries (type, first, count); sector 0 only."""
    image = bytearray(size)
    record(image, 0, *entries)
    return image


def record(image, sector, *entries):
    for number, (kind, first, count) in enumerate(entries):
        at = sector * SECTOR + 446 + 16 * number
        image[at + 4] = kind
        struct.pack_into("<II", image, at + 8, first, count)
    place(image, sector * SECTOR + 510, b"\x55\xaa")


def gpt_header(count, entry_bytes, entries_crc=0, last=DISK // SECTOR - 1):
    header = bytearray(struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x10000, 92, 0, 0, 1, last, 34, max(34, last - 33), b"g" * 16,
                                   2, count, entry_bytes, entries_crc))
    struct.pack_into("<I", header, 16, zlib.crc32(header))
    return bytes(header)


def gpt_bomb(size=4 * MIB):
    """A right header whose count and entry size overflow 64 bits when they are multiplied."""
    image = mbr_of((0xee, 1, size // SECTOR - 1), size=size)
    place(image, SECTOR, gpt_header(0xf8f8f8f8, 0xf8f8f8f8, last=size // SECTOR - 1))
    return bytes(image)


def gpt_4096():
    """As it is on a disk with sectors of 4096 bytes."""
    image = mbr_of((0xee, 1, DISK // 4096 - 1))
    entries = bytearray(128 * 128)
    struct.pack_into("<16s16sQQQ", entries, 0, b"t" * 16, b"u" * 16, 256, 2303, 0)
    struct.pack_into("<16s16sQQQ", entries, 128, b"t" * 16, b"v" * 16, 2304, 4351, 0)
    place(image, 4096, gpt_header(128, 128, zlib.crc32(entries), DISK // 4096 - 1))
    place(image, 8192, entries)
    return filled(image)


def flipped(image, offset):
    image = bytearray(image)
    image[offset] ^= 1
    return bytes(image)


def overlapping(size=DISK):
    return bytes(mbr_of((0x0c, BOOT_AT, PART_SECTORS), (0x83, BOOT_AT + 100, PART_SECTORS), size=size))


def extended_loop():
    image = mbr_of((0x0c, BOOT_AT, PART_SECTORS), (0x05, ROOT_AT, 8192))
    record(image, ROOT_AT, (0x83, 64, 1024), (0x05, 2048, 4096))
    record(image, ROOT_AT + 2048, (0x83, 64, 1024), (0x05, 0, 4096))  # back to the first one
    place(image, BOOT_AT * SECTOR, fat())
    return bytes(image)


def two_tebibytes():
    image = mbr_of((0x0c, BOOT_AT, PART_SECTORS), (0x83, ROOT_AT, 0xffffffff - ROOT_AT))
    return filled(image)


def hybrid():
    """Both tables, of which each tells something else."""
    image = bytearray(gpt())
    record(image, 0, (0xee, 1, BOOT_AT - 1), (0x0c, BOOT_AT + 2048, 4096))
    return bytes(image)


# --- wrappings ---

def zstd(data, level="-3"):
    return subprocess.run(["zstd", "-q", "-c", level], input=data, stdout=subprocess.PIPE, check=True).stdout


def zipped(*entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


def tarred(name, data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def gz(data):
    return gzip.compress(data, 1, mtime=0)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def file_of(data, name="golden.img"):
    return lambda folder: write(folder, name, data() if callable(data) else data)


def pack_of(folder):
    """The station's own format by its own name for other purposes: a seekable zstd file whose name says raw."""
    frames = [zstd(mbr()[at:at + MIB]) for at in range(0, DISK, MIB)]
    table = b"".join(struct.pack("<II", len(frame), MIB) for frame in frames)
    seek = struct.pack("<II", 0x184d2a5e, len(table) + 9) + table + struct.pack("<IBI", len(frames), 0, 0x8f92eab1)
    return write(folder, "golden.img", b"".join(frames) + seek)


# --- the cases ---

READY = [
    Case("a good MBR image", file_of(mbr), device=20 * MIB, stored="golden.img"),
    Case("a good GPT image", file_of(gpt)),
    Case("the same, compressed", file_of(lambda: gz(mbr()), "golden.img.gz")),
    Case("the same, in a zip", file_of(lambda: zipped(("golden.img", mbr())), "golden.zip")),
]

TRUNCATED = [
    Case("MBR, cut off in the last partition", file_of(lambda: mbr()[:12 * MIB]), has=(("image-truncated", 2),)),
    Case("MBR, cut off by one sector of its last partition",
         file_of(lambda: mbr()[:(ROOT_AT + PART_SECTORS - 1) * SECTOR]), has=(("image-truncated", 2),)),
    Case("GPT, cut off in the last partition", file_of(lambda: gpt()[:12 * MIB]), has=(("image-truncated", 2),),
         may=("tables-disagree",)),
    Case("gzip, cut between members", file_of(lambda: gz(mbr()[:12 * MIB]), "golden.img.gz"), has=(("image-truncated", 2),)),
    Case("zstd, cut between frames", file_of(lambda: zstd(mbr()[:6 * MIB]) + zstd(mbr()[6 * MIB:12 * MIB]), "golden.img.zst"),
         has=(("image-truncated", 2),)),
    Case("gzip, cut in a member", file_of(lambda: gz(mbr())[:-5000], "golden.img.gz"), "failed", ("image-corrupt",)),
    Case("xz, cut", file_of(lambda: lzma.compress(mbr(), preset=0)[:-5000], "golden.img.xz"), "failed", ("image-corrupt",)),
    Case("zstd, cut in a frame", file_of(lambda: zstd(mbr())[:-5000], "golden.img.zst"), "failed", ("image-corrupt",)),
    Case("bzip2, cut", file_of(lambda: bz2.compress(mbr(), 1)[:-5000], "golden.img.bz2"), "failed", ("image-corrupt",)),
]


def foreign(name, word, data, file="golden.img"):
    return Case(name, file_of(data, file), "failed", ("image-format-foreign", "image-format-unknown"), f"(?i){word}")


def padded(head, at=0, size=MIB):
    return lambda: bytes(at) + head + noise(size - at - len(head), 9)


FOREIGN = [
    foreign("qcow2", "qcow2", padded(struct.pack(">4sIQIIQ", b"QFI\xfb", 3, 0, 0, 16, 16 * MIB))),
    foreign("VMDK", "vmdk", padded(struct.pack("<4sII", b"KDMV", 1, 3))),
    foreign("VMDK's descriptor", "vmdk", b"# Disk DescriptorFile\nversion=1\nCID=fffffffe\n" + b"\n" * 500),
    foreign("VHDX", "vhdx", padded("vhdxfile".encode() + "Microsoft".encode("utf-16-le"))),
    foreign("VHD", "vhd", padded(b"conectix" + bytes(4) + b"\x00\x01\x00\x00")),
    foreign("VDI", "vdi|virtualbox", padded(b"<<< Oracle VM VirtualBox Disk Image >>>\n".ljust(64, b"\0") + struct.pack("<I", 0xbeda107f))),
    foreign("Android sparse", "sparse", padded(struct.pack("<IHHHHIIII", 0xed26ff3a, 1, 0, 28, 12, 4096, 4608, 1, 0))),
    foreign("tar", "tar", lambda: tarred("golden.img", mbr())),
    foreign("tar in .img.gz", "tar", lambda: gz(tarred("golden.img", mbr())), "golden.img.gz"),
    foreign("gzip in .img", "gzip", lambda: gz(mbr())),
    foreign("gzip in gzip", "gzip", lambda: gz(gz(mbr())), "golden.img.gz"),
    foreign("xz in .img", "xz", lambda: lzma.compress(mbr(), preset=0)),
    foreign("xz in .img.gz's contents", "xz", lambda: gz(lzma.compress(mbr(), preset=0)), "golden.img.gz"),
    foreign("bzip2 in .img", "bzip2", lambda: bz2.compress(mbr(), 1)),
    foreign("zstd in .img", "zstd", lambda: zstd(mbr())),
    foreign("zip in .img", "zip", lambda: zipped(("golden.img", mbr()))),
    foreign("7z in .img", "7-?z", padded(b"7z\xbc\xaf\x27\x1c\0\4")),
    foreign("HTML", "html", b"<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>\n" * 20),
    foreign("HTML in .img.gz", "html", lambda: gz(b"\n <html><body>Sign in</body></html>" * 30), "golden.img.gz"),
    foreign("PDF", "pdf", padded(b"%PDF-1.7\n")),
    foreign("a program", "elf|program", padded(b"\x7fELF\2\1\1\0" + bytes(8) + struct.pack("<HH", 2, 183))),
    Case("our own pack by a raw image's name", pack_of, "failed", ("image-format-foreign", "image-format-unknown"), "(?i)zstd|pack"),
]

NO_TABLE = [
    Case("zeros", file_of(bytes(4 * MIB)), "failed", ("image-format-foreign",), "zeros"),
    Case("zeros but for one byte", file_of(bytes(1000) + b"x" + bytes(4 * MIB - 1001)), has=("no-partition-table",)),
    Case("random bytes", file_of(lambda: noise(4 * MIB)), has=("no-partition-table",)),
    Case("a table without partitions", file_of(lambda: bytes(mbr_of())), has=("no-partition-table",), may=("no-boot-partition",)),
    Case("only a file system: ext4", file_of(ext4), has=("only-filesystem",), may=("no-partition-table",)),
    Case("only a file system: FAT", file_of(fat), has=("only-filesystem",), may=("no-partition-table",)),
    Case("no partition to start from", file_of(lambda: bytes(mbr_of((0x83, ROOT_AT, PART_SECTORS)))), has=("no-boot-partition",)),
]

TABLES = [
    Case("GPT for sectors of 4096 bytes", file_of(gpt_4096), has=("sector-size-4096",),
         may=("tables-disagree", "no-partition-table", "no-boot-partition")),
    Case("the first GPT's checksum is wrong", file_of(lambda: flipped(gpt(), SECTOR + 60)), has=("tables-disagree",)),
    Case("the second GPT's checksum is wrong", file_of(lambda: flipped(gpt(), DISK - SECTOR + 60)), has=("tables-disagree",)),
    Case("MBR and GPT differ", file_of(hybrid), has=("tables-disagree",)),
    Case("partitions overlap", file_of(overlapping), has=(("partitions-overlap", 2),), may=("no-boot-partition",)),
    Case("logical partitions in a loop", file_of(extended_loop), has=("partition-loop",)),
    Case("a partition of 2 TiB", file_of(two_tebibytes), has=(("partition-unplausible", 2),), may=("image-truncated",)),
    Case("no multiple of a sector", file_of(lambda: mbr() + b"15 bytes behind"), has=("size-not-in-sectors",)),
    Case("a GPT whose sizes overflow", file_of(gpt_bomb), has=("no-partition-table",), may=("tables-disagree", "no-boot-partition")),
]

TRAILING = [
    Case("metadata behind a gzip stream", file_of(lambda: gz(mbr()) + b'{"metadata_version": "1.1"}FWx0\0\0\1', "golden.img.gz"),
         has=("trailing-bytes",)),
    Case("a newline behind a gzip stream", file_of(lambda: gz(mbr()) + b"\n", "golden.img.gz"), has=("trailing-bytes",)),
    Case("zeros behind a gzip stream", file_of(lambda: gz(mbr()) + bytes(512), "golden.img.gz"), may=("trailing-bytes",)),
    Case("a text stream behind an xz stream", file_of(lambda: lzma.compress(mbr(), preset=0) + lzma.compress(b"15 bytes behind"),
                                                     "golden.img.xz"), has=("size-not-in-sectors",)),
]

TWIN_FILES = (("etc/machine-id", b"0123456789abcdef0123456789abcdef\n"), ("etc/ssh/ssh_host_ed25519_key", b"PRIVATE KEY\n"),
              ("var/lib/cloud/instances/iid-1/boot-finished", b"x\n"), ("var/lib/cloud/instance", "instances/iid-1"))
TWINS = [
    Case("state of one device", file_of(lambda: mbr(ext4(TWIN_FILES))),
         has=(("machine-id", 2), ("ssh-host-keys", 2), ("cloud-init-state", 2))),
    Case("the same in GPT, compressed", file_of(lambda: gz(gpt(ext4(TWIN_FILES))), "golden.img.gz"),
         has=(("machine-id", 2), ("ssh-host-keys", 2), ("cloud-init-state", 2))),
    Case("an empty machine-id", file_of(lambda: mbr(ext4((("etc/machine-id", b""),))))),
    Case("machine-id: uninitialized", file_of(lambda: mbr(ext4((("etc/machine-id", b"uninitialized\n"),))))),
    Case("only a public host key", file_of(lambda: mbr(ext4((("etc/ssh/ssh_host_ed25519_key.pub", b"ssh-ed25519 x\n"),))))),
]


# --- bmaps ---

def bmap_xml(data, left_out=(), sums=True, version="2.0", size=None, root_sum=True):
    """Every block that is not zero, but those whose numbers are in `left_out`."""
    blocks = [n for n in range((len(data) + 4095) // 4096)
              if n not in left_out and data[n * 4096:(n + 1) * 4096].strip(b"\0")]
    ranges = []
    for n in blocks:
        if ranges and ranges[-1][1] == n - 1:
            ranges[-1][1] = n
        else:
            ranges.append([n, n])
    # 1.2 has SHA-1, and calls it so; since 1.4 the kind is told.
    attribute, digest = ("sha1", hashlib.sha1) if version == "1.2" else ("chksum", hashlib.sha256)
    lines = []
    for first, last in ranges:
        told = f' {attribute}="{digest(data[first * 4096:(last + 1) * 4096]).hexdigest()}"' if sums else ""
        lines.append(f"        <Range{told}> {first}-{last} </Range>\n")
    own, none = ("BmapFileSHA1", "0" * 40) if version == "1.2" else ("BmapFileChecksum", "0" * 64)
    kind = "" if version == "1.2" or not sums else "    <ChecksumType> sha256 </ChecksumType>\n"
    xml = (f'<?xml version="1.0" ?>\n<bmap version="{version}">\n    <ImageSize> {size or len(data)} </ImageSize>\n'
           f"    <BlockSize> 4096 </BlockSize>\n    <BlocksCount> {(len(data) + 4095) // 4096} </BlocksCount>\n"
           f"    <MappedBlocksCount> {len(blocks)} </MappedBlocksCount>\n{kind}"
           + (f"    <{own}> {none} </{own}>\n" if sums and root_sum else "")
           + f"    <BlockMap>\n{''.join(lines)}    </BlockMap>\n</bmap>\n")
    return xml.replace(none, digest(xml.encode()).hexdigest()) if sums and root_sum else xml


ROOT_BLOCKS = range(ROOT_AT * SECTOR // 4096, (ROOT_AT + PART_SECTORS) * SECTOR // 4096)


@functools.cache
def with_environment():
    """U-Boot's environment at 600 KiB: one block outside of every partition."""
    image = bytearray(mbr())
    place(image, 600 * 1024, noise(4096, 5))
    return bytes(image)


@functools.cache
def with_end():
    image = bytearray(mbr())
    place(image, DISK - 4096, noise(4096, 6))
    return bytes(image)


def bmapped(data, text, name="golden.wic.bmap", sums=True):
    """golden.wic with its map, and a right golden.wic.sha256."""
    def make(folder):
        raw = data()
        path = write(folder, "golden.wic", raw)
        text_now = text(raw)
        write(folder, name, text_now if isinstance(text_now, bytes) else text_now.encode())
        if sums:
            write(folder, "golden.wic.sha256", f"{sha256(raw)}  golden.wic\n".encode())
        return path
    return make


def bmap_case(name, data, text, **more):
    options = {key: more.pop(key) for key in ("name", "sums") if key in more}
    if "bmap" in more:
        options["name"] = more.pop("bmap")
    return Case(name, bmapped(data, text, **options), **more)


SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{}-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n"
BMAPS = [
    bmap_case("a bmap that is right", mbr, bmap_xml, checked=("golden.wic.sha256", "golden.wic.bmap"), stored="golden.wic"),
    bmap_case("a bmap leaves out a whole file system", mbr, lambda raw: bmap_xml(raw, ROOT_BLOCKS), has=("unmapped-data",),
              stored="golden.wic", device=20 * MIB),
    bmap_case("a bmap leaves out one block", with_environment, lambda raw: bmap_xml(raw, (150,)), has=("unmapped-data",),
              stored="golden.wic", device=20 * MIB),
    bmap_case("a bmap without checksums leaves out data", mbr, lambda raw: bmap_xml(raw, ROOT_BLOCKS, sums=False),
              has=("unmapped-data",), stored="golden.wic"),
    bmap_case("data in the last block alone, left out", with_end, lambda raw: bmap_xml(raw, (DISK // 4096 - 1,)),
              has=("unmapped-data",), stored="golden.wic", device=20 * MIB),
    bmap_case("left out, without a sum", mbr, lambda raw: bmap_xml(raw, ROOT_BLOCKS), sums=False, has=("unmapped-data",),
              stored="golden.wic"),
    bmap_case("a bmap in UTF-16", mbr, lambda raw: bmap_xml(raw).encode("utf-16"), checked=("golden.wic.sha256", "golden.wic.bmap")),
    bmap_case("a clear-signed bmap", mbr, lambda raw: SIGNED.format(bmap_xml(raw)), checked=("golden.wic.sha256", "golden.wic.bmap")),
    bmap_case("a compressed bmap", mbr, lambda raw: gz(bmap_xml(raw).encode()), bmap="golden.wic.bmap.gz",
              checked=("golden.wic.sha256", "golden.wic.bmap.gz")),
    *[bmap_case(f"a bmap in {ending}", mbr, lambda raw, pack=pack: pack(bmap_xml(raw).encode()), bmap=f"golden.wic.bmap.{ending}",
                checked=("golden.wic.sha256", f"golden.wic.bmap.{ending}"))
      for ending, pack in (("xz", lzma.compress), ("bz2", bz2.compress), ("zst", zstd))],
    bmap_case("a compressed bmap that is cut off", mbr, lambda raw: lzma.compress(bmap_xml(raw).encode())[:-20],
              bmap="golden.wic.bmap.xz", state="failed", codes=("sidecar-unusable",), says="golden.wic.bmap.xz"),
    bmap_case("a bmap of version 1.2", mbr, lambda raw: bmap_xml(raw, version="1.2"), checked=("golden.wic.sha256", "golden.wic.bmap")),
    bmap_case("a bmap with other line ends", mbr, lambda raw: bmap_xml(raw).replace("\n", "\r\n"),
              checked=("golden.wic.sha256", "golden.wic.bmap")),
    bmap_case("a bmap that was edited", mbr, lambda raw: bmap_xml(raw).replace("<BlockMap>", "<BlockMap> "), state="failed",
              codes=("sidecar-unusable",), says="golden.wic.bmap"),
    bmap_case("a bmap of another image", mbr, lambda raw: bmap_xml(raw, size=DISK + 4096), state="failed",
              codes=("checksum-mismatch", "sidecar-unusable")),
    bmap_case("a range's checksum is wrong", mbr, lambda raw: bmap_xml(flipped(raw, ROOT_AT * SECTOR + 2000)), sums=False, state="failed",
              codes=("checksum-mismatch",)),
]


# --- sums ---

def summed(name, text, algorithm="sha256", inner=False, right=True):
    """golden.img.gz with a file of its sum beside it; `text` makes the file of the sum."""
    def make(folder):
        raw = mbr()
        packed = gz(raw)
        path = write(folder, "golden.img.gz", packed)
        digest = hashlib.new(algorithm, raw if inner else packed).hexdigest()
        if not right:
            digest = ("0" if digest[0] != "0" else "1") + digest[1:]
        contents = text(digest)
        write(folder, name, contents if isinstance(contents, bytes) else contents.encode())
        return path
    return make


def sums(title, name, text, **more):
    """Two cases: the right sum is named as checked, the wrong one fails the import."""
    return [Case(title, summed(name, text, **more), checked=(name,)),
            Case(title + ", wrong", summed(name, text, right=False, **more), "failed", ("checksum-mismatch",))]


def line(name="golden.img.gz", mark="  ", end="\n"):
    return lambda digest: f"{digest}{mark}{name}{end}"


def hash_table(digest):
    """PowerShell: Get-FileHash | Out-File."""
    text = (f"\r\nAlgorithm       Hash{' ' * 70}Path\r\n---------       ----{' ' * 70}----\r\n"
            f"SHA256          {digest.upper()}       C:\\out\\golden.img.gz\r\n\r\n")
    return text.encode("utf-16")


def zip_with_sums(right):
    def make(folder):
        raw = mbr()
        digest = sha256(raw if right else raw[1:])
        return write(folder, "golden.zip", zipped(("golden.img", raw), ("golden.img.sha256", f"{digest}  golden.img\n")))
    return make


SUMS = [
    *sums("NAME.sha256", "golden.img.gz.sha256", line()),
    *sums("binary mark", "golden.img.gz.sha256", line(mark=" *")),
    *sums("BSD", "golden.img.gz.sha256", lambda digest: f"SHA256 (golden.img.gz) = {digest}\n"),
    *sums("a bare sum", "golden.img.gz.sha256", lambda digest: digest + "\n"),
    *sums("SHA256SUMS", "SHA256SUMS", lambda digest: "0" * 64 + "  other.img\n" + line()(digest)),
    *sums("sha256sums", "sha256sums", line(mark=" *")),
    *sums("NAME.sha", "golden.img.gz.sha", line()),
    *sums("X-CHECKSUM", "Fedora-41-CHECKSUM", lambda digest: f"# golden.img.gz: 5 bytes\nSHA256 (golden.img.gz) = {digest}\n"),
    *sums("CHECKSUM", "CHECKSUM", lambda digest: f"SHA256 (golden.img.gz) = {digest}\n"),
    *sums("upper case", "golden.img.gz.SHA256", lambda digest: digest.upper() + "  golden.img.gz\n"),
    *sums("SHA-512", "golden.img.gz.sha512", line(), algorithm="sha512"),
    *sums("SHA512SUMS", "SHA512SUMS", line(), algorithm="sha512"),
    *sums("UTF-16", "golden.img.gz.sha256", lambda digest: line(end="\r\n")(digest).encode("utf-16")),
    *sums("UTF-8 with a mark", "SHA256SUMS", lambda digest: b"\xef\xbb\xbf" + line()(digest).encode()),
    *sums("Get-FileHash", "golden.img.gz.sha256", hash_table),
    *sums("one space in front", "golden.img.gz.sha256", lambda digest: " " + line()(digest)),
    *sums("CRLF", "SHA256SUMS", line(end="\r\n")),
    *sums("CR", "SHA256SUMS", line(end="\r")),
    *sums("another system's path", "SHA256SUMS", line("out\\golden.img.gz")),
    *sums("a path", "SHA256SUMS", line("./out/golden.img.gz")),
    *sums("the inner file's", "golden.img.sha256", line("golden.img"), inner=True),
    *sums("the inner file's, in the outer one's", "golden.img.gz.sha256", line("golden.img"), inner=True),
    *sums("the inner file's, bare, in the outer one's", "golden.img.gz.sha256", lambda digest: digest, inner=True),
    *sums("the outer file's, bare, in the inner one's", "golden.img.sha256", lambda digest: digest),
    Case("inside a zip, right", zip_with_sums(True), checked=("golden.zip/golden.img.sha256",)),
    Case("inside a zip, wrong", zip_with_sums(False), "failed", ("checksum-mismatch",)),
    Case("MD5 is not checked, and that is said", summed("golden.img.gz.md5", line(), algorithm="md5"), unchecked=("golden.img.gz.md5",)),
    Case("MD5SUMS likewise", summed("MD5SUMS", line(), algorithm="md5"), unchecked=("MD5SUMS",)),
]


# --- smaller devices, and odd ends ---

def small_table(folder):
    return write(folder, "golden.img", bytes(mbr_of((0x0c, 64, 2048), (0x83, 1024, 4 * MIB // SECTOR - 1024), size=5 * MIB)))


DEVICES = [
    Case("overlapping table, device smaller", small_table, has=("partitions-overlap",), may=("no-boot-partition",), device=3 * MIB,
         outcome="device-too-small"),
    Case("file system alone, device smaller by a sector", file_of(ext4), has=("only-filesystem",), may=("no-partition-table",),
         device=PART_SECTORS * SECTOR - SECTOR, outcome="device-too-small"),
    Case("zeros, device smaller", file_of(bytes(1000) + b"x" + bytes(64 * MIB - 1001)), has=("no-partition-table",), device=16 * MIB, outcome="device-too-small"),
    Case("table reaches beyond the device", file_of(two_tebibytes), has=(("partition-unplausible", 2),), may=("image-truncated",),
         device=17 * MIB, outcome="device-too-small"),
    Case("only empty space is cut", file_of(lambda: mbr(size=24 * MIB)), device=DISK),
    Case("odd end in the last MiB of a file", file_of(lambda: mbr() + bytes(511) + b"e"), device=DISK + 4096),
    Case("1000 bytes more, and a file that ends with it", file_of(lambda: mbr() + bytes(999) + b"e"), has=("size-not-in-sectors",),
         device=DISK + 4096),
    Case("less than a MiB", file_of(lambda: bytes(mbr_of((0x0c, 64, 512), size=MIB // 2 + SECTOR))), may=("no-boot-partition",),
         device=4 * MIB),
]

CASES = READY + TRUNCATED + FOREIGN + NO_TABLE + TABLES + TRAILING + TWINS + BMAPS + SUMS + DEVICES


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for number, case in enumerate(CASES):
        folder = os.path.join(sys.argv[1], f"{number:03} {case.name}".replace("/", "-"))
        shutil.rmtree(folder, True)
        os.makedirs(folder)
        print(f"{case.make(folder)}\n    {case.state} {'/'.join(case.codes)} {case.has or ''}")


if __name__ == "__main__":
    main()
