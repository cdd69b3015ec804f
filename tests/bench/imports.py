# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports against what a technician would do by hand: zstd -3 -T2 of the same image, unpacked first where it is
compressed.

The image is stored in full: the station would not read a sparse file's holes, and zstd does. Everything is read once
before, so that all have it from the page cache. What counts for the station is the time until the image is ready to be
deployed, its pack flushed to the disk; zstd flushes nothing.
"""
import os
import subprocess
import time

import goals
from figures import Least, note

PACK = 'zstd -q -3 -T2 -c "$IMAGE" > "$OUTPUT"'
UNZIP = ('python3 -c "import shutil, sys, zipfile; archive = zipfile.ZipFile(sys.argv[1]); '
         'shutil.copyfileobj(archive.open(archive.namelist()[0]), sys.stdout.buffer, 1 << 20)" "$IMAGE"')
# Makes the file, and the reference for it. The image in it is the same.
KINDS = {
    ".img": ("", PACK),
    ".img.xz": ('xz -1 -T2 -c "$RAW" > "$IMAGE"', 'xz -dc "$IMAGE" | zstd -q -3 -T2 -c > "$OUTPUT"'),
    ".img.gz": ('gzip -6 -c "$RAW" > "$IMAGE"', 'gzip -dc "$IMAGE" | zstd -q -3 -T2 -c > "$OUTPUT"'),
    ".img.bz2": ('bzip2 -c "$RAW" > "$IMAGE"', 'bzip2 -dc "$IMAGE" | zstd -q -3 -T2 -c > "$OUTPUT"'),
    ".img.zip": ('zip -q -j "$IMAGE" "$RAW"', UNZIP + ' | zstd -q -3 -T2 -c > "$OUTPUT"'),
    ".img.zst": ('zstd -q -3 -T2 -c "$RAW" > "$IMAGE"', 'zstd -q -dc "$IMAGE" | zstd -q -3 -T2 -c > "$OUTPUT"'),
}


class Imports:
    def __init__(self, station, folder, image):
        self.station = station
        self.folder = folder
        self.raw = os.path.join(folder, "full.img")
        subprocess.run(["cp", "--sparse=never", image, self.raw], check=True)
        with open(self.raw, "ab") as file:
            file.write(b"\0" * 512)  # another image than the one that is in the library already
        self.ours = {kind: Least() for kind in KINDS}
        self.reference = {kind: Least() for kind in KINDS}
        for kind, (command, _) in KINDS.items():
            self.shell(command, kind)

    def image(self, kind):
        return os.path.join(self.folder, "full" + kind)

    def shell(self, script, kind):
        environment = {**os.environ, "RAW": self.raw, "IMAGE": self.image(kind),
                       "OUTPUT": os.path.join(self.folder, "reference.zst")}
        subprocess.run(["bash", "-c", "set -o pipefail; " + script], check=True, env=environment)

    def run(self):
        for kind, (_, command) in KINDS.items():
            self.prepare(kind)
            started = time.monotonic()
            self.shell(command, kind)
            self.took(self.reference, kind, "zstd -3 -T2", started)
            os.remove(os.path.join(self.folder, "reference.zst"))
            self.prepare(kind)
            started = time.monotonic()
            image = self.station.import_image(self.image(kind), 1800, every=0.02)
            self.took(self.ours, kind, "import", started)
            self.station.operator("DELETE", f"images/{image}")

    def prepare(self, kind):
        """The file is in the page cache, and nothing waits to be written."""
        subprocess.run(["cat", self.image(kind)], check=True, stdout=subprocess.DEVNULL)
        os.sync()

    def took(self, figures, kind, what, started):
        seconds = time.monotonic() - started
        figures[kind].add(seconds)
        note(f"{what} of {kind}: {seconds:.2f} s")

    def rows(self):
        """Of goals."""
        return [(goals.IMPORTS[kind], self.ours[kind].seconds / self.reference[kind].seconds) for kind in KINDS]

    def print(self):
        print(f"\n{'import until ready':<38}{'s':>7}{'zstd s':>9}{'/ zstd':>9}  goal")
        for kind, (goal, ratio) in zip(KINDS, self.rows()):
            print(f"{kind:<38}{self.ours[kind].seconds:>7.2f}{self.reference[kind].seconds:>9.2f}{ratio:>9.2f}  {goal}")
