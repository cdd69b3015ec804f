#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many devices, random orders and random faults for an hour: nothing is a false success, nothing is lost, memory stays flat.

    PS_STATION=… PS_CLIENT=… tests/e2e/soak.py [--minutes 60] [--devices 64] [--seed 1]

Each device is the real client on a file of its own, behind a proxy and an address of its own. Orders: deploy, backup as .img
and as .img.zst, some of them cancelled. Faults: the wire spoils bytes or breaks, a client is killed (the device's power is
cut), the station is killed. Takes 127.1.0.1 and the following addresses, and 100 MiB of disk for each device.
Prints a line per minute and a table at the end. Exit code 1 when anything was wrong.
"""
import argparse
import collections
import os
import random
import shutil
import sys
import tempfile
import time

import faults
from harness import MIB, Client, Station, disk_image, random_disk, run, sh, wait_for

SIZE = 48 * MIB + 512
ENDED = ("succeeded", "failed", "cancelled")
PATIENCE_S = 600  # for one job, all interruptions included
ORDERS = ("deploy", "deploy", "deploy", ".img", ".img.zst")


class Device:
    """One client, its file and its way to the station."""

    def __init__(self, soak, number):
        self.soak = soak
        self.number = number
        self.mac = f"02:00:00:00:01:{number:02x}"
        self.file = os.path.join(soak.folder, f"emmc{number}")
        self.proxy = faults.FaultProxy(soak.station.host, soak.station.port, source=f"127.1.0.{number + 1}")
        self.client = None
        self.job = None  # (id, kind, saved, asked to cancel at, begun at)
        random_disk(self.file, SIZE, number + 1)

    def power_on(self):
        address = type("Address", (), {"url": self.proxy.url})
        self.client = Client(address, self.file, self.mac, log=self.file + ".log")

    def cut_power(self):
        self.client.kill()
        self.power_on()

    def order(self, chance):
        kind = chance.choice(ORDERS)
        saved = None
        if kind == "deploy":
            with open(self.file, "r+b") as file:
                file.write(b"\xa5" * MIB)
            job = self.soak.station.deploy(self.mac, self.soak.image)
        else:
            saved = os.path.join(self.soak.folder, "backups", f"{self.number}-{self.soak.asked}{kind}")
            job = self.soak.station.backup(self.mac, saved)
        now = time.monotonic()
        cancel_at = now + chance.random() * 4 if chance.random() < 0.1 else None
        self.job = (job, kind, saved, cancel_at, now)
        direction = faults.TO_CLIENT if kind == "deploy" else faults.TO_STATION
        if chance.random() < 0.3:
            self.proxy.plan(chance, chance.choice((1, 2)), 12 * MIB, direction)
        else:
            self.proxy.plan(chance, 0, 1, 0)


class Soak:
    def __init__(self, folder, devices, seed):
        self.folder = folder
        self.chance = random.Random(f"soak {seed}")
        self.station = Station(folder)
        self.golden = os.path.join(folder, "golden.img")
        disk_image(self.golden, SIZE, fill=8 * MIB)
        self.image = self.station.import_image(self.golden)
        os.mkdir(os.path.join(folder, "backups"))
        self.asked = 0
        self.outcomes = collections.Counter()
        self.codes = collections.Counter()
        self.faults = collections.Counter()
        self.wrong = []
        self.peaks = []
        self.devices = [Device(self, number) for number in range(devices)]
        for device in self.devices:
            device.power_on()

    def memory(self):
        with open(f"/proc/{self.station.process.pid}/status") as file:
            lines = dict(line.split(":", 1) for line in file)
        return int(lines["VmRSS"].split()[0]) // 1024, len(os.listdir(f"/proc/{self.station.process.pid}/fd"))

    def restart_station(self):
        self.faults["station killed"] += 1
        self.station.kill()
        self.station.start()

    def fault(self):
        if self.chance.random() < 0.1:
            self.restart_station()
            return
        device = self.chance.choice(self.devices)
        device.cut_power()
        self.faults["power cut"] += 1
        # A loopback address is in no neighbour table: the operator's word instead of that proof.
        self.station.accept(device.mac)

    def expect(self, right, what):
        if not right:
            self.wrong.append(what)
            print("WRONG:", what, flush=True)

    def check(self, device, state):
        job, kind, saved, cancel_at, _ = device.job
        self.outcomes[state["state"]] += 1
        if state["state"] == "failed":
            self.codes[state["error"]["code"]] += 1
        self.expect(state["state"] != "cancelled" or cancel_at, f"{job} was cancelled, and nobody asked: {state}")
        if state["state"] == "succeeded":
            self.expect(self.same(device, kind, saved), f"{job} ({kind}) is called a success, and its bytes differ")
        elif saved:
            self.expect(not os.path.exists(saved), f"{job} did not succeed, and left {saved}")
        if saved and os.path.exists(saved):
            os.remove(saved)

    def same(self, device, kind, saved):
        if kind == "deploy":
            return run(["cmp", "-n", str(SIZE), device.file, self.golden])[0] == 0
        if kind == ".img":
            return run(["cmp", saved, device.file])[0] == 0
        return sh('zstd -dc "$A" | cmp - "$B"', A=saved, B=device.file)[0] == 0

    def turn(self, order):
        """One look at every device; True while any has a job."""
        jobs = {job["id"]: job for job in self.station.operator("GET", "jobs")["jobs"]}
        online = {row["mac"] for row in self.station.operator("GET", "devices")["devices"] if row["online"]}
        for device in self.devices:
            if device.job:
                job, kind, _, cancel_at, begun = device.job
                state = jobs.get(job) or self.lost(job)
                if state["state"] in ENDED:
                    self.check(device, state)
                    device.job = None
                elif cancel_at and time.monotonic() > cancel_at:
                    self.station.operator("DELETE", f"jobs/{job}", expect=(200, 202, 404, 409))
                elif time.monotonic() - begun > PATIENCE_S:
                    self.expect(False, f"{job} ({kind}) is stuck: {state}; {device.client.log()[-600:]}")
                    device.job = None
            elif order and device.mac in online:
                device.order(self.chance)
                self.asked += 1
        return any(device.job for device in self.devices)

    def lost(self, job):
        status, state = self.station.request("GET", f"/api/operator/jobs/{job}", token=self.station.token)
        if status == 200:
            return state
        return {"state": "failed", "error": {"code": "order-lost-in-the-kill"}}

    def run(self, minutes):
        begun = time.monotonic()
        next_fault, next_line = begun + 20, begun + 60
        while (now := time.monotonic()) < begun + minutes * 60:
            self.turn(order=True)
            if now > next_fault:
                self.fault()
                next_fault = now + self.chance.uniform(1, 10)
            if now > next_line:
                next_line += 60
                self.line(now - begun)
            time.sleep(0.3)
        wait_for(lambda: not self.turn(order=False), PATIENCE_S, "the last jobs", every=0.3)
        self.totals()

    def line(self, seconds):
        megabytes, descriptors = self.memory()
        self.peaks.append(megabytes)
        print(f"{seconds / 60:5.0f} min  asked {self.asked:5}  {dict(self.outcomes)}  station {megabytes} MB, "
              f"{descriptors} descriptors", flush=True)

    def totals(self):
        self.line(0)
        told = collections.Counter(job["state"] for job in self.station.operator("GET", "history")["jobs"])
        lost = self.codes["order-lost-in-the-kill"]
        self.expect(sum(self.outcomes.values()) == self.asked, f"asked {self.asked}, ended {self.outcomes}")
        self.expect(sum(told.values()) == self.asked - lost, f"the history tells {told}, of {self.asked} asked and {lost} lost")
        spoiled = collections.Counter(kind for device in self.devices for _, _, kind in device.proxy.done)
        third = max(1, len(self.peaks) // 3)
        print(f"asked {self.asked}: {dict(self.outcomes)}; failures {dict(self.codes)}\n"
              f"faults: {dict(self.faults)}, on the wire {dict(spoiled)}\n"
              f"station's memory, MB: first third up to {max(self.peaks[:third])}, last third up to {max(self.peaks[-third:])}\n"
              f"wrong: {len(self.wrong)}", flush=True)

    def end(self):
        for device in self.devices:
            device.client.stop()
            device.proxy.end()
        self.expect(self.station.stop() == 0, "the station's exit code: " + self.station.log())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--devices", type=int, default=64)
    parser.add_argument("--seed", default="1")
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="ps-soak-")
    try:
        soak = Soak(folder, arguments.devices, arguments.seed)
        soak.run(arguments.minutes)
        soak.end()
        return 1 if soak.wrong else 0
    finally:
        shutil.rmtree(folder, True)


if __name__ == "__main__":
    sys.exit(main())
