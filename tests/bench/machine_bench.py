# SPDX-License-Identifier: GPL-3.0-or-later
"""The client's peak memory where it runs: on an aarch64 machine of four cores, booted from the netboot kit, that is backed
up and deployed. Started by run.sh --machine. What is emulated says nothing about speed, but memory is as on the device.
"""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "netboot"), os.path.join(HERE, "..", "e2e")]

import goals  # noqa: E402
import netboot_test  # noqa: E402
from harness import MIB, disk_image, main, random_file, wait_for  # noqa: E402
from machine import MAC  # noqa: E402

# More than all chunks and runs that are under way at once, and nothing of it compresses.
IMAGE_SIZE, FILL, CARD_SIZE = 192 * MIB, 120 * MIB, 256 * MIB
SECONDS = 900
PEAK = re.compile(r"memory at its peak: (\d+) MB")


class MachineBench(netboot_test.NetbootTest):
    cores = 4
    test_from_power_on_to_the_loop_guard = None  # a test of its own

    def test_peak_memory(self):
        image, card = self.path("golden.img"), self.path("card")
        disk_image(image, IMAGE_SIZE, fill=FILL)
        random_file(card, CARD_SIZE, 7)
        image_id = self.station.import_image(image)
        machine = self.switch_on(card)
        self.wait_registered(machine)
        peaks = [("backup", self.peak_of(machine, self.station.backup(MAC, self.path("saved.img.zst"), scope="exact"), 1)),
                 ("deploy", self.peak_of(machine, self.station.deploy(MAC, image_id, allow=["sd"]), 2))]
        self.assertSameFile(card, image, IMAGE_SIZE)
        for kind, peak in peaks:
            print(f"client's peak memory, aarch64, {self.cores} cores, after a {kind}: {peak} MB  "
                  f"(goal {goals.MACHINE_MEMORY})")
        goals.keep([(goals.MACHINE_MEMORY, peak) for _, peak in peaks])
        self.assertLessEqual(max(peak for _, peak in peaks), goals.MACHINE_MEMORY.limit)

    def peak_of(self, machine, job, number):
        done = self.station.wait_job(job, seconds=SECONDS)
        self.assertEqual(done["state"], "succeeded", f"{done}\n{machine.console()}")

        def told():
            peaks = [int(found[1]) for line in self.device_log() if (found := PEAK.search(line))]
            return len(peaks) == number and peaks[-1]

        return wait_for(told, 20, "the client's word of its memory")


if __name__ == "__main__":
    main()
