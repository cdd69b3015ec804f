# SPDX-License-Identifier: GPL-3.0-or-later
"""What limits a job is named at the operator level while it runs and in the history: here a link of 100 Mbit/s."""
import os
import statistics
import unittest

import lan
import namespaces
from harness import CLIENT, MIB, StationTest, main, random_disk, wait_for

SIZE = 96 * MIB
SLOW_BITS = 100_000_000


class BottleneckTest(StationTest):
    def setUp(self):
        lan.LINK_BITS = SLOW_BITS
        self.lan = lan.Lan(1)
        self.addCleanup(self.lan.end)
        self.port = self.lan.devices[0]
        super().setUp()
        self.golden, self.target = self.path("golden.img"), self.path("emmc")
        random_disk(self.golden, SIZE)
        with open(self.target, "wb") as file:
            file.truncate(SIZE)

    def start_station(self):
        station = lan.start_station(self.folder)
        self.addCleanup(self.end_station, station)
        return station

    def start_device(self):
        with open(self.path("client.log"), "ab") as log:
            process = self.port.start(CLIENT, "--server", self.station.url, "--device", self.target,
                                      "--mac", self.port.mac, stdout=log, stderr=log)
        self.addCleanup(lambda: process.poll() is None and (process.kill(), process.wait()))
        wait_for(lambda: self.station.is_online(self.port.mac), 30, "registration")

    def log(self):
        with open(self.path("client.log"), errors="replace") as file:
            return file.read()[-3000:]

    def check_limited_by_the_network(self, job_id, phase):
        told = []

        def is_over():
            job = self.station.job(job_id)
            if job["phase"] == phase and job.get("bottleneck") and job["wire_bytes_per_s"]:
                told.append(job)
            return job["state"] in ("failed", "cancelled", "succeeded")
        wait_for(is_over, 60, "the job's end", every=0.1)
        self.assertEqual(told[0]["bottleneck"], "network", told)
        self.assertLess(told[0]["wire_bytes_per_s"], 1.2 * SLOW_BITS / 8, told)  # smoothed; a burst may be in it
        self.assertEqual(statistics.mode(job["bottleneck"] for job in told), "network", told)
        rate = statistics.median(job["wire_bytes_per_s"] for job in told)
        self.assertGreater(rate, 0.5 * SLOW_BITS / 8)
        self.assertLess(rate, 1.2 * SLOW_BITS / 8)
        self.assertEqual(self.station.job(job_id)["state"], "succeeded", self.log())
        past = next(job for job in self.station.operator("GET", "history")["jobs"] if job["id"] == job_id)
        self.assertEqual(past["bottleneck"], "network", past)

    def test_slow_link(self):
        image = self.station.import_image(self.golden)
        self.start_device()
        self.check_limited_by_the_network(self.station.deploy(self.port.mac, image), "writing")
        self.assertSameFile(self.golden, self.target)
        backup = self.path("backup.img.zst")
        self.check_limited_by_the_network(self.station.backup(self.port.mac, backup), "reading")
        self.assertGreater(os.path.getsize(backup), SIZE)


if __name__ == "__main__":
    namespaces.enter(*lan.PROGRAMS)
    main()
