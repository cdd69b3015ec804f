#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the netboot kit: everything that a CM4 or Pi 4 fetches by TFTP until provisioning-client runs, in one folder that
# a TFTP server has as its root. From Debian packages and this source tree alone, without root; the same
# packages and sources give the same bytes.
#   installer/netboot/build.sh OUT_DIR [--build-dir DIR]   builds; DIR: where the client is compiled
#                                                          a kit in OUT_DIR stays whole until the new one replaces it
#   installer/netboot/build.sh --check DIR                 says in words what is missing in a kit, or too large for TFTP
# Packages and compiled libraries are kept in ~/.cache/provisioning-station. Needs installer/packages.sh client.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$here/../lib/private-apt.sh"
. "$here/kit_place.sh"
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1

cache=${XDG_CACHE_HOME:-$HOME/.cache}/provisioning-station
debs=$cache/netboot-debs
# Kernels say which device tree they have for which board; the firmware asks for one of these names.
device_trees="bcm2711-rpi-4-b bcm2711-rpi-400 bcm2711-rpi-cm4"
work_space=$((512 * 1024 * 1024)) # bytes: Debian's kernel package alone has 350 MB of modules
firmware="start4.elf fixup4.dat start4cd.elf fixup4cd.dat"

say()
{
    echo "netboot kit: $*"
}

die()
{
    echo "build.sh: $*" >&2
    exit 1
}

usage()
{
    sed -n 's/^#   //p' "$here/build.sh" >&2
    exit 2
}

# linux-image-arm64 is a name for the newest one.
kernel_package()
{
    private_apt apt-cache show --no-all-versions linux-image-arm64:arm64 |
        sed -n 's/^Depends: \(linux-image-[^ ,]*\).*/\1/p'
}

# What apt has by now verified is not fetched again; older versions are forgotten.
fetch_packages()
{
    private_apt_setup "$cache/apt"
    packages="busybox-static:arm64 $(kernel_package):arm64 raspi-firmware"
    say "packages: $packages"
    mkdir -p "$debs" "$work/debs"
    # shellcheck disable=SC2086 # a list of names; the files' own are told only where they are not there yet
    (cd "$work/debs" && private_apt apt-get -q --print-uris download $packages) | awk '{print $2}' > "$work/names"
    # shellcheck disable=SC2086
    (cd "$debs" && private_apt apt-get -q download $packages) > "$work/download.log" 2>&1 ||
        { cat "$work/download.log" >&2; exit 1; }
    while read -r name; do
        ln -s "$debs/$name" "$work/debs/$name"
    done < "$work/names"
    find "$debs" -name '*.deb' -mtime +30 -delete
}

unpack_packages()
{
    for package in "$work"/debs/*.deb; do
        dpkg-deb -x "$package" "$work/system"
    done
    set -- "$work"/system/boot/vmlinuz-*
    kernel_version=${1##*/vmlinuz-}
    modules=$work/system/lib/modules/$kernel_version
    [ -d "$modules" ] || modules=$work/system/usr/lib/modules/$kernel_version
}

build_client()
{
    say "the client for aarch64"
    "$here/build-qtcore.sh" > "$work/qtcore.log" 2>&1 || { tail -40 "$work/qtcore.log" >&2; exit 1; }
    (
        cd "$root"
        export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
        cmake --preset client-aarch64 -B "$build_dir" --log-level=WARNING &&
            cmake --build "$build_dir" -j "$(nproc)" --target provisioning-client
    ) > "$work/client.log" 2>&1 || { tail -40 "$work/client.log" >&2; exit 1; }
    aarch64-linux-gnu-strip -o "$work/provisioning-client" "$build_dir/netclient/provisioning-client"
}

# zstd: 0.5 MB less to fetch than gzip -9, and unpacked sooner; Debian's kernels have RD_ZSTD=y.
make_initramfs()
{
    busybox=$(find "$work/system" -path '*bin/busybox' -type f)
    python3 "$here/initramfs.py" --busybox "$busybox" --client "$work/provisioning-client" \
        --modules "$modules" > "$work/initramfs.cpio"
    zstd -q -19 -T1 --no-check -o "$kit/initramfs.img" "$work/initramfs.cpio"
}

# The firmware knows gzip, and nothing better, for a 64-bit kernel.
make_kernel()
{
    gzip -9 -n < "$work/system/boot/vmlinuz-$kernel_version" > "$kit/kernel8.img"
}

# A mainline device tree names no mmc0, so that the eMMC's number depends on who is found first.
make_device_trees()
{
    for name in $device_trees; do
        source=$(find "$work/system" -name "$name.dtb" -o -name "$name-io.dtb" | head -1)
        cp "$source" "$kit/$name.dtb"
        fdtput -t s "$kit/$name.dtb" /aliases mmc0 /emmc2bus/mmc@7e340000
    done
}

copy_firmware()
{
    for name in $firmware; do
        cp "$(find "$work/system" -name "$name")" "$kit/$name"
    done
}

write_manifest()
{
    for package in "$work"/debs/*.deb; do
        name=$(dpkg-deb -f "$package" Package)
        mkdir -p "$kit/licences"
        cp "$work/system/usr/share/doc/$name/copyright" "$kit/licences/$name.txt"
    done
    cp "$root/LICENSE" "$kit/licences/provisioning-client.txt"
    python3 "$here/manifest.py" --kit "$kit" --debs "$work/debs" --parts "$("$here/build-qtcore.sh" --print-only)" \
        --client "$work/provisioning-client" --initramfs "$work/initramfs.cpio" > "$work/manifest.json"
    mv "$work/manifest.json" "$kit/manifest.json"
}

check_tools()
{
    local missing=() tool
    for tool in aarch64-linux-gnu-g++ apt-get cmake dpkg-deb fdtput gzip ninja python3 zstd; do
        command -v "$tool" > /dev/null || missing+=("$tool")
    done
    [ ${#missing[@]} -eq 0 ] || die "missing: ${missing[*]} (installer/packages.sh client)"
}

make_kit()
{
    build_client
    fetch_packages
    unpack_packages
    say "kernel $kernel_version"
    make_kernel
    make_initramfs
    make_device_trees
    copy_firmware
    cp "$here/boot/config.txt" "$here/boot/cmdline.txt" "$kit/"
    write_manifest
    find "$kit" -type f -exec chmod 644 {} +
    python3 "$here/check_kit.py" "$kit"
    put_in_place "$kit" "$out"
}

clean_up()
{
    rm -rf "$work"
    clear_place "$out"
}

interrupted()
{
    trap '' TERM INT HUP
    kill -TERM -- "-$job" 2> /dev/null || true
    # A swap that has begun is finished; cleaning up under it would take the kit away.
    while kill -0 -- "-$job" 2> /dev/null; do
        sleep 0.1
    done
    exit "$1"
}

# The work is a job of its own, so that a signal ends all of it at once, compilers too, and nothing stays behind.
build()
{
    out=$(place_of "$1")
    check_tools
    check_place "$out"
    need_space "${TMPDIR:-/tmp}" "$work_space" "building"
    work=$(mktemp -d "${TMPDIR:-/tmp}/netboot-kit.XXXXXX")
    trap clean_up EXIT
    trap 'interrupted 143' TERM
    trap 'interrupted 130' INT
    trap 'interrupted 129' HUP
    kit=$work/kit
    mkdir -p "$kit"
    set -m
    (make_kit) &
    job=$!
    set +m
    wait "$job" || exit
    say "kernel $(stat -c %s "$out/kernel8.img") bytes, initramfs $(stat -c %s "$out/initramfs.img") bytes, in $out"
}

out_dir='' build_dir=$root/build/client-aarch64
while [ $# -gt 0 ]; do
    case $1 in
    --check)
        [ $# -eq 2 ] || usage
        exec python3 "$here/check_kit.py" "$2"
        ;;
    --build-dir)
        [ $# -ge 2 ] || usage
        build_dir=$2
        shift
        ;;
    -*) usage ;;
    *)
        [ -z "$out_dir" ] || usage
        out_dir=$1
        ;;
    esac
    shift
done
[ -n "$out_dir" ] || usage
build "$out_dir"
