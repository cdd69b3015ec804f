#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash disable=SC2154
# Called by udhcpc: sets the address and writes down for init who gave it, for each interface apart. The
# variables are udhcpc's.

deconfigure()
{
    ip -4 addr flush dev "$interface"
    rm -f "/run/lease.$interface"
}

# A renewal of the same address takes nothing away, so that no connection is cut.
configure()
{
    if ! ip -4 addr show dev "$interface" | grep -q "inet $ip/"; then
        ip -4 addr flush dev "$interface"
        ip addr add "$ip/${mask:-24}" broadcast + dev "$interface"
    fi
    for gateway in ${router:-}; do
        ip route replace default via "$gateway" dev "$interface"
        break
    done
    {
        echo "interface=$interface"
        echo "address=$ip"
        echo "dhcp_server=$serverid"
        [ -z "${siaddr:-}" ] || [ "$siaddr" = 0.0.0.0 ] || echo "next_server=$siaddr"
    } > "/run/new-lease.$interface"
    mv "/run/new-lease.$interface" "/run/lease.$interface"
}

case $1 in
deconfig) deconfigure ;;
bound | renew) configure ;;
esac
