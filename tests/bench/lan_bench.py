# SPDX-License-Identifier: GPL-3.0-or-later
"""Deploys and backups over the bench's network, against what people use today. Started by run.sh --lan.

Each tool does its work in a device's namespace and gets its bytes through a shaped gigabit link. Beside every time
stands the limit: bytes over the link, or bytes over the disk. What takes seconds is done several times, by turns, and the
median counts: a plain read of a virtual disk may take twice as long as the one before. A verify reads what was just
written, so beside it stands a plain read, one order after another as dd does it, of what another tool has just written over
the same link: bmaptool, the same DATA but for the unmapped blocks within its chunks.
"""
import argparse
import json
import mmap
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from typing import NamedTuple

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))

import goals
import lan
import namespaces
import sample_image
from course import began_and_ended, fresh_target, seen_since, wait_read_back
from figures import GIB, note, print_columns
from harness import CLIENT, MIB, wait_for
from nginx import Nginx

BACKUP_LEVEL = 1  # of zstd: imaging/chunk_codec.h
SLOW_READERS = 64
ROUNDS = 5


class Tool(NamedTuple):
    """What people deploy with: a script that is given URL, TARGET and BMAP."""
    name: str
    source: str  # what it fetches, of the served folder
    script: str
    goal: goals.Goal | None = None


GOLDEN = "golden.img"
BMAPTOOL = Tool("bmaptool (.zst + .bmap)", GOLDEN + ".zst", 'bmaptool -q copy --bmap "$BMAP" "$URL" "$TARGET"',
                goals.BMAPTOOL)
CURL_ZSTD = Tool("curl | zstd -dc | dd", GOLDEN + ".zst",
                 'curl -sf "$URL" | zstd -dc | dd of="$TARGET" bs=4M conv=fsync,notrunc')
CURL = Tool("curl | dd", GOLDEN, 'curl -sf "$URL" | dd of="$TARGET" bs=4M conv=fsync,notrunc', goals.CURL_DD)
TOOLS = (BMAPTOOL, CURL_ZSTD)
SLOW_TOOLS = (CURL,)  # once is enough


def peak_memory(pid):
    try:
        with open(f"/proc/{pid}/status") as file:
            return max((int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:")), default=0)
    except OSError:  # it has ended
        return 0


class Peak(threading.Thread):
    """The peak memory of a process that ends by itself."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid = pid
        self.bytes = 0
        self.start()

    def run(self):
        while now := peak_memory(self.pid):
            self.bytes = max(self.bytes, now)
            time.sleep(0.02)


def data_chunks(path):
    """Offsets of the chunks of 1 MiB that hold something."""
    offsets = []
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        offset = 0
        while offset < size:
            try:
                offset = os.lseek(file.fileno(), offset, os.SEEK_DATA) // MIB * MIB
            except OSError:
                break
            if os.pread(file.fileno(), MIB, offset).strip(b"\0"):
                offsets.append(offset)
            offset += MIB
    return offsets


def read_direct(path, offsets):
    """Seconds of a plain O_DIRECT read of these chunks, one after another."""
    buffer = mmap.mmap(-1, MIB)
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECT)
    started = time.monotonic()
    for offset in offsets:
        os.preadv(descriptor, [buffer], offset)
    seconds = time.monotonic() - started
    os.close(descriptor)
    return seconds


def read_through(path):
    """Into the page cache."""
    subprocess.run(["dd", "if=" + path, "of=/dev/null", "bs=4M", "status=none"], check=True)


def used_bytes(mounted):
    room = os.statvfs(mounted)
    return (room.f_blocks - room.f_bfree) * room.f_frsize


class Table:
    """One line for each piece of work and tool."""

    def __init__(self):
        self.lines = [("work", "tool", "s", "limit s", "limit of", "/ limit", "/ other", "goal")]
        self.rows = []

    def add(self, work, tool, taken, limit, limit_of, reference=None, goal=None):
        """`taken`: seconds, of every round."""
        seconds = statistics.median(taken)
        ratio = f"{seconds / reference:.2f}" if reference else ""
        self.lines.append((work, tool, f"{seconds:.2f}", f"{limit:.2f}", limit_of, f"{seconds / limit:.2f}", ratio,
                           str(goal or "")))
        if goal:
            self.rows.append((goal, seconds / (reference or limit)))
        rounds = ", ".join(f"{each:.2f}" for each in taken)
        note(f"{work}: {tool}: {rounds} s, limit {limit:.2f} s ({limit_of})")


class LanBench:
    def __init__(self, folder, size, files):
        self.folder = folder
        self.size = size
        self.table = Table()
        self.rows = []  # beside the table's
        self.remarks = []
        self.lan = lan.Lan(4)
        self.golden = self.path("served/" + GOLDEN)
        os.mkdir(self.path("served"))
        note(f"making an image of {size // MIB} MiB with {files // MIB} MiB of files")
        sample_image.make(self.golden, size, files)
        self.chunks = data_chunks(self.golden)
        self.data = len(self.chunks) * MIB
        self.station = lan.start_station(folder)
        self.nginx = None

    def path(self, name):
        return os.path.join(self.folder, name)

    def prepare(self):
        read = read_direct(self.golden, self.chunks)
        started = time.monotonic()
        self.image = self.station.import_image(self.golden, 3600)
        ours = time.monotonic() - started
        os.sync()
        started = time.monotonic()
        subprocess.run(["zstd", "-q", "-3", "-T2", "-f", self.golden, "-o", self.golden + ".zst"], check=True)
        other = time.monotonic() - started
        self.table.add("import until ready", "station", [ours], read, "O_DIRECT read", other, goals.LAN_IMPORT)
        self.table.add("import until ready", "zstd -3 -T2", [other], read, "O_DIRECT read")
        subprocess.run(["bmaptool", "-q", "create", "-o", self.golden + ".bmap", self.golden], check=True)
        self.packed = self.station.operator("GET", f"images/{self.image}")["packed_bytes"]
        identity = self.station.operator("GET", f"images/{self.image}")["identity"]
        self.pack = identity + ".img.zst"
        os.symlink(os.path.join(self.station.data, "images", self.pack), self.path("served/" + self.pack))
        self.nginx = Nginx(self.path("nginx"), self.path("served"), "0.0.0.0")
        self.served = f"http://{lan.STATION_ADDRESS}:{self.nginx.port}/"
        self.wire = self.packed / lan.PAYLOAD_BYTES_PER_S

    def stop(self):
        if self.nginx:
            self.nginx.stop()
        if self.station.process.poll() is None:
            self.station.stop()

    # --- devices ---

    def target(self, number=0):
        return fresh_target(self.path(f"emmc{number}"), self.size)

    def client(self, port, target):
        started = time.time()
        command = [CLIENT, "--server", self.station.url, "--device", target, "--mac", port.mac, "--once"]
        with open(self.path(port.name + ".log"), "ab") as log:
            process = port.start(*command, stdout=log, stderr=log)
        wait_for(lambda: seen_since(self.station, started, port.mac), 30, "the client's registration")
        process.peak = Peak(process.pid)
        return process

    def log(self, port):
        with open(self.path(port.name + ".log"), errors="replace") as file:
            return file.read()[-2000:]

    def end(self, port, process, job_id):
        if process.wait(3600) != 0:
            raise SystemExit(f"the client failed: {self.log(port)}")
        process.peak.join()
        self.rows.append((goals.CLIENT_MEMORY, process.peak.bytes / 1e6))
        return began_and_ended(self.station.wait_job(job_id))

    def shell(self, port, script, **environment):
        started = time.monotonic()
        process = port.start("bash", "-c", "set -o pipefail; " + script, env={**os.environ, **environment},
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        error = process.communicate()[1]
        if process.returncode != 0:
            raise SystemExit(f"{script}: {error.decode(errors='replace')[-500:]}")
        return time.monotonic() - started

    # --- the rows ---

    def deploy_one(self):
        port = self.lan.devices[0]
        ours, others = [], {}
        for number in range(ROUNDS):
            if number % 2 == 0:
                ours.append(self.deploy_ours(port))
            for tool in TOOLS if number else TOOLS + SLOW_TOOLS:
                others.setdefault(tool, []).append(self.deploy_by(port, tool))
            if number % 2:
                ours.append(self.deploy_ours(port))
        fetched, written, proven, verified = zip(*ours)
        work = "deploy one device"
        self.table.add("fetch the pack only", "curl from nginx", fetched, self.wire, "link")
        self.table.add(work, "client, written and flushed", written, self.wire, "link", None, goals.DEPLOY_ONE)
        self.table.add(work, "client, proven by read-back", proven, self.wire, "link")
        for tool, taken in others.items():
            wire = os.path.getsize(self.path("served/" + tool.source)) / lan.PAYLOAD_BYTES_PER_S
            self.table.add(work, tool.name, [seconds for seconds, _ in taken], wire, "link", statistics.median(written),
                           tool.goal)
        read = [seconds for _, seconds in others[BMAPTOOL]]
        note("O_DIRECT read: " + ", ".join(f"{each:.2f}" for each in read) + " s")
        self.table.add("verify", "client", verified, statistics.median(read), "O_DIRECT read", None, goals.VERIFY)

    def deploy_ours(self, port):
        """Seconds of a mere fetch, until all was written, until it was proven, and of the proof."""
        read_through(self.path("served/" + self.pack))
        fetched = self.shell(port, 'curl -sf -o /dev/null "$URL"', URL=self.served + self.pack)
        target = self.target()
        process = self.client(port, target)
        job = self.station.deploy(port.mac, self.image)
        verifying = wait_read_back(process)
        started, ended = self.end(port, process, job)
        subprocess.run(["cmp", target, self.golden], check=True)
        return fetched, verifying - started, ended - started, ended - verifying

    def deploy_by(self, port, tool):
        """Seconds until all was written, and those of a plain read of it. What is fetched is in the page cache, as our
        pack is."""
        target = self.target()
        read_through(self.path("served/" + tool.source))
        written = self.shell(port, tool.script, URL=self.served + tool.source, TARGET=target, BMAP=self.golden + ".bmap")
        read = read_direct(target, self.chunks)
        subprocess.run(["cmp", target, self.golden], check=True)
        return written, read

    def deploy_four(self):
        ports = self.lan.devices
        targets = [self.target(number) for number in range(len(ports))]
        processes = [self.client(port, target) for port, target in zip(ports, targets)]
        jobs = [self.station.deploy(port.mac, self.image) for port in ports]
        verifying = [0.0] * len(ports)

        def watch(number):
            verifying[number] = wait_read_back(processes[number])

        watchers = [threading.Thread(target=watch, args=(number,)) for number in range(len(ports))]
        for watcher in watchers:
            watcher.start()
        ended = [self.end(*each) for each in zip(ports, processes, jobs)]
        for watcher in watchers:
            watcher.join()
        for target in targets:
            subprocess.run(["cmp", target, self.golden], check=True)
        first = min(start for start, _ in ended)
        work = "deploy four devices"
        self.table.add(work, "clients, all written", [max(verifying) - first], 4 * self.wire, "link", None, goals.DEPLOY_FOUR)
        self.table.add(work, "clients, all proven", [max(end for _, end in ended) - first], 4 * self.wire, "link")

    def backup(self):
        """Of what deploy_four() left on the first device."""
        port, target = self.lan.devices[0], self.path("emmc0")
        backup = self.path("backup.img.zst")
        taken, reads = [], []
        for _ in range(ROUNDS):
            reads.append(read_direct(target, self.chunks))
            process = self.client(port, target)
            started, ended = self.end(port, process, self.station.backup(port.mac, backup, overwrite=True))
            taken.append(ended - started)
            subprocess.run(f'zstd -dc "{backup}" | cmp - "{self.golden}"', shell=True, check=True)
        # Of the pack: an interface counts packets before they are cut for the wire, and so too few heads.
        wire, read = os.path.getsize(backup) / lan.PAYLOAD_BYTES_PER_S, statistics.median(reads)
        self.table.add("backup", "client", taken, max(read, wire), "O_DIRECT read" if read > wire else "link", None,
                       goals.BACKUP)

    def aged(self):
        """A filesystem that was filled, emptied and filled again: what of it goes over the wire."""
        port, target = self.lan.devices[0], self.target()
        subprocess.run(["/usr/sbin/sfdisk", "-q", target], input=b"label: dos\nstart=2048, type=83, bootable\n", check=True)
        mounted = self.path("mounted")
        os.mkdir(mounted)
        loop = subprocess.run(["losetup", "-f", "--show", "-o", str(MIB), target], stdout=subprocess.PIPE,
                              check=True).stdout.decode().strip()
        try:
            namespaces.run("/usr/sbin/mkfs.ext4", "-q", "-b", "4096", loop)
            namespaces.run("mount", loop, mounted)
            try:
                self.age(mounted)
                used = used_bytes(mounted)
            finally:
                namespaces.run("umount", mounted)
            clone = self.path("clone")
            subprocess.run(f"partclone.ext4 -q -c -s {loop} -o - -L /dev/null | zstd -q -{BACKUP_LEVEL} -T2 > {clone}",
                           shell=True, check=True, stderr=subprocess.DEVNULL)
        finally:
            namespaces.run("losetup", "-d", loop)
        sent = port.sent_bytes()
        process = self.client(port, target)
        self.end(port, process, self.station.backup(port.mac, self.path("aged.img.zst")))
        sent = port.sent_bytes() - sent
        other = os.path.getsize(clone)
        self.rows.append((goals.AGED, sent / other))
        self.remarks.append(f"aged ext4, {used / GIB:.2f} GiB used: {sent / MIB:.0f} MiB sent, "
                            f"partclone | zstd: {other / MIB:.0f} MiB")

    def age(self, mounted):
        """Filled to 90 %, then three files of four go, then it is filled again until 2.5 GiB of 8 are in use."""
        room = os.statvfs(mounted)
        self.fill(mounted, 0.9 * room.f_blocks * room.f_frsize)
        files = sorted(os.path.join(top, name) for top, _, names in os.walk(mounted) for name in names)
        for index, path in enumerate(files):
            if index % 4:
                os.remove(path)
        os.sync()  # what was deleted is in use until then
        self.fill(mounted, self.size * 5 // 16)
        os.sync()

    def fill(self, mounted, used):
        """Until so many bytes are in use, a tenth of the whole at a time."""
        while (left := used - used_bytes(mounted)) > MIB:
            folder = tempfile.mkdtemp(dir=mounted)
            if not sample_image.copy_files(folder, min(left, self.size // 10)):
                break
            os.sync()

    def raw_readers(self):
        """Four plain devices at once fetch the image, which the station decompresses for each."""
        ports = self.lan.devices
        urls = []
        for port in ports:
            register = f'curl -sf -d "mac={port.mac}" {self.station.url}/api/register-device'
            self.shell(port, register)
            self.station.deploy(port.mac, self.image)
            poll = port.start("curl", "-sf", f"{self.station.url}/api/device-action-poll?mac={port.mac}",
                              stdout=subprocess.PIPE)
            urls.append(json.loads(poll.communicate()[0])["url"])
        before = self.station.peak_memory()
        started = time.monotonic()
        readers = [port.start("curl", "-sf", "-o", "/dev/null", url) for port, url in zip(ports, urls)]
        if any(reader.wait() for reader in readers):
            raise SystemExit("a plain reader failed")
        seconds = time.monotonic() - started
        limit = 4 * self.size / lan.PAYLOAD_BYTES_PER_S
        self.table.add("raw image, four readers", "station", [seconds], limit, "link", None, goals.RAW)
        after = self.station.peak_memory()
        self.rows.append((goals.RAW_MEMORY, (after - before) / 1e6))
        self.remarks.append(f"station's peak memory before and after the raw readers: {before / 1e6:.0f}, "
                            f"{after / 1e6:.0f} MB")

    def slow_readers(self):
        """A station started for this: its peak is not that of an import."""
        self.station.stop()
        self.station.start()
        self.station.host = "127.0.0.1"
        processes = []
        for number in range(SLOW_READERS):
            source, mac = f"127.0.1.{number + 1}", f"02:00:00:00:1b:{number:02x}"
            self.station.register(mac, source=source)
            self.station.deploy(mac, self.image)
            url = self.station.poll(mac, source=source)[1]["url"]
            if number % 2:
                url = url[:url.rindex("/")] + "/image.img.zst"
            processes.append(subprocess.Popen(["curl", "-sf", "--interface", source, "--limit-rate", "2M", "--max-time",
                                               "20", "-o", "/dev/null", url], preexec_fn=namespaces.die_with_parent))
        codes = [process.wait() for process in processes]
        if any(code not in (0, 28) for code in codes):  # 28: the time was over
            raise SystemExit(f"slow readers ended with {codes}")
        self.rows.append((goals.SLOW_MEMORY, self.station.peak_memory() / 1e6))

    def run(self):
        """Returns the rows of goals."""
        self.prepare()
        self.deploy_one()
        self.deploy_four()
        self.backup()
        self.aged()
        self.raw_readers()
        self.slow_readers()
        return self.table.rows + self.rows

    def print_all(self):
        print(f"image {self.size / GIB:.2f} GiB, DATA {self.data / GIB:.2f} GiB, pack {self.packed / GIB:.2f} GiB "
              f"(zstd -3: {os.path.getsize(self.golden + '.zst') / GIB:.2f}); links of {lan.LINK_BITS / 1e9:.0f} Gbit/s; {os.cpu_count()} cores")
        print(f"medians of {ROUNDS}; once each: imports, curl | dd, four devices, raw readers\n")
        print_columns(self.table.lines)
        print("", *self.remarks, sep="\n")
        for row in goals.worst(self.rows).items():
            goals.print_row(*row)


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh --lan", description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=8192, metavar="MIB", help="of the image, MiB (default: 8192)")
    parser.add_argument("--files", type=int, default=2662, metavar="MIB", help="of files in it, MiB (default: 2662)")
    parser.add_argument("--folder", help="where image and targets lie (default: the temporary folder)")
    options = parser.parse_args()
    if options.size < 256 or options.files > options.size * 0.8:
        parser.error("at least 256 MiB, of which files take 80 % at most")
    folder = tempfile.mkdtemp(prefix="ps-bench-", dir=options.folder)
    try:
        bench = LanBench(folder, options.size * MIB, options.files * MIB)
        try:
            rows = bench.run()
            bench.print_all()
            goals.keep(rows)
        finally:
            bench.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    namespaces.enter(*lan.PROGRAMS)
    main()
