# SPDX-License-Identifier: GPL-3.0-or-later
"""First figures: the station against nginx, a deploy against curl | dd, an import against zstd. Started by run.sh.

The machine may be busy with other things, and busy otherwise at other times: all that is compared is measured in turns
within one run, each several times, the best of each is taken, and what counts are the ratios.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))

import goals
import sample_image
from course import began_and_ended, fresh_target, wait_read_back
from figures import GIB, Best, Least, load, note
from harness import MIB, Client, Station, wait_for
from imports import Imports
from nginx import Nginx, process_cpu_seconds
from reader import read_all

STREAMS = (1, 8)
PRIORITY = -10  # the same for everything that is measured; only root may
# Short transfers are repeated: CPU is counted in ticks of 10 ms.
LEAST_BYTES = 4 * GIB
TURNS = 3  # of nginx and station in a round: they are so near to each other that the machine's noise is larger


def mac(number):
    return f"02:00:00:00:be:{number:02x}"


class Bench:
    def __init__(self, folder, size, rounds, with_transfers):
        self.folder = folder
        self.size = size
        self.rounds = rounds
        image = self.path("golden.img")
        note(f"making an image of {size // MIB} MiB")
        sample_image.make(image, size)
        self.station = Station(folder)
        try:
            note("importing it")
            self.image = self.station.import_image(image, 1800)
            note("making compressed files of it")
            self.imports = Imports(self.station, folder, image)
            os.remove(image)
            self.await_idle()
            packs = os.path.join(self.station.data, "images")
            self.pack = self.station.operator("GET", f"images/{self.image}")["identity"] + ".img.zst"
            self.pack_size = os.path.getsize(os.path.join(packs, self.pack))
            self.nginx = Nginx(self.path("nginx"), packs)
        except BaseException:
            self.station.kill()
            raise
        self.with_transfers = with_transfers
        self.gets = {}
        self.deploys = {}

    def path(self, name):
        return os.path.join(self.folder, name)

    def stop(self):
        self.nginx.stop()
        if self.station.process.poll() is None:
            self.station.stop()

    # --- downloads ---

    def offers(self, count):
        """As many deploys for plain devices; returns the jobs and the raw image's URLs."""
        jobs, urls = [], []
        for number in range(count):
            self.station.register(mac(number))
            jobs.append(self.station.deploy(mac(number), self.image))
            urls.append(self.station.poll(mac(number))[1]["url"])
        return jobs, urls

    def end(self, jobs):
        """Ends what has not ended by itself."""
        for job in jobs:
            if self.station.job(job)["state"] not in ("succeeded", "failed", "cancelled"):
                self.station.operator("DELETE", f"jobs/{job}", expect=(200, 202, 204, 409))

    def get(self, what, cpu_seconds, urls, size, passes):
        before = cpu_seconds()
        seconds = read_all(urls, passes, size)
        total = size * passes * len(urls)
        cpu = cpu_seconds() - before
        self.gets.setdefault((what, len(urls)), Best()).add(total, seconds, cpu)
        note(f"{what}, {len(urls)} at once: {total / seconds / 1e9:.2f} GB/s, {cpu / (total / GIB):.3f} CPU s/GiB")

    def station_cpu(self):
        return process_cpu_seconds(self.station.process.pid)

    def await_idle(self):
        """Until the image's SHA-256, which is made in the background, is no cost of what is measured next."""
        while True:
            before = self.station_cpu()
            time.sleep(1)
            if self.station_cpu() - before < 0.03:
                return

    def get_pack(self, count):
        jobs, urls = self.offers(count)
        urls = [url[:url.rindex("/")] + "/image.img.zst" for url in urls]
        passes = max(1, -(-LEAST_BYTES // (self.pack_size * count)))
        reference = [f"http://127.0.0.1:{self.nginx.port}/{self.pack}"] * count
        for _ in range(TURNS):
            self.get("nginx", self.nginx.cpu_seconds, reference, self.pack_size, passes)
            self.get("pack", self.station_cpu, urls, self.pack_size, passes)
        self.end(jobs)

    def get_raw(self, count):
        jobs, urls = self.offers(count)
        self.get("raw", self.station_cpu, urls, self.size, 1)
        for job in jobs:
            assert self.station.wait_job(job)["state"] == "succeeded"

    # --- deploys ---

    def took(self, what, seconds):
        self.deploys.setdefault(what, Least()).add(seconds)
        note(f"{what}: {seconds:.2f} s")

    def deploy_full(self):
        address = mac(0xfe)
        client = Client(self.station, fresh_target(self.path("emmc"), self.size), address, "--once", log=self.path("client.log"))
        wait_for(lambda: self.station.is_online(address), 30, "the client's registration")
        job_id = self.station.deploy(address, self.image)
        written = wait_read_back(client.process)
        assert client.wait() == 0, client.log()
        job = self.station.wait_job(job_id)
        assert job["outcome"] == "verified", job
        started, ended = began_and_ended(job)
        self.took("client, written and flushed", written - started)
        self.took("client, proven by read-back", ended - started)

    def deploy_by(self, what, script, name):
        jobs, urls = self.offers(1)
        target = fresh_target(self.path("emmc"), self.size)
        started = time.monotonic()
        subprocess.run(["bash", "-c", "set -o pipefail; " + script], check=True, stderr=subprocess.DEVNULL,
                       env={**os.environ, "TARGET": target, "URL": urls[0][:urls[0].rindex("/") + 1] + name})
        self.took(what, time.monotonic() - started)
        self.end(jobs)

    def run(self):
        for number in range(1, self.rounds + 1):
            note(f"round {number} of {self.rounds}")
            self.imports.run()
            if self.with_transfers:
                self.run_transfers()

    def run_transfers(self):
        self.await_idle()
        for count in STREAMS:
            self.get_pack(count)
            self.get_raw(count)
        self.deploy_full()
        self.deploy_by("curl | dd", 'curl -sf "$URL" | dd of="$TARGET" bs=4M conv=fsync,notrunc', "image.img")
        self.deploy_by("curl | zstd -dc | dd",
                       'curl -sf "$URL" | zstd -dc | dd of="$TARGET" bs=4M conv=fsync,notrunc', "image.img.zst")
        os.remove(self.path("emmc"))

    # --- the table ---

    def rows(self):
        """Of goals."""
        return (self.get_rows() if self.with_transfers else []) + self.imports.rows()

    def get_rows(self):
        rows = []
        for count in STREAMS:
            pack, nginx = self.gets["pack", count], self.gets["nginx", count]
            rows += [(goals.PACK_SPEED[count], pack.bytes_per_s / nginx.bytes_per_s),
                     (goals.PACK_CPU[count], pack.cpu_per_gib / nginx.cpu_per_gib)]
        return rows

    def print_gets(self):
        print(f"{'GET over loopback':<38}{'GB/s':>7}{'/ nginx':>9}{'CPU s/GiB':>12}{'/ nginx':>9}  goals")
        titles = {"nginx": "nginx sendfile, pack", "pack": "station, pack", "raw": "station, raw (decompressed)"}
        for count in STREAMS:
            reference = self.gets["nginx", count]
            for what, title in titles.items():
                best = self.gets[what, count]
                asked = f"  {goals.PACK_SPEED[count]}, {goals.PACK_CPU[count]}" if what == "pack" else ""
                print(f"{title + f', {count} at once':<38}{best.bytes_per_s / 1e9:>7.2f}"
                      f"{best.bytes_per_s / reference.bytes_per_s:>9.2f}{best.cpu_per_gib:>12.3f}"
                      f"{best.cpu_per_gib / reference.cpu_per_gib:>9.2f}{asked}")

    def print_deploys(self):
        print(f"\n{'deploy to a file':<38}{'s':>7}{'/ curl|dd':>11}")
        reference = self.deploys["curl | dd"].seconds
        for what, least in self.deploys.items():
            print(f"{what:<38}{least.seconds:>7.2f}{least.seconds / reference:>11.2f}")

    def print_all(self):
        print(f"image {self.size / GIB:.2f} GiB, pack {self.pack_size / GIB:.2f} GiB, best of {self.rounds} rounds, "
              f"{os.cpu_count()} cores, nice {os.getpriority(os.PRIO_PROCESS, 0)}\n")
        if self.with_transfers:
            self.print_gets()
            self.print_deploys()
        self.imports.print()
        print(f"\nstation's peak memory (VmHWM) after all: {self.station.peak_memory() / 1e6:.0f} MB")


def take_priority():
    try:
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
    except PermissionError:
        note("not root: priority stays as it is")


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh", description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=2048, metavar="MIB", help="of the image, MiB (default: 2048)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (default: 3, at least 2)")
    parser.add_argument("--imports", action="store_true", help="measure imports only")
    parser.add_argument("--folder", help="where the image and the target lie (default: the temporary folder)")
    options = parser.parse_args()
    if options.size < 64 or options.rounds < 2:
        parser.error("at least 64 MiB and two rounds")
    take_priority()
    loads = [load()]
    folder = tempfile.mkdtemp(prefix="ps-bench-", dir=options.folder)
    try:
        bench = Bench(folder, options.size * MIB, options.rounds, not options.imports)
        try:
            bench.run()
            loads.append(load())
            bench.print_all()
            goals.keep(bench.rows())
            print(f"load average (1, 5, 15 min) before: {loads[0]}; after: {loads[1]}")
        finally:
            bench.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
