# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at random moments, and a wire that spoils what it carries: no false success, nothing stuck, nothing left behind.

Seeds are fixed. By hand, for longer: PS_CRASH_ROUNDS=250 PS_CRASH_SEED=4711 python3 crash_loop_test.py
"""
import contextlib
import os
import random
import sqlite3
import time

import faults
from harness import MIB, Client, StationTest, disk_image, main, random_disk, run, sh, wait_for

MAC = "02:00:00:00:00:01"
SIZE = 64 * MIB + 512
ROUNDS = int(os.environ.get("PS_CRASH_ROUNDS", "10"))
FAULTY_ROUNDS = int(os.environ.get("PS_FAULT_ROUNDS", "8"))
SEED = os.environ.get("PS_CRASH_SEED", "1")
PATIENCE_S = 120
KINDS = ("deploy", "backup.img", "deploy", "backup.img.zst", "import")


class Bench(StationTest):
    def setUp(self):
        super().setUp()
        self.golden, self.target = self.path("golden.img"), self.path("emmc")
        disk_image(self.golden, SIZE, fill=12 * MIB)
        random_disk(self.target, SIZE)
        self.image = self.station.import_image(self.golden)
        self.client = None
        self.addCleanup(self.end_client)
        os.mkdir(self.path("backups"))

    def run_client(self, url=None):
        self.end_client()
        station = type("Address", (), {"url": url or self.station.url})
        self.client = Client(station, self.target, MAC, log=self.path("client.log"))

    def end_client(self):
        if self.client and self.client.process.poll() is None:
            self.client.kill()

    def begin(self, kind, number):
        """The order, and what must be the same at its end: (job or image, what to compare)."""
        wait_for(lambda: self.station.is_online(MAC), 30, "the device")
        if kind == "deploy":
            with open(self.target, "wb") as file:
                file.write(b"\xa5" * (SIZE // 512 * 512))
            return self.station.deploy(MAC, self.image), None
        if kind == "import":
            path = self.path(f"other{number}.img")
            run(["cp", "--sparse=always", self.golden, path])
            with open(path, "r+b") as file:
                file.seek(5 * MIB)
                file.write(os.urandom(MIB))
            return self.station.operator("POST", "images", {"path": path, "golden": False})["id"], path
        saved = self.path(f"backups/{number}{kind.removeprefix('backup')}")
        return self.station.backup(MAC, saved), saved

    def wait_stored(self, kind, item):
        """An order that was just given may be lost with the station; not one that is in the database."""
        table = "image" if kind == "import" else "job"
        database = os.path.join(self.station.data, "station.sqlite")

        def is_stored():
            with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
                return connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (item,)).fetchone()

        wait_for(is_stored, 30, "the order in the database", every=0.005)

    def state(self, kind, item):
        return self.station.operator("GET", f"images/{item}") if kind == "import" else self.station.job(item)

    def wait_end(self, kind, item):
        ended = ("ready", "failed") if kind == "import" else ("succeeded", "failed", "cancelled")
        return wait_for(lambda: (lambda s: s if s["state"] in ended else None)(self.state(kind, item)), PATIENCE_S,
                        f"{kind} to end", every=0.02)

    def check_bytes(self, kind, item, saved):
        if kind == "deploy":
            self.assertSameFile(self.target, self.golden, SIZE)
        elif kind == "import":
            identity = self.state(kind, item)["identity"]
            pack = os.path.join(self.station.data, "images", identity + ".img.zst")
            self.assertEqual(sh('zstd -dc "$A" | cmp - "$B"', A=pack, B=saved)[0], 0)
        elif saved.endswith(".zst"):
            self.assertEqual(sh('zstd -dc "$A" | cmp - "$B"', A=saved, B=self.target)[0], 0)
        else:
            self.assertSameFile(saved, self.target)

    def check_nothing_is_left(self):
        """What a job or import leaves for its next try, when there is none."""
        def left():
            return [os.path.join(folder, name) for top in (self.station.data, self.path("backups"))
                    for folder, _, names in os.walk(top) for name in names
                    if ".part" in name or name.startswith("IMPORT")]

        wait_for(lambda: not left(), 20, "an end of leftovers")
        for job in self.station.operator("GET", "jobs")["jobs"]:
            self.assertIn(job["state"], ("succeeded", "failed", "cancelled"), job)
        database = os.path.join(self.station.data, "station.sqlite")
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            self.assertEqual(connection.execute("PRAGMA integrity_check").fetchall(), [("ok",)])


class CrashLoopTest(Bench):
    def test_killed_at_any_moment(self):
        chance = random.Random(f"kills {SEED}")
        lasts, kills = {}, 0
        self.run_client()
        for number in range(ROUNDS + len(set(KINDS))):
            # The first of each kind only tells how long it lasts.
            kind = sorted(set(KINDS))[number] if number < len(set(KINDS)) else KINDS[number % len(KINDS)]
            item, saved = self.begin(kind, number)
            self.wait_stored(kind, item)
            started = time.monotonic()
            if kind in lasts:
                for _ in range(chance.choice((1, 1, 2))):
                    time.sleep(chance.random() * lasts[kind])
                    kills += self.kill_something(chance)
            state = self.wait_end(kind, item)
            lasts.setdefault(kind, time.monotonic() - started)
            self.assertIn(state["state"], ("ready", "succeeded"), (kind, state, self.client.log()))
            self.check_bytes(kind, item, saved)
            if kind == "import":
                self.station.operator("DELETE", f"images/{item}")
        print(f"{number + 1} jobs and imports, {kills} kills", flush=True)
        self.check_nothing_is_left()

    def kill_something(self, chance):
        victims = chance.choice((("station",), ("client",), ("station", "client")))
        if "station" in victims:
            self.station.kill()
        if "client" in victims:
            self.client.kill()
        if "station" in victims:
            self.station.start()
        if "client" in victims:
            # The operator's word: else it would wait for proof that it is the same, 15 s.
            self.station.accept(MAC)
            self.run_client()
        return len(victims)


class FaultyWireTest(Bench):
    def setUp(self):
        super().setUp()
        self.proxy = faults.FaultProxy(self.station.host, self.station.port)
        self.addCleanup(self.proxy.end)

    def test_what_the_wire_spoils_is_never_a_success(self):
        chance = faults.chances(SEED)
        outcomes = {"succeeded": 0, "failed": 0}
        self.run_client(self.proxy.url)
        for number in range(FAULTY_ROUNDS):
            kind = ("deploy", "backup.img", "backup.img.zst")[number % 3]
            direction = faults.TO_CLIENT if kind == "deploy" else faults.TO_STATION
            # Mostly where the image goes, now and then in the other direction: reports, answers, requests.
            if number % 4 == 3:
                self.proxy.plan(chance, 2, 4000, 1 - direction)
            else:
                self.proxy.plan(chance, chance.choice((1, 2, 3)), 12 * MIB, direction)
            item, saved = self.begin(kind, number)
            state = self.wait_end(kind, item)
            outcomes[state["state"]] += 1
            if state["state"] == "succeeded":
                self.check_bytes(kind, item, saved)
            else:
                self.assertTrue(state["error"]["code"], state)
                self.assertFalse(saved and os.path.exists(saved), state)
        print(f"{len(self.proxy.done)} faults: {outcomes}; {sorted(kind for _, _, kind in self.proxy.done)}", flush=True)
        self.assertGreater(len(self.proxy.done), FAULTY_ROUNDS // 2)
        # With the wire mended, all is as ever.
        self.proxy.plan(chance, 0, 1, 0)
        item, saved = self.begin("deploy", "last")
        self.assertEqual(self.wait_end("deploy", item)["outcome"], "verified", self.client.log())
        self.check_bytes("deploy", item, saved)
        self.check_nothing_is_left()


if __name__ == "__main__":
    main()
