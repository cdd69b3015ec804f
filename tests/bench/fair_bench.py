# SPDX-License-Identifier: GPL-3.0-or-later
"""A bench full of devices deploying at once over one gigabit port: do they share it evenly? Started by run.sh --fair.

Once undisturbed, once with a device that stalls and one behind a slow cable. What each device has received is read
from its port of the switch, several times a second.
"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))

import goals
import lan
import namespaces
from course import seen_since
from harness import CLIENT, MIB, random_disk, wait_for

SAMPLE_S = 0.25
MOVES = 16 * 1024  # bytes from one sample to the next; less is a poll or a report
SLOW_BITS = 10_000_000
STALLED, SLOW = 0, 1  # of the disturbed run


class Meter(threading.Thread):
    """What went to each port, over time."""

    def __init__(self, network):
        super().__init__(daemon=True)
        self.network = network
        self.samples = []
        self.ended = threading.Event()
        self.first = self.read()
        self.start()

    def read(self):
        told = json.loads(self.network.switch.run("ip", "-json", "-stats", "link", "show"))
        sent = {link["ifname"]: link["stats64"]["tx"]["bytes"] for link in told}
        return [sent["s-" + port.name] for port in self.network.devices]

    def run(self):
        while not self.ended.wait(SAMPLE_S):
            received = [now - before for now, before in zip(self.read(), self.first)]
            self.samples.append((time.monotonic(), received))

    def stop(self):
        self.ended.set()
        self.join()

    def received(self, number):
        return self.samples[-1][1][number] if self.samples else 0

    def when(self, number, size):
        """The first moment at which the device had this much."""
        return next((moment for moment, received in self.samples if received[number] >= size), None)

    def longest_pause(self, number, size):
        """Seconds between two samples that moved something, from the first transferred byte to the last."""
        last, longest = None, 0.0
        for (_, before), (moment, after) in zip(self.samples, self.samples[1:]):
            if before[number] >= size:
                break
            if after[number] - before[number] >= MOVES:
                longest = max(longest, moment - (last or moment))
                last = moment
        return longest

    def at_half_time(self, numbers, size):
        """(seconds, bytes of each) when half of all was received."""
        half = len(numbers) * size / 2
        began = self.began(numbers)
        for moment, received in self.samples:
            shares = [min(received[number], size) for number in numbers]
            if sum(shares) >= half:
                return moment - began, shares
        raise SystemExit("half of the bytes never came")

    def began(self, numbers):
        return min(self.when(number, MOVES) for number in numbers)


def jain(shares):
    """Jain's fairness index: 1 when all are equal, 1/n when one has all (DEC-TR-301)."""
    return sum(shares) ** 2 / (len(shares) * sum(share * share for share in shares))


class FairBench:
    def __init__(self, folder, devices, size):
        self.folder, self.size = folder, size
        self.lan = lan.Lan(devices)
        self.golden = self.path("golden.img")
        random_disk(self.golden, size)
        self.station = lan.start_station(folder)
        self.image = self.station.import_image(self.golden)
        self.processes, self.jobs = [], []
        self.rows = []

    def path(self, name):
        return os.path.join(self.folder, name)

    def target(self, number):
        return self.path(f"emmc{number}")

    def log(self, number):
        with open(self.path(f"device{number}.log"), errors="replace") as file:
            return file.read()[-2000:]

    def start_all(self):
        """Clients first; they are held while the jobs are made, so that none has a start on the others."""
        for number in range(len(self.lan.devices)):
            with open(self.target(number), "wb") as file:
                file.truncate(self.size)
        started = time.time()
        self.processes = [self.start_client(number) for number in range(len(self.lan.devices))]
        wait_for(lambda: len(seen_since(self.station, started)) == len(self.processes), 120, "registration of all", every=0.2)
        self.signal_all(signal.SIGSTOP)
        self.jobs = [self.station.deploy(port.mac, self.image) for port in self.lan.devices]
        self.meter = Meter(self.lan)
        self.signal_all(signal.SIGCONT)

    def signal_all(self, what):
        for process in self.processes:  # nsenter, which became the client
            process.send_signal(what)

    def start_client(self, number):
        port = self.lan.devices[number]
        with open(self.path(f"device{number}.log"), "ab") as log:
            return port.start(CLIENT, "--server", self.station.url, "--device", self.target(number), "--mac", port.mac,
                              "--once", stdout=log, stderr=log)

    def check_deployed(self, numbers):
        for number in numbers:
            if self.processes[number].wait(900) != 0:
                raise SystemExit(f"device {number} failed: {self.log(number)}")
            job = self.station.wait_job(self.jobs[number])
            if job["outcome"] != "verified":
                raise SystemExit(f"device {number}: {job}")
            subprocess.run(["cmp", self.golden, self.target(number)], check=True)

    def judge(self, goal, value):
        goals.print_row(goal, value)
        self.rows.append((goal, value))

    def evenly(self):
        """Everybody undisturbed; returns the seconds until the last byte."""
        self.start_all()
        everyone = range(len(self.processes))
        self.check_deployed(everyone)
        self.meter.stop()
        print(f"== {len(everyone)} devices, {self.size / MIB:.0f} MiB each, one port of "
              f"{lan.LINK_BITS / 1e9:.0f} Gbit/s; all verified")
        return self.report(everyone)

    def report(self, numbers):
        began = self.meter.began(numbers)
        half, shares = self.meter.at_half_time(numbers, self.size)
        seconds = [self.meter.when(number, self.size) - began for number in numbers]
        pauses = [self.meter.longest_pause(number, self.size) for number in numbers]
        print(f"{'device':>6}  {'fetched s':>9}  {'at half time MiB/s':>18}  {'longest pause s':>15}")
        for number, each, share, pause in zip(numbers, seconds, shares, pauses):
            print(f"{number:>6}  {each:>9.1f}  {share / half / MIB:>18.2f}  {pause:>15.1f}")
        wire = len(numbers) * self.size / lan.PAYLOAD_BYTES_PER_S
        print(f"last byte after {max(seconds):.1f} s, the wire alone {wire:.1f} s, ratio {max(seconds) / wire:.2f}")
        self.judge(goals.SHARE_JAIN, jain(shares))
        self.judge(goals.SHARE_SLOWEST, max(seconds) / min(seconds))
        self.judge(goals.SHARE_PAUSE, max(pauses))
        return max(seconds)

    def disturbed(self, undisturbed):
        """One stalls a quarter into its transfer, and one hangs on a slow cable from the start."""
        slow = self.lan.devices[SLOW]
        self.lan.switch.run("tc", "qdisc", "replace", "dev", "s-" + slow.name, "root", "tbf", "rate", f"{SLOW_BITS}bit",
                            "burst", "32kb", "latency", "50ms")
        self.start_all()
        wait_for(lambda: self.meter.received(STALLED) >= self.size / 4, 300, "a quarter", every=0.05)
        self.processes[STALLED].send_signal(signal.SIGSTOP)
        others = [number for number in range(len(self.processes)) if number not in (STALLED, SLOW)]
        self.check_deployed(others)
        self.meter.stop()
        print(f"== the same with device {STALLED} stopped and device {SLOW} behind {SLOW_BITS / 1e6:.0f} Mbit/s; "
              f"the others, all verified")
        seconds = self.report(others)
        share = (len(others) + 0.25) / len(self.processes)  # of the bytes
        self.judge(goals.SHARE_DISTURBED, seconds / (undisturbed * share))
        self.processes[STALLED].send_signal(signal.SIGCONT)
        self.check_deployed([STALLED])
        print("the stopped one went on and is verified")

    def clear(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        for job in self.station.operator("GET", "jobs")["jobs"]:
            if job["state"] not in ("succeeded", "failed", "cancelled"):
                self.station.operator("DELETE", f"jobs/{job['id']}")

    def stop(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
        if self.station.process.poll() is None:
            self.station.stop()


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh --fair", description=__doc__.splitlines()[0])
    parser.add_argument("--devices", type=int, default=48, help="default: 48")
    parser.add_argument("--size", type=int, default=128, metavar="MIB", help="of the image, MiB (default: 128)")
    parser.add_argument("--folder", help="where image and targets lie (default: the temporary folder)")
    options = parser.parse_args()
    if not 4 <= options.devices <= 120 or options.size < 16:
        parser.error("4 to 120 devices, at least 16 MiB")
    folder = tempfile.mkdtemp(prefix="ps-bench-", dir=options.folder)
    try:
        bench = FairBench(folder, options.devices, options.size * MIB)
        try:
            undisturbed = bench.evenly()
            bench.clear()
            bench.disturbed(undisturbed)
        finally:
            bench.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    goals.keep(bench.rows)
    missed = [goal.what for goal, value in bench.rows if not goal.holds(value)]
    if missed:
        raise SystemExit(f"missed: {', '.join(missed)}")


if __name__ == "__main__":
    namespaces.enter(*lan.PROGRAMS)
    main()
