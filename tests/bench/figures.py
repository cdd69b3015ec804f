# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept of several measurements of one thing, and what is told meanwhile."""
import os
import sys
import time

GIB = 1 << 30


class Best:
    """The best of several measurements: least seconds per byte, least CPU per byte."""

    def __init__(self):
        self.bytes_per_s = 0
        self.cpu_per_gib = float("inf")

    def add(self, size, seconds, cpu):
        self.bytes_per_s = max(self.bytes_per_s, size / seconds)
        self.cpu_per_gib = min(self.cpu_per_gib, cpu / (size / GIB))


class Least:
    def __init__(self):
        self.seconds = float("inf")

    def add(self, seconds):
        self.seconds = min(self.seconds, seconds)


def print_columns(rows):
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def load():
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def note(text):
    print(f"{time.strftime('%H:%M:%S')}  load {load()}  {text}", file=sys.stderr, flush=True)
