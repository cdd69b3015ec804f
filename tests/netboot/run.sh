#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the netboot kit twice, compares, and boots a QEMU machine from it over DHCP and TFTP: registration, deploy with
# verification, backup. In a network namespace of its own; needs root, or user namespaces.
#   tests/netboot/run.sh      PS_STATION names the station (default: build/dev's)
# Exit code 77 where something is missing that it needs, and says what; with CI set in the environment that is a failure.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH=$PATH:/usr/sbin:/sbin PYTHONDONTWRITEBYTECODE=1
export PS_STATION=${PS_STATION:-$PWD/build/dev/app/provisioning-station}
export PS_KIT=${PS_KIT:-$PWD/build/netboot-kit}
started=$SECONDS

missing()
{
    echo "netboot test skipped: $1 is missing ($2)"
    [ -z "${CI:-}" ] || exit 1
    exit 77
}

needs()
{
    local what
    for what in "$@"; do
        command -v "$what" > /dev/null || missing "$what" "installer/packages.sh client test"
    done
}

step()
{
    echo "-- $1 (at $((SECONDS - started)) s)"
}

needs qemu-system-aarch64 mkenvimage dnsmasq fdtput zstd aarch64-linux-gnu-g++ ip
[ -f /usr/lib/u-boot/qemu_arm64/u-boot.bin ] || missing "U-Boot for QEMU" "package u-boot-qemu"
[ -c /dev/net/tun ] || missing /dev/net/tun "the kernel's tun device"
[ -x "$PS_STATION" ] || missing "$PS_STATION" "build the station first"
namespace=(unshare --net)
[ "$(id -u)" = 0 ] || namespace=(unshare --net --map-root-user)
"${namespace[@]}" true 2> /dev/null || missing "a network namespace" "root, or user namespaces"

step "kit"
installer/netboot/build.sh "$PS_KIT"
step "kit, again from scratch"
again=$(mktemp -d)
trap 'rm -rf "$again"' EXIT
installer/netboot/build.sh "$again/kit" --build-dir "$again/build"
diff -r "$PS_KIT" "$again/kit"
echo "both builds are the same, bit for bit"

step "check"
python3 tests/netboot/kit_test.py
step "boot"
"${namespace[@]}" python3 tests/netboot/netboot_test.py
step "done"
