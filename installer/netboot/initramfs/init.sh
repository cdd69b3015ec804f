#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash
# The netboot image's init (busybox sh): kernel file systems, drivers, network, and then provisioning-client for ever.
# It asks nothing and ends never. What it says goes to every console and, through the client, to the station.
# On the kernel's command line:
#   provisioning.server=ADDRESS[:PORT]   the station, with or without http:// before it; else PROVISIONING_SERVER of
#                                        /etc/provisioning.conf, else port 5000 of who gave the DHCP lease
#   provisioning.debug                   a root shell on every console

export PATH=/bin HOME=/root TERM=linux
cmdline=/proc/cmdline
consoles=/dev/kmsg
log=/run/provisioning.log        # the client reads it, sends it on and takes it away
lease=/run/lease                 # .INTERFACE: what dhcp-event.sh writes
event_script=/lib/dhcp-event.sh
image_settings=/etc/provisioning.conf
leds=/sys/class/leds
log_limit=65536                  # bytes; only reached when the client never runs
default_port=5000

# What the LED shows, a tenth of a second each, again and again. From the client's own patterns (netclient/state_leds.h)
# they differ; a kernel that is dead shows none.
no_link=11111111110000000000
no_lease=10100000000000000000
no_client=10101010000000000000

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
        echo "<3>$line" >> "$consoles"
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

words()
{
    tr -s ' \t\n' '\n' < "$cmdline"
}

has_word()
{
    words | grep -qxF -- "$1"
}

# The value of NAME=VALUE on the kernel's command line, the last one counts.
parameter()
{
    words | awk -F = -v name="$1" '$1 == name { value = substr($0, length(name) + 2) } END { print value }'
}

# The one called ACT, led0 with Raspberry Pi's own kernel, else the first: the client's choice as well.
state_led()
{
    for led in "$leds"/*[Aa][Cc][Tt]* "$leds"/*[Ll][Ee][Dd]0* "$leds"/*; do
        if [ -d "$led" ]; then
            echo "$led"
            return
        fi
    done
}

blink()
{
    led=$(state_led)
    [ -n "$led" ] || return
    echo none > "$led/trigger"
    shown=
    while :; do
        rest=$1
        while [ -n "$rest" ]; do
            step=${rest%"${rest#?}"}
            rest=${rest#?}
            # An LED behind the firmware's mailbox is not to be written to for nothing.
            [ "$step" = "$shown" ] || echo $((step * 255)) > "$led/brightness"
            shown=$step
            sleep 0.1
        done
    done
}

# show PATTERN until told otherwise; without one the LED is left alone, for the client.
blinker='' pattern=''
show()
{
    [ "${1:-}" != "$pattern" ] || return 0
    pattern=${1:-}
    if [ -n "$blinker" ]; then
        kill "$blinker" 2> /dev/null
        wait "$blinker" 2> /dev/null
        blinker=
    fi
    [ -n "$pattern" ] || return 0
    blink "$pattern" &
    blinker=$!
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

has_link()
{
    [ "$(cat "/sys/class/net/$1/carrier" 2> /dev/null)" = 1 ]
}

# Says so once a minute while there is none.
wait_for_link()
{
    waited=0
    until has_link "$1"; do
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
        udhcpc -f -C -V provisioning-client -i "$1" -t 5 -T 2 -A 3 -s "$event_script" > /dev/null 2>&1
        sleep 1
    done
}

wired_interfaces()
{
    for interface in /sys/class/net/*; do
        if [ -e "$interface/device" ] && [ "$(cat "$interface/type")" = 1 ]; then
            echo "${interface##*/}"
        fi
    done
}

start_network()
{
    ip link set lo up
    for interface in $(wired_interfaces); do
        run_dhcp "$interface" &
    done
}

any_link()
{
    for interface in $(wired_interfaces); do
        ! has_link "$interface" || return 0
    done
    return 1
}

# Of several interfaces with a lease the first one, by name, leads to the station.
first_lease()
{
    for file in "$lease".*; do
        if [ -s "$file" ]; then
            echo "$file"
            return
        fi
    done
    return 1
}

wait_for_lease()
{
    waited=0
    until found=$(first_lease); do
        if any_link; then
            show "$no_lease"
        else
            show "$no_link"
        fi
        [ $((waited % 300)) -ne 100 ] || say "no DHCP lease after $((waited / 5)) s; asking on"
        waited=$((waited + 1))
        sleep 0.2
    done
    say "$(tr '\n' ' ' < "$found")"
}

# next_server is where this image came from; without it the DHCP server is taken.
named_station()
{
    from_cmdline=$(parameter provisioning.server)
    PROVISIONING_SERVER=''
    # shellcheck source=/dev/null
    [ ! -r "$image_settings" ] || . "$image_settings"
    dhcp_server='' next_server=''
    # shellcheck source=/dev/null
    [ ! -r "$found" ] || . "$found"
    echo "${from_cmdline:-${PROVISIONING_SERVER:-${next_server:-$dhcp_server}}}"
}

# The URL that the client takes, of an address with or without http:// and port; nothing where there is none in it.
station_url()
{
    address=${1#[Hh][Tt][Tt][Pp]://}
    while [ "${address%/}" != "$address" ]; do
        address=${address%/}
    done
    port=$default_port
    case $address in
    \[*\]) ;;
    *:*)
        port=${address##*:}
        address=${address%:*}
        ;;
    esac
    echo "$address" | grep -qE '^([0-9]{1,3}(\.[0-9]{1,3}){3}|\[[0-9A-Fa-f:.]+\])$' || return 0
    echo "$port" | grep -qE '^[0-9]{1,5}$' || return 0
    [ "$port" -gt 0 ] && [ "$port" -le 65535 ] || return 0
    echo "http://$address:$port"
}

# A wrong one is said once: nothing but a shell on the console will change it. Fails when the lease is gone meanwhile.
find_station()
{
    complained=
    server=$(station_url "$(named_station)")
    while [ -z "$server" ]; do
        [ -s "$found" ] || return 1
        show "$no_client"
        [ -n "$complained" ] ||
            say "'$(named_station)' is no address of a station: provisioning.server=ADDRESS[:PORT], in numbers"
        complained=yes
        sleep 2
        server=$(station_url "$(named_station)")
    done
    say "station: $server"
}

run_client()
{
    show
    { provisioning-client --netboot --server "$server" 2>&1; echo $? > /run/client-code; } | to_consoles
    show "$no_client"
    say "provisioning-client ended with code $(cat /run/client-code); starting it again"
}

main()
{
    mount_kernel_files
    load_modules
    if has_word provisioning.debug || has_word provisioning.debug=1; then
        debug_shells
    fi
    start_network
    while :; do
        wait_for_lease
        find_station || continue
        run_client
        sleep 2
    done
}

# A test takes the functions alone.
[ "${0##*/}" != init ] || main
