# SPDX-License-Identifier: GPL-3.0-or-later
"""A DHCP client that speaks as a Raspberry Pi's boot ROM does, or as an installed system, over a raw socket, so that
it needs no address. As a program it runs in a device's namespace and prints the answers as JSON:

    dhcp_client.py INTERFACE rom|old-rom|pxe|initramfs|system [--serial HEX8] [--discover-only] [--seconds S]
"""
import argparse
import fcntl
import json
import random
import socket
import struct
import time

DISCOVER, OFFER, REQUEST, ACK, NAK, RELEASE = 1, 2, 3, 5, 6, 7
ROM_VENDOR = b"PXEClient:Arch:00000:UNDI:002001"
ROM_WISHES = bytes([1, 3, 43, 60, 66, 67, 128, 129, 130, 131, 132, 133, 134, 135])
REVISION = 0x00D03114


def mac_of(interface):
    # Not from /sys, which may show another network namespace than the process is in.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        answer = fcntl.ioctl(any_socket, 0x8927, struct.pack("256s", interface.encode()))  # SIOCGIFHWADDR
        return answer[18:24]


def machine_id(kind, mac, serial):
    """Option 97: 00, mark, board revision, tail of the MAC, serial; in the byte order of the kind of board."""
    words = [0x34695052, REVISION, int.from_bytes(mac[2:], "big"), int(serial, 16)]
    return b"\0" + struct.pack("<4I" if kind == "rom" else ">4I", *words)


def options_of(kind, mac, serial):
    if kind == "initramfs":
        # udhcpc -C -V provisioning-client, as in installer/netboot/initramfs/init.sh.
        return [(57, b"\x02\x40"), (60, b"provisioning-client"), (55, bytes([1, 3, 6, 12, 15, 28, 42]))]
    if kind == "system":
        return [(60, b"dhcpcd-9.4.1"), (55, bytes([1, 3, 6])), (12, b"reterminal")]
    options = [(60, ROM_VENDOR), (93, b"\0\0"), (94, b"\1\2\1"), (55, ROM_WISHES)]
    if kind != "pxe":
        options.append((97, machine_id(kind, mac, serial)))
    return options


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frame(kind, transaction, mac, options, address=bytes(4)):
    message = struct.pack("!BBBBIHH4s12x16s192xI", 1, 1, 6, 0, transaction, 0, 0x8000, address, mac, 0x63825363)
    message += bytes([53, 1, kind])
    for code, value in options:
        message += bytes([code, len(value)]) + value
    message = (message + b"\xff").ljust(300, b"\0")
    udp = struct.pack("!HHHH", 68, 67, 8 + len(message), 0)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(message), 0, 0, 64, 17, 0, bytes(4), b"\xff" * 4)
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return b"\xff" * 6 + mac + b"\x08\x00" + ip + udp + message


def parse(data):
    """An answer as a dictionary, None when it is something else."""
    if len(data) < 42 + 240 or data[12:14] != b"\x08\x00" or data[23] != 17 or data[36:38] != b"\x00\x44":
        return None
    message, options, at = data[42:], {}, 240
    while at < len(message) and message[at] != 255:
        if message[at] == 0:
            at += 1
            continue
        options[message[at]] = message[at + 2:at + 2 + message[at + 1]].hex()
        at += 2 + message[at + 1]
    return {"transaction": struct.unpack("!I", message[4:8])[0], "address": socket.inet_ntoa(message[16:20]),
            "next_server": socket.inet_ntoa(message[20:24]), "options": options,
            "type": int(options.get(53, "0"), 16),
            "server": socket.inet_ntoa(bytes.fromhex(options.get(54, "00000000")))}


def ask(interface, kind, mac, options, seconds, wanted):
    """Sends one message; returns the answers until one is `wanted` (all that came within the time when None is)."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800)) as wire:
        wire.bind((interface, 0))
        transaction = random.getrandbits(32)
        wire.send(frame(kind, transaction, mac, options))
        end, answers = time.monotonic() + seconds, []
        while time.monotonic() < end:
            wire.settimeout(max(0.01, end - time.monotonic()))
            try:
                answer = parse(wire.recv(4096))
            except (socket.timeout, BlockingIOError):
                break
            if answer and answer["transaction"] == transaction:
                answers.append(answer)
                if wanted and wanted(answer):
                    break
        return answers


def is_for_rom(answer):
    """What the firmware insists on: option 43 with its name, or an address in option 66."""
    menu = bytes.fromhex(answer["options"].get(43, ""))
    return b"Raspberry Pi Boot" in menu or 66 in answer["options"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("interface")
    parser.add_argument("kind", choices=["rom", "old-rom", "pxe", "initramfs", "system"])
    parser.add_argument("--serial", default="a1b2c3d4")
    parser.add_argument("--discover-only", action="store_true")
    parser.add_argument("--all", action="store_true", help="wait for every server's offer")
    parser.add_argument("--seconds", type=float, default=1.5)
    wish = parser.parse_args()
    mac = mac_of(wish.interface)
    options = options_of(wish.kind, mac, wish.serial)
    wanted = None if wish.all else lambda answer: True
    offers = ask(wish.interface, DISCOVER, mac, options, wish.seconds, wanted)
    result = {"offers": offers, "ack": None, "for_rom": any(map(is_for_rom, offers))}
    leases = [offer for offer in offers if offer["address"] != "0.0.0.0"]
    if leases and not wish.discover_only:
        chosen = [(50, socket.inet_aton(leases[0]["address"])), (54, socket.inet_aton(leases[0]["server"]))]
        answers = ask(wish.interface, REQUEST, mac, options + chosen, wish.seconds,
                      lambda answer: answer["type"] in (ACK, NAK))
        acks = [answer for answer in answers if answer["type"] == ACK and answer["address"] != "0.0.0.0"]
        result["ack"] = acks[0] if acks else None
    print(json.dumps(result))


if __name__ == "__main__":
    main()
