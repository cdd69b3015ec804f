# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads flattened device trees (Devicetree Specification, chapter 5)."""
import struct

MAGIC = 0xD00DFEED
BEGIN_NODE, END_NODE, PROPERTY, NOP, END = 1, 2, 3, 4, 9


def text_at(data, offset):
    return data[offset:data.index(b"\0", offset)].decode()


def properties(data):
    """{path of the property: its bytes}; ValueError where it is no device tree."""
    try:
        return dict(_walk(data))
    except (struct.error, IndexError) as error:
        raise ValueError(f"device tree cut short: {error}") from error


def _walk(data):
    magic, _, at, strings = struct.unpack_from(">4I", data)
    if magic != MAGIC:
        raise ValueError("no device tree")
    path = []
    while True:
        token, = struct.unpack_from(">I", data, at)
        at += 4
        if token == BEGIN_NODE:
            path.append(text_at(data, at))
            at += (len(path[-1].encode()) + 4) // 4 * 4
        elif token == END_NODE:
            path.pop()
        elif token == PROPERTY:
            length, name = struct.unpack_from(">II", data, at)
            yield "/".join(path + [text_at(data, strings + name)]), data[at + 8:at + 8 + length]
            at += (8 + length + 3) // 4 * 4
        elif token == END:
            return
        elif token != NOP:
            raise ValueError(f"unknown token {token}")
