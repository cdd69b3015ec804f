#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the netboot kit twice, compares, and boots a QEMU machine from it over DHCP and TFTP: registration, deploy with
# verification, loop guard, backup; and one without boot ROM, with troubles of a bench and the hardware watchdog. In namespaces
# of its own; needs root.
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

needs qemu-system-aarch64 mkenvimage dnsmasq nft fdtput zstd aarch64-linux-gnu-g++ ip
[ "$(id -u)" = 0 ] || missing "root" "DHCP, TFTP and network namespaces need it"
[ -f /usr/lib/u-boot/qemu_arm64/u-boot.bin ] || missing "U-Boot for QEMU" "package u-boot-qemu"
[ -c /dev/net/tun ] || missing /dev/net/tun "the kernel's tun device"
[ -x "$PS_STATION" ] || missing "$PS_STATION" "build the station first"
# The netboot service keeps its state in /run: there, one of its own.
apart=(unshare --net --mount --propagation private sh -c 'mount -t tmpfs none /run && exec "$@"' sh)
"${apart[@]}" true 2> /dev/null || missing "a network namespace" "the kernel or the container forbids it"

step "kit"
installer/netboot/build.sh "$PS_KIT/"
# The machine of boot_test.py waits more than it works: it does so while the kit is built again.
again=$(mktemp -d)
trap 'wait; rm -rf "$again"' EXIT
"${apart[@]}" python3 tests/netboot/boot_test.py > "$again/boot.log" 2>&1 &
boot=$!
step "kit, again from scratch"
installer/netboot/build.sh "$again/kit" --build-dir "$again/build"
diff -r "$PS_KIT" "$again/kit"
echo "both builds are the same, bit for bit"

step "check"
python3 tests/netboot/kit_test.py
step "what a Raspberry Pi 4 asks for, in its order, of this kit"
PS_NETBOOT_HELPER=$(dirname "$PS_STATION")/netboot/helper/provisioning-netboot-helper python3 -B \
    tests/netboot_service/helper_test.py -k test_firmware_finds_its_files
step "a late cable, a late DHCP server, a client that ends or stands still"
code=0
wait "$boot" || code=$?
cat "$again/boot.log"
[ "$code" = 0 ] || exit "$code"
step "from power-on to a proven deploy"
"${apart[@]}" python3 tests/netboot/netboot_test.py
step "done"
