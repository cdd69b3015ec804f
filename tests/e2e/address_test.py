# SPDX-License-Identifier: GPL-3.0-or-later
"""A device whose address changes, idle and at work, and a machine that pretends to be one, with the real programs.

Each machine is a network namespace with a MAC of its own, behind one switch.
"""
import os
import signal
import time
import unittest

import lan
import namespaces
from harness import CLIENT, MIB, StationTest, main, random_disk, random_file, wait_for

SIZE = 256 * MIB
PREFIX = "10.77.0."


class AddressTest(StationTest):
    def setUp(self):
        self.lan = lan.Lan(2)
        self.addCleanup(self.lan.end)
        self.port, self.other = self.lan.devices
        super().setUp()
        self.golden, self.target = self.path("golden.img"), self.path("emmc")

    def start_station(self):
        station = lan.start_station(self.folder)
        self.addCleanup(self.end_station, station)
        return station

    def client(self, port=None, *arguments):
        port = port or self.port
        with open(self.path("client.log"), "ab") as log:
            process = port.start(CLIENT, "--server", self.station.url, "--device", self.target,
                                 "--mac", self.port.mac, *arguments, stdout=log, stderr=log)
        self.addCleanup(lambda: process.poll() is None and (process.kill(), process.wait()))
        return process

    def log(self):
        with open(self.path("client.log"), errors="replace") as file:
            return file.read()[-3000:]

    def device(self):
        devices = self.station.operator("GET", "devices")["devices"]
        return next((device for device in devices if device["mac"] == self.port.mac), None)

    def wait_there(self, address, seconds=30):
        wait_for(lambda: (self.device() or {}).get("address") == PREFIX + address, seconds, "address " + address)

    def change_address(self, old, new):
        run, name = self.port.run, self.port.name
        # In this order: the first address of a subnet takes the others along.
        run("ip", "address", "del", PREFIX + old + "/24", "dev", name)
        run("ip", "address", "add", PREFIX + new + "/24", "dev", name)

    def deploy(self, size=SIZE):
        random_disk(self.golden, size)
        with open(self.target, "wb") as file:
            file.truncate(size)
        image = self.station.import_image(self.golden)
        client = self.client(None, "--once")
        self.wait_there("100")
        return client, self.station.deploy(self.port.mac, image)

    def wait_done(self, job, share):
        def there():
            state = self.station.job(job)
            self.assertNotIn(state["state"], ("failed", "cancelled", "succeeded"), (state, self.log()))
            return state["total"] and state["done"] >= share * state["total"]
        wait_for(there, 120, "progress", every=0.01)

    def test_idle_and_then_a_deploy(self):
        random_disk(self.golden, 32 * MIB)
        with open(self.target, "wb") as file:
            file.truncate(32 * MIB)
        image = self.station.import_image(self.golden)
        self.client()
        self.wait_there("100")
        self.change_address("100", "150")
        self.wait_there("150")
        self.assertNotIn("other_address", self.device())
        self.assertNotIn("moved", self.device())
        job = self.station.wait_job(self.station.deploy(self.port.mac, image))
        self.assertEqual(job["outcome"], "verified", (job, self.log()))
        self.assertSameFile(self.golden, self.target)

    def test_in_mid_deploy(self):
        client, job = self.deploy()
        self.wait_done(job, 0.3)
        self.change_address("100", "151")
        done = self.station.wait_job(job, seconds=120)
        self.assertEqual(done["outcome"], "verified", (done, self.log()))
        self.assertEqual(client.wait(30), 0, self.log())
        self.assertSameFile(self.golden, self.target)

    def test_in_mid_backup(self):
        random_file(self.target, SIZE, 3)
        client = self.client(None, "--once")
        self.wait_there("100")
        job = self.station.backup(self.port.mac, self.path("backup.img"))
        self.wait_done(job, 0.3)
        self.change_address("100", "152")
        done = self.station.wait_job(job, seconds=120)
        self.assertEqual(done["state"], "succeeded", (done, self.log()))
        self.assertEqual(client.wait(30), 0, self.log())
        self.assertSameFile(self.target, self.path("backup.img"))

    def test_another_machine_gets_no_running_job(self):
        client, job = self.deploy()
        self.wait_done(job, 0.2)
        client.send_signal(signal.SIGSTOP)
        thief = self.client(self.other)  # with the same MAC, and the serial number that this machine has
        time.sleep(20)  # longer than the silence that lets a device go on at its own address
        device = self.device()
        self.assertEqual(device["address"], PREFIX + "100")
        self.assertEqual(device["other_address"], PREFIX + "101")
        thief.kill()
        client.send_signal(signal.SIGCONT)
        done = self.station.wait_job(job)
        self.assertEqual(done["outcome"], "verified", (done, self.log()))
        conflicts = [m for m in self.station.operator("GET", "messages")["messages"] if m["kind"] == "address-conflict"]
        self.assertTrue(1 <= len(conflicts) <= 4, conflicts)

    def test_a_killed_client_goes_on_at_its_address(self):
        client, job = self.deploy()
        self.wait_done(job, 0.3)
        client.kill()
        client.wait()
        killed = time.monotonic()
        wait_for(lambda: self.station.job(job)["interrupted"], 12, "that it is told")
        again = self.client(None, "--once")
        done = self.station.wait_job(job, seconds=120)
        self.assertEqual(done["outcome"], "verified", (done, self.log()))
        self.assertEqual(again.wait(30), 0, self.log())
        print(f"went on and was done {time.monotonic() - killed:.0f} s after the kill")
        conflicts = [m for m in self.station.operator("GET", "messages")["messages"] if m["kind"] == "address-conflict"]
        self.assertEqual(conflicts, [])


if __name__ == "__main__":
    namespaces.enter(*lan.PROGRAMS)
    main()
