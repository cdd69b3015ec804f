# SPDX-License-Identifier: GPL-3.0-or-later
"""The bench's goals, in the order of the summary. What a mode has measured of them are rows of (goal, value)."""
import json
import operator
import os
import platform
from typing import NamedTuple

HOLDS = {"<=": operator.le, "<": operator.lt, ">=": operator.ge}
ALL = []


class Goal(NamedTuple):
    """What is measured, and that it is to be at most or at least the limit."""
    what: str
    relation: str
    limit: float
    unit: str = ""

    def __str__(self):
        return f"{self.relation} {self.limit:g} {self.unit}".rstrip()

    def holds(self, value):
        return HOLDS[self.relation](value, self.limit)

    def worst(self, values):
        return min(values) if self.relation == ">=" else max(values)


def add(*fields):
    ALL.append(Goal(*fields))
    return ALL[-1]


DEPLOY_ONE = add("deploy one device, written", "<=", 1.10, "x wire")
BMAPTOOL = add("deploy one device, against bmaptool", ">=", 1.5, "x as fast")
CURL_DD = add("deploy one device, against curl | dd", ">=", 7.5, "x as fast")
DEPLOY_FOUR = add("deploy four devices, all written", "<=", 1.10, "x wire")
VERIFY = add("verify", "<=", 1.10, "x O_DIRECT read")
BACKUP = add("backup", "<=", 1.15, "x max(read, wire)")
AGED = add("aged ext4, bytes sent / partclone | zstd", "<=", 1.05)
PACK_SPEED = {streams: add(f"pack GET, {streams} at once, speed", ">=", 1, "x nginx's speed") for streams in (1, 8)}
PACK_CPU = {streams: add(f"pack GET, {streams} at once, CPU per GiB", "<=", 1.1, "x nginx's CPU") for streams in (1, 8)}
RAW = add("raw image, four readers at once", "<=", 1.10, "x wire")
# Flat: what is decompressed lies in buffers that an import has used before.
RAW_MEMORY = add("station's peak memory, growth by the raw readers", "<=", 8, "MB")
CLIENT_MEMORY = add(f"client's peak memory (VmHWM), {platform.machine()}", "<=", 96, "MB")
MACHINE_MEMORY = add("client's peak memory, aarch64 in QEMU", "<=", 96, "MB")
SLOW_MEMORY = add("station's peak memory, 64 slow readers", "<=", 80, "MB")
LAN_IMPORT = add("import until ready, the LAN's image", "<=", 1, "x zstd -3 -T2")
IMPORTS = {kind: add(f"import until ready, {kind}", "<=", 1, "x zstd -3 -T2")
           for kind in (".img", ".img.xz", ".img.gz", ".img.bz2", ".img.zip", ".img.zst")}
SHARE_JAIN = add("many devices at once: Jain's index at half time", ">=", 0.95)
SHARE_SLOWEST = add("many devices at once: slowest / fastest", "<=", 1.5)
SHARE_PAUSE = add("many devices at once: longest pause", "<", 5, "s")
SHARE_DISTURBED = add("many devices at once: time / undisturbed, per byte", "<=", 1.10)


def print_row(goal, value):
    print(f"{goal.what}: {value:.4g}  (goal {goal})")


def worst(rows):
    """Of each goal that was measured, the worst value: {goal: value}."""
    values = {}
    for goal, value in rows:
        values.setdefault(goal, []).append(value)
    return {goal: goal.worst(each) for goal, each in values.items()}


def keep(rows):
    """For the summary, in the file that PS_GOALS names."""
    if "PS_GOALS" in os.environ:
        with open(os.environ["PS_GOALS"], "w") as file:
            json.dump(rows, file)


def kept(path):
    """What keep() wrote; nothing where it did not."""
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return [(Goal(*goal), value) for goal, value in json.load(file)]
