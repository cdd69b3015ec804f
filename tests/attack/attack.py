#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attacks on a station of its own over loopback, beside a deploy and a device that polls: what the device notices.

    attack.py [--seconds N] [NAME...]      names: calm heads-1 heads-1-500 heads-5 bodies rubbish macs-deploy macs-backup zeros
    PS_STATION=build/release/app/provisioning-station attack.py

Prints a table. Takes 127.0.0.2 to 127.0.0.29, 4096 descriptors and two cores for N seconds (10) each; the made-up MACs
go on until 60,000 have registered and asked for work.
"""
import argparse
import contextlib
import http.client
import json
import multiprocessing
import os
import re
import resource
import selectors
import socket
import struct
import sys
import tempfile
import threading
import time
import warnings
from urllib.parse import urlsplit

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from harness import MIB, Station, random_file, wait_for  # noqa: E402

MAC = "dc:a6:32:01:02:03"
IMAGE = 64 * MIB
MADE_UP = 60_000
DEPLOY_RATE = 25 * MIB  # bytes a second: what a device of the field takes, about


def raise_limit():
    warnings.simplefilter("ignore", ResourceWarning)  # an attacker leaves its connections lying about
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


# --- attackers: each runs in a process of its own until `stop` is set ---

def connect(port, source):
    peer = socket.socket()
    peer.setblocking(False)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    peer.bind((source, 0))
    peer.connect_ex(("127.0.0.1", port))
    return peer


def drip(port, sources, each, head, stop, sent):
    """Connections that send a head byte by byte, and come again when they are closed."""
    raise_limit()
    peers = [[connect(port, source), 0, source] for source in sources for _ in range(each)]
    while not stop.is_set():
        for peer in peers:
            at = peer[1] % len(head)
            try:
                peer[0].send(head[at:at + 1])
                peer[1] += 1
                sent.value += 1
            except BlockingIOError:
                pass
            except OSError:
                peer[0].close()
                with contextlib.suppress(OSError):
                    peer[0], peer[1] = connect(port, peer[2]), 0
        time.sleep(0.002)


def heads(port, sources, each, stop, sent):
    drip(port, sources, each, b"GET /api/device-action-poll HTTP/1.1\r\nHost: localhost\r\n" + b"A: b\r\n" * 2600, stop, sent)


def bodies(port, sources, each, stop, sent):
    """Bodies of 60 KB that stop before their last byte."""
    raise_limit()
    start = b"POST /api/register-device HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60001\r\n\r\n" + b"x" * 60000
    peers = {}
    while not stop.is_set():
        for key in [(source, n) for source in sources for n in range(each)]:
            peer = peers.get(key)
            if peer:
                try:
                    if peer.recv(4096) == b"":
                        raise ConnectionResetError
                except BlockingIOError:
                    continue
                except OSError:
                    peer.close()
            with contextlib.suppress(OSError):
                peers[key] = peer = socket.create_connection(("127.0.0.1", port), 1, (key[0], 0))
                peer.setblocking(False)
                sent.value += peer.send(start)
        time.sleep(0.01)


def rubbish(port, sources, each, stop, sent):
    """Transfers that nobody knows, from as many connections as there may be."""
    raise_limit()
    request = b"GET /transfer/rubbish/image.img HTTP/1.1\r\nHost: localhost\r\n\r\n"
    selector = selectors.DefaultSelector()

    def begin(source):
        with contextlib.suppress(OSError):
            peer = connect(port, source)
            selector.register(peer, selectors.EVENT_READ | selectors.EVENT_WRITE, source)

    for source in sources * each:
        begin(source)
    while not stop.is_set():
        for key, events in selector.select(0.1):
            try:
                if events & selectors.EVENT_WRITE:
                    sent.value += key.fileobj.send(request)
                    selector.modify(key.fileobj, selectors.EVENT_READ, key.data)
                elif key.fileobj.recv(65536) == b"":
                    raise ConnectionResetError
            except BlockingIOError:
                continue
            except OSError:
                selector.unregister(key.fileobj)
                key.fileobj.close()
                begin(key.data)


def macs(port, sources, each, stop, sent):
    """`each` devices per address that do not exist: each registers, and asks for work once; counts the requests."""
    for source in sources:
        peer = http.client.HTTPConnection("127.0.0.1", port, timeout=20, source_address=(source, 0))
        for n in range(each):
            if stop.is_set():
                return
            mac = f"02:00:{int(source.rsplit('.', 1)[1]):02x}:00:{n >> 8:02x}:{n & 255:02x}"
            for method, path, body in (("POST", "/api/register-device", json.dumps({"mac": mac, "ip": ""})),
                                       ("GET", f"/api/device-action-poll?mac={mac}", None)):
                try:
                    peer.request(method, path, body)
                    peer.getresponse().read()
                except (OSError, http.client.HTTPException):
                    peer.close()  # connects again by itself
                sent.value += 1
        peer.close()


class Attack:
    """`count` processes of `function` while the block runs."""

    def __init__(self, function, port, sources, each, processes=2):
        self.stop = multiprocessing.Event()
        self.sent = [multiprocessing.Value("q", 0) for _ in range(processes)]
        parts = [sources[n::processes] or sources for n in range(processes)]
        share = max(1, each if len(sources) >= processes else each // processes)
        self.processes = [multiprocessing.Process(target=function, args=(port, part, share, self.stop, sent), daemon=True)
                          for part, sent in zip(parts, self.sent)]

    def __enter__(self):
        for process in self.processes:
            process.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for process in self.processes:
            process.join(10)
            if process.is_alive():
                process.terminate()

    def count(self):
        """Bytes sent; of `macs`: requests."""
        return sum(sent.value for sent in self.sent)

    def is_over(self):
        return not any(process.is_alive() for process in self.processes)


# --- what is measured meanwhile ---

class Polls(threading.Thread):
    """A device that polls; how long each took, and what was not a 200."""

    def __init__(self, station, mac=MAC):
        super().__init__(daemon=True)
        self.station, self.mac = station, mac
        self.times, self.failed, self.over = [], [], threading.Event()

    def run(self):
        while not self.over.is_set():
            began = time.monotonic()
            try:
                status, _ = self.station.poll(self.mac)
                if status != 200:
                    self.failed.append(status)
            except (OSError, ValueError) as error:
                self.failed.append(repr(error))
            self.times.append(time.monotonic() - began)
            self.over.wait(0.02)

    def figures(self):
        ordered = sorted(self.times) or [0]
        return ordered[len(ordered) // 2], ordered[-1]


class Deploy(threading.Thread):
    """A device that is deployed to again and again, at a device's speed; compares every byte."""

    def __init__(self, station, image_id, content, mac="dc:a6:32:01:02:04"):
        super().__init__(daemon=True)
        self.station, self.image_id, self.content, self.mac = station, image_id, content, mac
        self.received, self.busy, self.wrong, self.over = 0, 0.0, [], threading.Event()
        station.register(mac)

    def run(self):
        while not self.over.is_set():
            job = self.station.deploy(self.mac, self.image_id)
            began = time.monotonic()
            try:
                self.fetch(self.station.poll(self.mac)[1]["url"], began)
            except (OSError, KeyError, ValueError) as error:
                self.wrong.append(repr(error))
            self.busy += time.monotonic() - began
            if self.over.is_set() or self.wrong:
                self.station.operator("DELETE", f"jobs/{job}", expect=(200, 404, 409))
                return
            self.station.wait_job(job, seconds=30)

    def fetch(self, url, began):
        with socket.create_connection((self.station.host, self.station.port), 30) as peer:
            peer.sendall(f"GET {urlsplit(url).path} HTTP/1.0\r\n\r\n".encode())
            stream = peer.makefile("rb")
            while stream.readline() not in (b"\r\n", b""):
                pass
            at = 0
            while not self.over.is_set() and (block := stream.read(MIB)):
                if block != self.content[at:at + len(block)]:
                    raise ValueError(f"wrong bytes at {at}")
                at += len(block)
                self.received += len(block)
                time.sleep(max(0, began + at / DEPLOY_RATE - time.monotonic()))
            if not self.over.is_set() and at != len(self.content):
                raise ValueError(f"{at} of {len(self.content)} bytes")

    def speed(self):
        return self.received / self.busy if self.busy else 0


def memory(station, field="VmRSS"):
    with open(f"/proc/{station.process.pid}/status") as file:
        return int(re.search(rf"{field}:\s+(\d+) kB", file.read())[1]) * 1024


class Bench:
    def __init__(self, folder, *arguments):
        self.folder = folder
        self.station = Station(folder, *arguments, limits=raise_limit)
        image = os.path.join(folder, "golden.img")
        random_file(image, IMAGE)
        with open(image, "rb") as file:
            self.content = file.read()
        self.image_id = self.station.import_image(image)
        self.station.register(MAC)

    def beside(self, attack, seconds):
        """Polls and a deploy while `attack` (a context manager, or None) lasts; a dict of figures.

        `seconds` None: until the attack is over by itself.
        """
        polls, deploy = Polls(self.station), Deploy(self.station, self.image_id, self.content)
        before = memory(self.station)
        cpu = self.station.cpu_seconds()
        with attack or contextlib.nullcontext() as running:
            began = time.monotonic()
            deploy.start()
            polls.start()
            if seconds is None:
                wait_for(running.is_over, 1200, "the attack", every=0.5)
            else:
                time.sleep(seconds)
            spent = time.monotonic() - began
            cpu = self.station.cpu_seconds() - cpu
            high = memory(self.station)
            sent = running.count() if isinstance(running, Attack) else 0
            for thread in (polls, deploy):
                thread.over.set()
                thread.join(60)
        median, worst = polls.figures()
        return {"polls": len(polls.times), "failed": polls.failed, "median": median, "worst": worst, "wrong": deploy.wrong,
                "speed": deploy.speed(), "cpu": cpu / spent, "sent": sent / spent, "before": before, "high": high}

    def list_figures(self):
        """After made-up MACs: what the lists hold, and the longest that asking for the devices and a restart took."""
        began = time.monotonic()
        devices = len(self.station.operator("GET", "devices")["devices"])
        listed = time.monotonic() - began
        jobs = len(self.station.operator("GET", "jobs")["jobs"])
        new, _ = self.station.register("dc:a6:32:01:02:99", "127.0.0.29")
        self.station.stop()
        began = time.monotonic()
        self.station.start()
        started = time.monotonic() - began
        known = [self.station.register(mac)[0] for mac in (MAC, "dc:a6:32:01:02:04")]
        database = os.path.getsize(os.path.join(self.station.data, "station.sqlite"))
        return (f"{devices} devices, listed in {listed * 1000:.0f} ms, {jobs} jobs, {database // 1024} KiB of database, "
                f"restart {started * 1000:.0f} ms; then a new device: {new}, known ones: {known}")

    def zero_runs(self, devices):
        """Backups of devices that tell 2 TiB, with a single ZERO record each; bytes of memory and of journals that it took."""
        before = memory(self.station)
        size = 1 << 41
        paths = []
        for n in range(devices):
            source, mac = f"127.0.0.{10 + n}", f"dc:a6:32:01:03:{n:02x}"
            session = self.station.register(mac, source, features=["full-1"], storage={"size": size})[1]["session"]
            paths.append(os.path.join(self.folder, f"zeros{n}.img.zst"))
            self.station.backup(mac, paths[-1])
            url = self.station.poll(mac, source, session)[1]["upload_url"]
            record = struct.pack("<BI", 2, size // MIB)
            status, answer = self.station.request("PUT", f"{urlsplit(url).path}/chunks/0?size={size}", record, session, source)
            assert (status, answer) == (200, {"next": size // MIB}), (status, answer)
        files = sum(os.path.getsize(path + end) for path in paths for end in (".part", ".part.journal"))
        return memory(self.station) - before, files

    def stop(self):
        return self.station.stop()


def addresses(first, count):
    return [f"127.0.0.{first + n}" for n in range(count)]


ATTACKS = {
    "heads-1": (heads, addresses(2, 1), 200),
    "heads-1-500": (heads, addresses(2, 1), 500),
    "heads-5": (heads, addresses(2, 5), 400),
    "bodies": (bodies, addresses(2, 8), 256),
    "rubbish": (rubbish, addresses(2, 12), 64),
    "macs-deploy": (macs, addresses(2, 16), MADE_UP // 16),
    "macs-backup": (macs, addresses(2, 16), MADE_UP // 16),
}


def automatic(name, folder):
    """The arguments of a station that is in automatic mode meanwhile."""
    if name == "macs-deploy":
        return "--auto", "deploy"
    if name == "macs-backup":
        backups = os.path.join(folder, "backups")
        os.mkdir(backups)
        return "--auto", "backup", "--backup-dir", backups
    return ()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    names = arguments.names or ["calm", *ATTACKS, "zeros"]
    raise_limit()
    print(f"{'attack':12} {'polls':>6} {'failed':>6} {'median':>9} {'worst':>9} {'deploy':>10} {'CPU':>5} {'sent':>10} {'memory':>16}")
    for name in names:
        with tempfile.TemporaryDirectory(prefix="ps-attack-") as folder:
            bench = Bench(folder, *automatic(name, folder))
            if name == "zeros":
                grown, files = bench.zero_runs(12)
                print(f"{name:12} memory +{grown // 1024} KiB, .part and journals {files // 1024} KiB")
            else:
                attack = Attack(ATTACKS[name][0], bench.station.port, *ATTACKS[name][1:]) if name in ATTACKS else None
                is_counted = name.startswith("macs")
                f = bench.beside(attack, None if is_counted else arguments.seconds)
                time.sleep(3)
                after = memory(bench.station)
                sent = f"{f['sent']:8.0f}/s" if is_counted else f"{f['sent'] / 1024:5.0f} KB/s"
                print(f"{name:12} {f['polls']:6} {len(f['failed']):6} {f['median'] * 1000:6.0f} ms {f['worst'] * 1000:6.0f} ms "
                      f"{f['speed'] / MIB:5.1f} MB/s {f['cpu'] * 100:4.0f}% {sent} "
                      f"{f['before'] // MIB:3}-{f['high'] // MIB:3}-{after // MIB:3} MiB", *sorted(set(map(str, f["failed"]))),
                      *f["wrong"], flush=True)
                if is_counted:
                    print(f"{'':12} {bench.list_figures()}", flush=True)
            code = bench.stop()
            if code != 0:
                print("the station ended with", code, bench.station.log())


if __name__ == "__main__":
    main()
