#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash
# The netboot image's init (busybox sh): kernel file systems, drivers, network, and then provisioning-client for ever.
# It asks nothing and ends never. What it says goes to every console and, through the client, to the station.
# On the kernel's command line:
#   provisioning.server=http://ADDRESS[:PORT]   the station; else PROVISIONING_SERVER of /etc/provisioning.conf,
#                                               else http://ADDRESS:5000 of who gave the DHCP lease
#   provisioning.debug                          a root shell on every console

export PATH=/bin HOME=/root TERM=linux
log=/run/provisioning.log   # the client reads it, sends it on and takes it away
lease=/run/lease            # dhcp-event.sh writes it
log_limit=65536             # bytes; only reached when the client never runs
default_port=5000

mount_kernel_files()
{
    /bin/busybox mount -t proc proc /proc
    /bin/busybox --install -s /bin
    mount -t sysfs sysfs /sys
    mount -t devtmpfs -o mode=0755 devtmpfs /dev
    mount -t tmpfs -o size=8m,mode=0755 tmpfs /run
    mkdir -p /dev/pts
    mount -t devpts devpts /dev/pts
}

# Each line of the input, to all consoles: by way of the kernel, which never waits for a terminal that is stuck. Level 3 is
# shown under "quiet", too.
to_consoles()
{
    while IFS= read -r line; do
        echo "<3>$line" > /dev/kmsg
    done
}

say()
{
    if [ -f "$log" ] && [ "$(stat -c %s "$log")" -gt "$log_limit" ]; then
        : > "$log"
    fi
    line="init: $*"
    echo "$(cut -d ' ' -f 1 /proc/uptime) $line" >> "$log"
    echo "$line" | to_consoles
}

has_word()
{
    grep -qw -- "$1" /proc/cmdline
}

# The value of NAME=VALUE on the kernel's command line, the last one counts.
parameter()
{
    tr ' ' '\n' < /proc/cmdline | sed -n "s/^$1=//p" | tail -n 1
}

# In the order of dependence, as the kit's builder wrote it. What is not for this machine says so by failing.
load_modules()
{
    missing=
    while read -r module; do
        insmod "/lib/modules/$module" 2> /dev/null || missing="$missing ${module%.ko}"
    done < /lib/modules/order
    say "kernel $(uname -r), drivers loaded${missing:+ but (not of this machine)$missing}"
}

debug_shells()
{
    # shellcheck disable=SC2013 # words, in one line
    for console in $(cat /sys/class/tty/console/active); do
        [ -c "/dev/$console" ] || continue # a UART that is wired to Bluetooth, say
        while :; do
            setsid cttyhack sh -l < "/dev/$console" > "/dev/$console" 2>&1
            sleep 1
        done &
    done
}

# Says so once a minute while there is none.
wait_for_link()
{
    waited=0
    until [ "$(cat "/sys/class/net/$1/carrier" 2> /dev/null)" = 1 ]; do
        [ $((waited % 300)) -ne 25 ] || say "$1: no link; cable and switch are to be looked at"
        waited=$((waited + 1))
        sleep 0.2
    done
    say "$1: link"
}

# Renews the lease as well. Vendor class and the missing client id matter to the station's DHCP service: it tells the boot
# ROM, this image and an installed system apart, and gives ROM and image one address.
run_dhcp()
{
    ip link set "$1" up
    wait_for_link "$1"
    while :; do
        udhcpc -f -C -V provisioning-client -i "$1" -t 5 -T 2 -A 3 -s /lib/dhcp-event.sh > /dev/null 2>&1
        sleep 1
    done
}

# Every wired interface; the first one with an answer leads to the station.
start_network()
{
    ip link set lo up
    for interface in /sys/class/net/*; do
        if [ -e "$interface/device" ] && [ "$(cat "$interface/type")" = 1 ]; then
            run_dhcp "${interface##*/}" &
        fi
    done
}

wait_for_lease()
{
    waited=0
    until [ -s "$lease" ]; do
        [ $((waited % 300)) -ne 100 ] || say "no DHCP lease after $((waited / 5)) s; asking on"
        waited=$((waited + 1))
        sleep 0.2
    done
    say "$(cat "$lease" | tr '\n' ' ')"
}

# next_server is where this image came from; without it the DHCP server is taken.
station()
{
    from_cmdline=$(parameter provisioning.server)
    PROVISIONING_SERVER=''
    # shellcheck source=/dev/null
    [ ! -r /etc/provisioning.conf ] || . /etc/provisioning.conf
    dhcp_server='' next_server=''
    # shellcheck source=/dev/null
    . "$lease"
    echo "${from_cmdline:-${PROVISIONING_SERVER:-http://${next_server:-$dhcp_server}:$default_port}}"
}

run_client()
{
    server=$(station)
    say "station: $server"
    { provisioning-client --netboot --server "$server" 2>&1; echo $? > /run/client-code; } | to_consoles
    say "provisioning-client ended with code $(cat /run/client-code); starting it again"
}

mount_kernel_files
load_modules
! has_word provisioning.debug || debug_shells
start_network
wait_for_lease
while :; do
    run_client
    sleep 2
done
