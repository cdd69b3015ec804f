#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the netboot kit's manifest as JSON: each file with size, SHA-256, and where it comes from; each Debian package
with version and source; what is linked into the client; licences. Nothing in it depends on the time or the place.

    manifest.py --kit DIR --debs DIR --parts DIR --client FILE --initramfs FILE
"""
import argparse
import glob
import hashlib
import json
import os
import re
import subprocess

# SPDX names of what the client is linked from; their texts are in the Debian packages named.
CLIENT_PARTS = {
    "Qt6Core": ("qt6-base", "LGPL-3.0-only"),
    "libcrypto": ("openssl", "Apache-2.0"),
    "libzstd": ("libzstd", "BSD-3-Clause"),
    "ext2fs": ("e2fsprogs", "LGPL-2.0-only"),
    "blkid": ("util-linux", "LGPL-2.1-or-later"),
}
PACKAGE_LICENCES = {
    "busybox-static": "GPL-2.0-only",
    "linux-image": "GPL-2.0-only WITH Linux-syscall-note",
    "raspi-firmware": "LicenseRef-Broadcom-firmware (redistribution for Raspberry Pi devices)",
}
ORIGINS = {
    "start4": "raspi-firmware", "fixup4": "raspi-firmware", "kernel8": "linux-image", "bcm2711": "linux-image",
    "initramfs": "provisioning-client, busybox-static, linux-image",
}


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def described(path):
    return {"size": os.path.getsize(path), "sha256": sha256(path)}


def by_prefix(table, name, otherwise):
    return next((value for prefix, value in table.items() if name.startswith(prefix)), otherwise)


def files(kit):
    listed = {}
    for folder, _, names in os.walk(kit):
        for name in names:
            path = os.path.join(folder, name)
            listed[os.path.relpath(path, kit)] = {
                **described(path), "from": by_prefix(ORIGINS, name, "provisioning-station")}
    return listed


def package(path):
    fields = dict(line.split(": ", 1) for line in subprocess.run(
        ["dpkg-deb", "-f", path, "Package", "Version", "Architecture", "Source"],
        capture_output=True, text=True, check=True).stdout.splitlines())
    name = fields["Package"]
    return {"name": name, "version": fields["Version"], "architecture": fields["Architecture"],
            "source": fields.get("Source", name), "licence": by_prefix(PACKAGE_LICENCES, name, "see licences/"),
            **described(path)}


def library_version(parts, name):
    found = glob.glob(f"{parts}/**/{name}.pc", recursive=True)
    if not found:
        return re.search(r"-qt([^_-]+)", parts)[1] if name == "Qt6Core" else ""
    with open(found[0], encoding="utf-8") as file:
        return re.search(r"^Version:\s*(\S+)", file.read(), re.M)[1]


def client(arguments):
    linked = [{"name": name, "source": source, "version": library_version(arguments.parts, name), "licence": licence}
              for name, (source, licence) in CLIENT_PARTS.items()]
    return {"licence": "GPL-3.0-or-later", **described(arguments.client), "statically_linked": linked}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("kit", "debs", "parts", "client", "initramfs"):
        parser.add_argument("--" + name, required=True)
    arguments = parser.parse_args()
    listed = files(arguments.kit)
    print(json.dumps({
        "manifest_version": 1,
        "files": listed,
        "packages": [package(path) for path in sorted(glob.glob(arguments.debs + "/*.deb"))],
        "client": client(arguments),
        "initramfs_uncompressed": os.path.getsize(arguments.initramfs),
        "kernel_and_initramfs": sum(listed[name]["size"] for name in ("kernel8.img", "initramfs.img")),
    }, indent=1, sort_keys=True))


main()
