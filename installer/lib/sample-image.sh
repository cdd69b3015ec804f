#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes a sample golden image without root: MBR, a FAT boot partition and an ext4 root that holds files.
#   installer/lib/sample-image.sh FILE [MIB]      size in MiB, default 512
set -euo pipefail

image=$1
mib=${2:-512}
boot_start=1 # MiB
boot_size=64
root_start=$((boot_start + boot_size))
root_size=$((mib - root_start))
tools=/usr/sbin:/sbin:$PATH

content=$(mktemp -d)
trap 'rm -rf "$content" "$image.part"' EXIT

# A quarter of the root partition is used, half of that does not compress.
fill()
{
    mkdir -p "$content"/{etc,home/pi,var/lib/demo,usr/share/text}
    echo demo-device > "$content/etc/hostname"
    for i in 1 2 3 4; do
        head -c $((root_size * 1024 * 1024 / 32)) /dev/urandom > "$content/var/lib/demo/random-$i.bin"
        head -c $((root_size * 1024 * 1024 / 32)) < <(yes "line of the sample image, file $i") \
            > "$content/usr/share/text/text-$i.txt"
    done
}

fill
rm -f "$image.part"
truncate -s "${mib}M" "$image.part"
PATH=$tools sfdisk -q "$image.part" << END
label: dos
start=${boot_start}MiB, size=${boot_size}MiB, type=e, bootable
start=${root_start}MiB, type=83
END
# Warns that the file is longer than the partition, which is meant.
told=$(PATH=$tools mkfs.vfat -F 16 -n BOOT --offset $((boot_start * 2048)) "$image.part" $((boot_size * 1024)) 2>&1) || {
    echo "$told" >&2
    exit 1
}
PATH=$tools mkfs.ext4 -q -F -L rootfs -d "$content" -E offset=$((root_start * 1024 * 1024)) \
    "$image.part" $((root_size * 1024))k
mv "$image.part" "$image"
