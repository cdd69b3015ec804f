# SPDX-License-Identifier: GPL-3.0-or-later
"""What limits a job is named at the operator level while it runs and in the history: here a link of 100 Mbit/s.

Of a plain device the station sees whether the link or the device holds it up.
"""
import json
import os
import signal
import statistics
import subprocess
import sys
import time
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
        """Of our client; a plain device has none."""
        if not os.path.exists(self.path("client.log")):
            return ""
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
        self.assertEqual(statistics.mode(job["bottleneck"] for job in told), "network", told)
        rate = statistics.median(job["wire_bytes_per_s"] for job in told)
        self.assertGreater(rate, 0.5 * SLOW_BITS / 8)
        self.assertLess(rate, 1.2 * SLOW_BITS / 8)
        self.assertEqual(self.station.job(job_id)["state"], "succeeded", self.log())
        past = next(job for job in self.station.operator("GET", "history")["jobs"] if job["id"] == job_id)
        self.assertEqual(past["bottleneck"], "network", past)
        return told

    def check_client_limited_by_the_network(self, job_id, phase):
        told = self.check_limited_by_the_network(job_id, phase)
        self.assertLess(told[0]["wire_bytes_per_s"], 1.2 * SLOW_BITS / 8, told)  # smoothed; a burst may be in it

    def test_slow_link(self):
        image = self.station.import_image(self.golden)
        self.start_device()
        self.check_client_limited_by_the_network(self.station.deploy(self.port.mac, image), "writing")
        self.assertSameFile(self.golden, self.target)
        backup = self.path("backup.img.zst")
        self.check_client_limited_by_the_network(self.station.backup(self.port.mac, backup), "reading")
        self.assertGreater(os.path.getsize(backup), SIZE)

    def plain_device(self, sink):
        """A plain device that has got its deploy and writes it into `sink`, a command; returns process and job."""
        image = self.station.import_image(self.golden)
        self.port.run("curl", "-sf", "-d", f"mac={self.port.mac}", f"{self.station.url}/api/register-device")
        job = self.station.deploy(self.port.mac, image)
        poll = f"{self.station.url}/api/device-action-poll?mac={self.port.mac}"
        url = json.loads(self.port.run("curl", "-sf", poll))["url"]
        process = self.port.start("sh", "-c", f"curl -sf '{url}' | {sink}", stdout=subprocess.DEVNULL, process_group=0)
        self.addCleanup(lambda: process.poll() is None and (os.killpg(process.pid, signal.SIGKILL), process.wait()))
        return process, job

    def test_plain_device_on_a_slow_link(self):
        process, job = self.plain_device(f"dd of={self.target} bs=1M iflag=fullblock conv=notrunc status=none")
        self.check_limited_by_the_network(job, "writing")
        self.assertEqual(process.wait(20), 0)
        self.assertSameFile(self.golden, self.target)

    def test_plain_device_that_is_slow_itself(self):
        _, job = self.plain_device(f"{sys.executable} -c 'import sys, time\nwhile sys.stdin.buffer.read({MIB}): time.sleep(0.5)'")
        started = time.monotonic()
        wait_for(lambda: self.station.job(job).get("bottleneck") == "storage", 20, "the device to be named")
        time.sleep(time.monotonic() - started + 1)  # longer than what was named before
        self.station.operator("DELETE", f"jobs/{job}")
        past = next(past for past in self.station.operator("GET", "history")["jobs"] if past["id"] == job)
        self.assertEqual(past["bottleneck"], "storage", past)


if __name__ == "__main__":
    namespaces.enter(*lan.PROGRAMS)
    main()
