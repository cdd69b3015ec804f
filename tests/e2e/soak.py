#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many devices, random orders and random faults for an hour: nothing is a false success, nothing is lost, memory stays flat.

    PS_STATION=… PS_CLIENT=… tests/e2e/soak.py [--minutes 60] [--devices 64] [--seed 1]

Each device is the real client on a file of its own, behind a proxy and an address of its own. Orders: deploy, backup as .img
and as .img.zst, some of them cancelled. Faults: the wire spoils bytes or breaks, a client is killed (the device's power is
cut), the station is killed; that only in the first half of the time, so that one process shows its memory in the second.
The bound of that memory is for programs without sanitizers. Takes 127.1.0.1 and the following addresses, and 100 MiB of disk
for each device. Prints a line per minute and a table at the end. Exit code 1 when anything was wrong.
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
MAX_DEVICES = 254  # addresses
FAULT_SPAN = 6 * MIB  # of the golden image about so much goes over the wire
MIN_LINES = 9  # minutes of one process, else nothing is said of its memory
MEMORY_ROOM_MB = 64


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
        self.is_out = False  # has a job that does not end: no other can be ordered
        random_disk(self.file, SIZE, number + 1)

    def power_on(self):
        address = type("Address", (), {"url": self.proxy.url})
        self.client = Client(address, self.file, self.mac, log=self.file + ".log")

    def cut_power(self):
        self.client.kill()
        self.power_on()

    def end(self):
        if self.client:
            self.client.kill()
        self.proxy.end()

    def order(self, chance):
        kind = chance.choice(ORDERS)
        saved = None
        self.plan_faults(kind, chance)
        if kind == "deploy":
            with open(self.file, "r+b") as file:
                file.write(b"\xa5" * MIB)
            job = self.soak.station.deploy(self.mac, self.soak.image)
        else:
            saved = os.path.join(self.soak.folder, "backups", f"{self.number}-{self.soak.asked}{kind}")
            # What a file system calls free may hold bytes here: a deploy that was broken off, then another.
            job = self.soak.station.backup(self.mac, saved, scope="exact")
        now = time.monotonic()
        cancel_at = now + chance.random() * 4 if chance.random() < 0.1 else None
        self.job = (job, kind, saved, cancel_at, now)

    def plan_faults(self, kind, chance):
        direction = faults.TO_CLIENT if kind == "deploy" else faults.TO_STATION
        count = chance.choice((1, 2)) if chance.random() < 0.3 else 0
        self.proxy.plan(chance, count, FAULT_SPAN, direction)


class Soak:
    def __init__(self, folder, seed):
        self.folder = folder
        self.chance = random.Random(f"soak {seed}")
        self.golden = os.path.join(folder, "golden.img")
        self.station = None
        self.image = None
        self.devices = []
        self.asked = 0
        self.outcomes = collections.Counter()
        self.codes = collections.Counter()
        self.faults = collections.Counter()
        self.wrong = []
        self.peaks = []  # of the station's process that runs now, one a minute

    def begin(self, devices):
        disk_image(self.golden, SIZE, fill=4 * MIB)  # its second partition has 15 MiB
        os.mkdir(os.path.join(self.folder, "backups"))
        self.station = Station(self.folder)
        self.image = self.station.import_image(self.golden)
        for number in range(devices):
            self.devices.append(Device(self, number))
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
        self.peaks.clear()

    def fault(self, may_kill_station):
        if self.chance.random() < 0.1 and may_kill_station:
            self.restart_station()
            return
        device = self.chance.choice(self.devices)
        device.cut_power()
        self.faults["power cut"] += 1
        if self.chance.random() < 0.5:
            self.accept(device)

    def accept(self, device):
        """The operator's word, in place of 15 s of silence. The device may not have registered yet, or be let in meanwhile."""
        rows = self.station.operator("GET", "devices")["devices"]
        address = next((row["address"] for row in rows if row["mac"] == device.mac), "")
        if address:
            self.station.operator("POST", f"devices/{device.mac}/actions", {"action": "accept", "address": address},
                                  expect=(200, 404, 409))

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
        rows = self.station.operator("GET", "devices")["devices"]
        online = {row["mac"] for row in rows if row["online"]}
        for device in self.devices:
            if device.client.process.poll() is not None:
                self.expect(False, f"client {device.number} has ended by itself: {device.client.log()[-600:]}")
                device.cut_power()
            if device.job:
                self.look_at(device)
            elif order and not device.is_out and device.mac in online:
                device.order(self.chance)
                self.asked += 1
        return any(device.job for device in self.devices)

    def look_at(self, device):
        job, kind, _, cancel_at, begun = device.job
        now = time.monotonic()
        # One by one: the list of all grows for an hour.
        status, state = self.station.request("GET", f"/api/operator/jobs/{job}", token=self.station.token)
        if status != 200:
            self.outcomes["lost"] += 1
            self.expect(False, f"{job} ({kind}) was answered with 201, and is {status}: {state}")
            device.job = None
        elif state["state"] in ENDED:
            self.check(device, state)
            device.job = None
        elif now - begun > PATIENCE_S:
            self.outcomes["stuck"] += 1
            self.expect(False, f"{job} ({kind}) is stuck: {state}; {device.client.log()[-600:]}")
            device.job = None
            device.is_out = True
        elif cancel_at and now > cancel_at:
            # It may have ended a moment ago, or be committing.
            self.station.operator("DELETE", f"jobs/{job}", expect=(200, 404, 409))

    def run(self, minutes):
        begun = time.monotonic()
        half, end = begun + minutes * 30, begun + minutes * 60
        next_fault, next_line = begun + 20, begun + 60
        while (now := time.monotonic()) < end:
            self.turn(order=True)
            if now > next_fault:
                self.fault(may_kill_station=now < half)
                next_fault = now + self.chance.uniform(1, 10)
            if now > next_line:
                next_line += 60
                self.line(now - begun)
            time.sleep(0.3)
        # Longer than a job's own patience, so that it is told which one is stuck.
        wait_for(lambda: not self.turn(order=False), PATIENCE_S + 60, "the last jobs", every=0.3)
        self.totals(time.monotonic() - begun)

    def line(self, seconds):
        megabytes, descriptors = self.memory()
        self.peaks.append(megabytes)
        print(f"{seconds / 60:5.0f} min  asked {self.asked:5}  {dict(self.outcomes)}  station {megabytes} MB, "
              f"{descriptors} descriptors", flush=True)

    def totals(self, seconds):
        self.line(seconds)
        told = collections.Counter(job["state"] for job in self.station.operator("GET", "history")["jobs"])
        ended = {state: self.outcomes[state] for state in ENDED if self.outcomes[state]}
        self.expect(sum(self.outcomes.values()) == self.asked, f"asked {self.asked}, ended {dict(self.outcomes)}")
        self.expect(dict(told) == ended, f"the history tells {dict(told)}, and it was {ended}")
        # Whatever spoils a job for a moment, it goes on: else all could fail, and nothing were wrong.
        self.expect(self.outcomes["succeeded"] > self.asked / 2, f"of {self.asked} only {self.outcomes['succeeded']} succeeded")
        third = max(1, len(self.peaks) // 3)
        first, last = max(self.peaks[:third]), max(self.peaks[-third:])
        self.expect(len(self.peaks) < MIN_LINES or last < 1.25 * first + MEMORY_ROOM_MB, f"memory grows: {self.peaks} MB")
        spoiled = collections.Counter(kind for device in self.devices for _, _, kind in device.proxy.done)
        print(f"asked {self.asked}: {dict(self.outcomes)}; failures {dict(self.codes)}\n"
              f"faults: {dict(self.faults)}, on the wire {dict(spoiled)}\n"
              f"station's memory since its last start, MB: first third up to {first}, last third up to {last}\n"
              f"wrong: {len(self.wrong)}", flush=True)

    def end(self):
        for device in self.devices:
            device.client.stop()
            device.proxy.end()
        self.expect(self.station.stop() == 0, "the station's exit code: " + self.station.log())

    def clean_up(self):
        """Also after an error: nothing that was started stays."""
        for device in self.devices:
            device.end()
        if self.station and self.station.process.poll() is None:
            self.station.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--devices", type=int, default=64)
    parser.add_argument("--seed", default="1")
    arguments = parser.parse_args()
    if not 1 <= arguments.devices <= MAX_DEVICES:
        parser.error(f"--devices takes 1 to {MAX_DEVICES}")
    folder = tempfile.mkdtemp(prefix="ps-soak-")
    soak = Soak(folder, arguments.seed)
    try:
        soak.begin(arguments.devices)
        soak.run(arguments.minutes)
        soak.end()
        return 1 if soak.wrong else 0
    except BaseException:
        if soak.station:
            print(soak.station.log(), file=sys.stderr)
        raise
    finally:
        soak.clean_up()
        shutil.rmtree(folder, True)


if __name__ == "__main__":
    sys.exit(main())
