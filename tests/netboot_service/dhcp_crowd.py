# SPDX-License-Identifier: GPL-3.0-or-later
"""Many machines on one wire, one after another: reads [[MAC, kind, client-id in hex or ""], ...] and prints the address
that each gets (null: none). The kind "release" gives the address back that was taken last by this MAC.

    dhcp_crowd.py INTERFACE < list
"""
import json
import random
import socket
import sys

import dhcp_client
from dhcp_client import ACK, DISCOVER, NAK, RELEASE, REQUEST, ask


def lease(interface, mac, kind, client_id):
    # Each board tells another serial number.
    options = dhcp_client.options_of(kind, mac, mac[2:].hex())
    if client_id:
        options.append((61, client_id))
    offers = ask(interface, DISCOVER, mac, options, 1.5, lambda answer: True)
    if not offers:
        return None
    chosen = [(50, socket.inet_aton(offers[0]["address"])), (54, socket.inet_aton(offers[0]["server"]))]
    answers = ask(interface, REQUEST, mac, options + chosen, 4, lambda answer: answer["type"] in (ACK, NAK))
    return (answers[0]["address"], answers[0]["server"]) if answers and answers[0]["type"] == ACK else None


def release(interface, mac, address, server):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as wire:
        wire.bind((interface, 0))
        wire.send(dhcp_client.frame(RELEASE, random.getrandbits(32), mac, [(54, socket.inet_aton(server))],
                                    socket.inet_aton(address)))


def main():
    interface, taken, addresses = sys.argv[1], {}, []
    for text, kind, client_id in json.load(sys.stdin):
        mac = bytes.fromhex(text.replace(":", ""))
        if kind == "release":
            release(interface, mac, *taken.pop(text))
            continue
        got = lease(interface, mac, kind, bytes.fromhex(client_id))
        if got:
            taken[text] = got
        addresses.append(got[0] if got else None)
    print(json.dumps(addresses))


if __name__ == "__main__":
    main()
