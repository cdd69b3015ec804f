#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that hangs, as a share does whose server is gone: a file system that the kernel holds (fsfreeze(8)). The station
goes on with everything else. Needs root and loop devices, else it is skipped."""

import os
import subprocess
import sys
import time
import unittest

from harness import StationTest, main, random_file, run, wait_for, MIB

MAC = "dc:a6:32:00:00:01"
OTHER = "dc:a6:32:00:00:02"
# Of a poll in the meantime; the machine may be busy.
SOON = 1.0


class HungTest(StationTest):
    def setUp(self):
        super().setUp()
        self.disk = self.path("disk")
        os.mkdir(self.disk)
        with open(self.path("backing"), "wb") as file:
            file.truncate(32 * MIB)
        self.assertEqual(run(["mkfs.ext4", "-q", self.path("backing")])[0], 0)
        if run(["mount", "-o", "loop", self.path("backing"), self.disk])[0] != 0:
            self.skipTest("no loop mounts")
        self.addCleanup(run, ["umount", self.disk])
        self.assertEqual(self.station.register(MAC)[0], 200)
        self.assertEqual(self.station.register(OTHER)[0], 200)

    def freeze(self):
        self.addCleanup(self.thaw)  # before the station is asked to end
        self.assertEqual(run(["fsfreeze", "-f", self.disk])[0], 0)

    def thaw(self):
        run(["fsfreeze", "-u", self.disk])

    def timed(self, call):
        began = time.monotonic()
        result = call()
        return result, time.monotonic() - began

    def left(self):
        return sorted(set(os.listdir(self.disk)) - {"lost+found"})

    def test_everything_else_goes_on(self):
        image = self.path("golden.img")
        random_file(image, 4 * MIB)
        golden = self.station.import_image(image)
        self.freeze()
        job, took = self.timed(lambda: self.station.backup(MAC, os.path.join(self.disk, "a.img")))
        self.assertLess(took, 10)
        self.assertEqual(self.station.job(job)["state"], "queued")
        deploy = self.station.deploy(OTHER, golden)
        for _ in range(5):
            (status, action), took = self.timed(lambda: self.station.poll(MAC))
            self.assertEqual((status, action["action"]), (200, "none"))
            self.assertLess(took, SOON)
        wait_for(lambda: self.station.poll(OTHER)[1].get("url"), 20, "the deploy")
        self.assertNotIn(self.station.job(deploy)["state"], ("failed", "cancelled"))
        told = wait_for(lambda: self.station.job(job).get("destination_seconds"), 20, "how long it hangs")
        self.assertGreater(told, 0)
        self.thaw()
        wait_for(lambda: self.station.poll(MAC)[1].get("upload_url"), 20, "the backup")
        self.assertEqual(self.left(), ["a.img.part", "a.img.part.journal"])

    def test_a_cancelled_job_leaves_nothing(self):
        self.freeze()
        job = self.station.backup(MAC, os.path.join(self.disk, "a.img"))
        _, took = self.timed(lambda: self.station.operator("DELETE", f"jobs/{job}"))
        self.assertLess(took, SOON)
        self.assertEqual(self.station.job(job)["state"], "cancelled")
        records = os.path.join(self.station.data, "backups")
        self.assertEqual(os.listdir(records), [job])
        self.thaw()
        wait_for(lambda: not os.listdir(records), 20, "the end of its record")
        self.assertEqual(self.left(), [])

    def test_the_next_job_gets_the_name(self):
        self.freeze()
        path = os.path.join(self.disk, "a.img")
        self.station.operator("DELETE", "jobs/" + self.station.backup(MAC, path))
        second = self.station.backup(OTHER, path)
        self.thaw()
        url = wait_for(lambda: self.station.poll(OTHER)[1].get("upload_url"), 20, "the backup")
        source = self.path("emmc")
        random_file(source, 2 * MIB)
        self.assertEqual(run(["curl", "-sf", "-T", source, url])[0], 0)
        self.assertEqual(self.station.wait_job(second)["state"], "succeeded")
        self.assertSameFile(source, path)
        self.assertEqual(self.left(), ["a.img"])


if __name__ == "__main__":
    if os.geteuid() != 0 or not os.path.exists("/dev/loop-control") or \
            subprocess.run(["sh", "-c", "command -v fsfreeze mkfs.ext4"], stdout=subprocess.DEVNULL, check=False).returncode != 0:
        print("needs root, loop devices, fsfreeze and mkfs.ext4")
        sys.exit(77)
    main()
