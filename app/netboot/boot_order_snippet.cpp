// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/boot_order_snippet.h"

namespace netboot
{
namespace
{

// PROVISIONING_ROOT stands before every path, so that the script can be tried in a folder.
constexpr const char *scriptTemplate = R"script(#!/bin/sh
# Sets BOOT_ORDER in the bootloader's EEPROM of a Raspberry Pi 4 or Compute Module 4.
# Runs at each start until the order is in effect, then removes itself. Gives up after six
# starts. What it does is in /var/log/provisioning-boot-order.log and in the system's log.
set -u
wanted=@ORDER@
root=${PROVISIONING_ROOT:-}
log=$root/var/log/provisioning-boot-order.log
attempts_file=$root/var/lib/provisioning-boot-order.attempts
restart_flag=$root/run/provisioning-boot-order.restart
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir -p "$root/var/log" "$root/var/lib" "$root/run"

tell() {
    echo "$(date '+%Y-%m-%d %H:%M:%S') boot order $wanted: $*" | tee -a "$log"
}

fail() {
    tell "FAILED: $*" >&2
    logger -p user.err -t provisioning-boot-order "FAILED: $*" || true
    exit 1
}

# The configuration on the standard input with one BOOT_ORDER line, and that in a section for all
# boards. The same again for what it has made itself.
with_order() {
    awk -v line="BOOT_ORDER=$wanted" '
        { sub(/\r$/, "") }
        /^[ \t]*\[/ { all = ($0 ~ /^[ \t]*\[all\]/) }
        NR == 1 && !/^[ \t]*\[/ { all = 1 }
        /^[ \t]*BOOT_ORDER[ \t]*=/ { if (all && !done) { print line; done = 1 } next }
        { print }
        END { if (!done) { if (!all) print "[all]"; print line } }'
}

config_txt() {
    for file in "$root/boot/firmware/config.txt" "$root/boot/config.txt"; do
        [ -f "$file" ] && echo "$file" && return
    done
    return 1
}

# flashrom reaches a Compute Module 4's EEPROM by these lines only.
begin_mark='# provisioning-boot-order begin'
end_mark='# provisioning-boot-order end'

remove_lines() {
    file=$(config_txt) || return 0
    grep -qxF "$begin_mark" "$file" || return 0
    sed "/^$begin_mark\$/,/^$end_mark\$/d" "$file" > "$work/config.txt" &&
        cat "$work/config.txt" > "$file" && sync && tell "config.txt is as it was before"
}

add_lines() {
    file=$(config_txt) || fail "there is no config.txt"
    grep -qxF "$begin_mark" "$file" &&
        fail "config.txt has the lines for the EEPROM, and there is no /dev/spidev0.0"
    printf '%s\n' "$begin_mark" '[cm4]' 'dtparam=spi=on' 'dtoverlay=audremap' \
        'dtoverlay=spi-gpio40-45' '[all]' "$end_mark" >> "$file" ||
        fail "config.txt cannot be written"
    sync
    : > "$restart_flag"
    tell "config.txt makes the EEPROM accessible after a restart"
}

finish() {
    remove_lines || fail "config.txt cannot be put back"
    rm -f "$attempts_file" "$0"
    tell "in effect"
    exit 0
}

is_cm4() {
    grep -q 'Compute Module 4' "$root/proc/device-tree/model" 2> /dev/null
}

count_attempt() {
    attempts=$(($(cat "$attempts_file" 2> /dev/null || echo 0) + 1))
    echo "$attempts" > "$attempts_file"
    if [ "$attempts" -gt 6 ]; then
        remove_lines
        rm -f "$0"
        fail "given up after six starts"
    fi
}

command -v rpi-eeprom-config > /dev/null || fail "rpi-eeprom-config is missing; install rpi-eeprom"
rpi-eeprom-config > "$work/now" 2>> "$log" || fail "the EEPROM's configuration cannot be read"
grep -q '=' "$work/now" || fail "the EEPROM's configuration is empty"
with_order < "$work/now" > "$work/new"
cmp -s "$work/now" "$work/new" && finish

count_attempt
if is_cm4; then
    command -v flashrom > /dev/null || fail "flashrom is missing; a Compute Module 4 needs it"
    if [ ! -e "$root/dev/spidev0.0" ]; then
        add_lines
        exit 0
    fi
    export CM4_ENABLE_RPI_EEPROM_UPDATE=1 RPI_EEPROM_USE_FLASHROM=1 RPI_EEPROM_IMMEDIATE_UPDATE=1
fi
tell "was $(grep 'BOOT_ORDER' "$work/now" | tr '\n' ' ')"
rpi-eeprom-config --apply "$work/new" >> "$log" 2>&1 || fail "rpi-eeprom-config refused it, see $log"
remove_lines || fail "config.txt cannot be put back"
tell "written; in effect after the next restart"
)script";

constexpr const char *documentHead = R"yaml(#cloud-config
# Sets BOOT_ORDER=@ORDER@ in the bootloader's EEPROM when a deployed Raspberry Pi OS starts for the
# first time. Save it as "user-data" on the boot partition of the golden image, or merge its keys
# into the user-data that is there. A Compute Module 4 restarts by itself once, and needs the packages
# rpi-eeprom and flashrom. The bootloader is brought to the release that rpi-eeprom has installed.
#
# Nothing happens, and nothing says so, unless:
# * cloud-init is in the image. Raspberry Pi OS has it since Trixie (October 2025); images that are
#   built on Bookworm or older, many boards' own among them, have not.
# * it is the first start for cloud-init, which writes these files once per instance-id. An image
#   that was saved from a device that had already started has its instance-id in it. There, before
#   the device is switched off for the backup, and without starting its system again:
#       sudo cloud-init clean --logs --machine-id
#   Each copy then makes SSH host keys and a machine-id of its own, too. Or give meta-data (boot
#   partition; and cmdline.txt, where that has "ds=nocloud;i=...") another instance-id.
write_files:
  - path: /var/lib/cloud/scripts/per-boot/50-provisioning-boot-order
    owner: root:root
    permissions: '0755'
    content: |
)yaml";

constexpr const char *documentTail = R"yaml(power_state:
  mode: reboot
  delay: now
  message: Restarting to reach the bootloader's EEPROM
  condition: test -e /run/provisioning-boot-order.restart
)yaml";

constexpr const char *contentIndent = "      ";

QByteArray filled(const char *text, BootOrder order)
{
    return QByteArray(text).replace("@ORDER@", order.toString().toLatin1());
}

QByteArray indented(const QByteArray &text)
{
    QByteArray result;
    for (const QByteArray &line : text.trimmed().split('\n'))
        result += line.isEmpty() ? QByteArray("\n") : contentIndent + line + '\n';
    return result;
}

} // namespace

QByteArray bootOrderScript(BootOrder order)
{
    return filled(scriptTemplate, order);
}

QByteArray bootOrderCloudConfig(BootOrder order)
{
    return filled(documentHead, order) + indented(bootOrderScript(order)) + documentTail;
}

} // namespace netboot
