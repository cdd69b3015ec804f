#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Starts the kit's kernel, initramfs and Pi 4 device tree on QEMU's raspi4b machine, as far as that goes: real Raspberry Pi
# drivers for SD card, watchdog, GPIO and LED. It has no Ethernet, so that init waits for a link, and says so by the LED.
#   tests/netboot/raspi4b.sh [KIT]     default: build/netboot-kit
# Needs QEMU 9 or later: PS_QEMU names one, else the PATH's is taken; failing that, Debian 12's from bookworm-backports is fetched
# into the user's cache and run from there (it is not installed). 77 where there is none.
set -euo pipefail
cd "$(dirname "$0")/../.."
kit=$(realpath "${1:-build/netboot-kit}")
. installer/lib/private-apt.sh
cache=${XDG_CACHE_HOME:-$HOME/.cache}/provisioning-station
backported=$cache/qemu-backports
gpio_level_1=0xfe200038 # GPLEV1 (BCM2711 ARM Peripherals, 5.2): bit 10 is GPIO 42, the ACT LED

die()
{
    echo "raspi4b.sh: $*" >&2
    exit 1
}

knows_raspi4b()
{
    [ -n "$1" ] && "$1" -M help 2> /dev/null | grep -q raspi4b
}

# With a package state of its own, as the kit's builder has one.
fetch_from_backports()
{
    local state=$cache/apt-backports
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/parts" "$state/debs"
    : > "$state/status"
    # shellcheck disable=SC2034 # for private_apt
    private_apt_dir=$state
    installer/lib/debian-sources.py | sed -n 's/^\(deb .*\) bookworm main.*/\1 bookworm-backports main/p' > "$state/sources.list"
    private_apt apt-get -q update
    (cd "$state/debs" && private_apt apt-get -q download qemu-system-arm qemu-system-common)
    rm -rf "$backported.part"
    for package in "$state"/debs/*.deb; do
        dpkg-deb -x "$package" "$backported.part"
    done
    rm -rf "$backported" "$state/debs"
    mv "$backported.part" "$backported"
}

find_qemu()
{
    qemu=${PS_QEMU:-$(command -v qemu-system-aarch64 || true)}
    if knows_raspi4b "$qemu"; then
        return
    fi
    qemu=$backported/usr/bin/qemu-system-aarch64
    if [ ! -x "$qemu" ] && grep -q '^VERSION_CODENAME=bookworm' /etc/os-release; then
        echo "fetching QEMU from bookworm-backports"
        fetch_from_backports > "$work/fetched" 2>&1 || cat "$work/fetched"
    fi
    if ! knows_raspi4b "$qemu"; then
        echo "raspi4b.sh: skipped: no QEMU that has the machine raspi4b (9.0 or later); PS_QEMU may name one"
        exit 77
    fi
}

# Without what QEMU's machine lacks: a driver that waits for it keeps its neighbours waiting. The card is at the controller
# that has the radio on a board.
adapt_device_tree()
{
    local tree=$1 node
    for node in /soc/interrupt-controller@7ef00100 /soc/clock@7ef00000 /soc/hdmi@7ef00700 /soc/hdmi@7ef05700 \
        /soc/i2c@7ef04500 /soc/i2c@7ef09500 /soc/usb@7e980000 /soc/serial@7e215040; do
        fdtput -t s "$tree" "$node" status disabled
    done
    fdtput -d "$tree" /emmc2bus/mmc@7e340000 vqmmc-supply vmmc-supply
    fdtput -d "$tree" /soc/mmc@7e300000 mmc-pwrseq pinctrl-0 pinctrl-names non-removable
    fdtput -r "$tree" /leds/led-pwr # behind the firmware
}

wait_said()
{
    local text=$1 left=$((10 * $2))
    until grep -aq -- "$text" "$work/console"; do
        kill -0 "$machine" 2> /dev/null || die "the machine is off: $(tail -3 "$work/console")"
        left=$((left - 1))
        [ $left -gt 0 ] || die "the console never said '$text': $(tail -3 "$work/console")"
        sleep 0.1
    done
    echo "said: $(grep -a -m 1 -- "$text" "$work/console" | tr -d '\r')"
}

# The LED for 8 s, ten times a second: how often it changed.
watch_led()
{
    python3 - "$work/monitor" "$gpio_level_1" << 'END'
import re
import socket
import sys
import time

path, register = sys.argv[1:]
with socket.socket(socket.AF_UNIX) as monitor:
    monitor.connect(path)
    lit = []
    for _ in range(80):
        monitor.sendall(f"xp /1xw {register}\n".encode())
        time.sleep(0.1)
        answer = monitor.recv(65536).decode(errors="replace")
        lit += [int(value, 16) >> 10 & 1 for value in re.findall(r"[0-9a-f]{8}: 0x([0-9a-f]{8})", answer)]
changes = sum(a != b for a, b in zip(lit, lit[1:]))
print("LED:", "".join("#" if on else "." for on in lit))
# 1 s lit and 1 s dark; 4 where the host is busy, and none where nobody blinks.
sys.exit(0 if 4 <= changes <= 9 else f"raspi4b.sh: the LED changed {changes} times in 8 s")
END
}

[ -f "$kit/kernel8.img" ] || die "there is no kit in $kit (installer/netboot/build.sh makes one)"
work=$(mktemp -d)
machine=
trap '[ -z "$machine" ] || kill "$machine" 2> /dev/null || true; wait; rm -rf "$work"' EXIT
find_qemu
gzip -dc "$kit/kernel8.img" > "$work/kernel"
cp "$kit/bcm2711-rpi-4-b.dtb" "$work/tree"
adapt_device_tree "$work/tree"
truncate -s 128M "$work/card"
echo "$("$qemu" --version | head -1), $kit"
: > "$work/console"
"$qemu" -M raspi4b -display none -kernel "$work/kernel" -initrd "$kit/initramfs.img" -dtb "$work/tree" \
    -append "console=ttyAMA0 panic=10" -drive "file=$work/card,if=sd,format=raw" \
    -serial "file:$work/console" -monitor "unix:$work/monitor,server=on,wait=off" > "$work/qemu" 2>&1 &
machine=$!
wait_said "Machine model: Raspberry Pi 4" 60
wait_said "mmcblk[0-9]: .* 128 MiB" 60
wait_said "bcm2835-wdt: Broadcom BCM2835 watchdog timer" 60
wait_said "init: kernel" 60
watch_led
wait_said "init: no DHCP lease after 20 s" 120
echo "raspi4b.sh: kernel, device tree, initramfs, SD card, watchdog and LED as far as this machine goes"
