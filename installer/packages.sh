#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The one list of the Debian packages that the project needs, by purpose, and their installation.
#   installer/packages.sh GROUP…          installs what is missing of these groups
#   installer/packages.sh --list GROUP…   prints the names
# Groups: build (station and client), client (the aarch64 client, the netboot kit), run (a built station), test, bench (what it is measured against).
# Asks for root (sudo) only when something is missing. Names hold for Debian 12 and 13.
set -eu

packages_build="ca-certificates ccache cmake g++ make ninja-build pkg-config python3
    libarchive-dev libblkid-dev libboost-dev libext2fs-dev libfdisk-dev libgl-dev libssl-dev libzstd-dev
    zlib1g-dev
    qt6-base-dev qt6-httpserver-dev qt6-websockets-dev
    qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools linguist-qt6"

packages_client="binutils ccache cmake device-tree-compiler dpkg-dev g++-aarch64-linux-gnu gcc-aarch64-linux-gnu
    libboost-dev ninja-build pkg-config python3 qemu-user-static qt6-base-dev qt6-base-dev-tools xz-utils zstd"

packages_run="curl dnsmasq-base dosfstools e2fsprogs fdisk fonts-dejavu-core iproute2 libqt6sql6-sqlite nftables
    pkexec qt6-translations-l10n zstd"

packages_test="binutils bmap-tools busybox bzip2 clang-format curl dnsmasq-base dosfstools e2fsprogs exfat-fuse exfatprogs fdisk fonts-dejavu-core git imagemagick
    iproute2 libqt6sql6-sqlite mtools nftables nginx-light ntfs-3g procps python3 python3-configobj python3-jinja2 python3-jsonpatch
    python3-jsonschema python3-netifaces python3-oauthlib python3-requests python3-yaml qemu-system-arm qemu-user-static
    shellcheck sqlite3 u-boot-qemu u-boot-tools util-linux x11-apps xauth xdotool xvfb xz-utils zip zstd"

packages_bench="bmap-tools curl e2fsprogs fdisk iproute2 nginx-light partclone python3 util-linux zstd"

die()
{
    echo "packages.sh: $*" >&2
    exit 1
}

list_groups()
{
    for group in "$@"; do
        case $group in
        build) echo "$packages_build" ;;
        client) echo "$packages_client" ;;
        run) echo "$packages_run" ;;
        test) echo "$packages_test" ;;
        bench) echo "$packages_bench" ;;
        *) die "unknown group '$group' (build, client, run, test, bench)" ;;
        esac
    done | tr -s ' ' '\n' | grep . | sort -u
}

# A name may be provided by another package (qemu-user-static is, in Debian 13).
installed_names()
{
    dpkg-query -W -f '${db:Status-Status} ${Package}, ${Provides}\n' 2>/dev/null |
        sed -n 's/^installed //p' | tr -d ' ' | tr ',' '\n' | sed 's/(.*//' | sort -u
}

missing_packages()
{
    have=$(mktemp)
    installed_names > "$have"
    list_groups "$@" | comm -23 - "$have"
    rm -f "$have"
}

as_root()
{
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo > /dev/null; then
        sudo "$@"
    else
        die "these packages are missing and need root or sudo: $missing"
    fi
}

if [ "${1:-}" = --list ]; then
    shift
    list_groups "$@"
    exit 0
fi
[ $# -gt 0 ] || die "name at least one group: build, client, run, test, bench"
export LC_ALL=C
missing=$(missing_packages "$@" | tr '\n' ' ')
[ -n "$missing" ] || exit 0
echo "== installing Debian packages: $missing"
as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3 update
# shellcheck disable=SC2086 # a list of names
as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 \
    install --no-install-recommends $missing
