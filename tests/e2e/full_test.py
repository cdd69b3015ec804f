# SPDX-License-Identifier: GPL-3.0-or-later
"""The full level end to end: the real station and the real client, files and loop devices as eMMC."""
import os
import random
import subprocess
import time
import unittest

from harness import CLIENT, MIB, StationTest, add_mbr, disk_image, main, random_file, run, sh, wait_for

MAC = "02:00:00:00:00:01"
IMAGE_SIZE = 150 * MIB + 512
DEVICE_SIZE = 192 * MIB


def gpt_image(path, size, seed):
    """A disk with GPT and its copy at the end, one partition full of random bytes and zeros."""
    with open(path, "wb") as file:
        file.truncate(size)
    code, output = run(["/usr/sbin/sfdisk", "-q", path], input=b"label: gpt\nstart=2048, type=linux\n")
    assert code == 0, output
    random_file(path + ".r", 8 * MIB, seed)
    with open(path + ".r", "rb") as source, open(path, "r+b") as file:
        content = source.read()
        for at in range(MIB, size - 9 * MIB, 12 * MIB):
            file.seek(at)
            file.write(content)
    os.remove(path + ".r")


class FullTest(StationTest):
    def old_content(self, path, size=DEVICE_SIZE):
        """What the device held before: another valid, bootable disk, with a GPT copy at its end."""
        gpt_image(path, size, 7)

    def deployed(self, target, image, size):
        """The image is there, and of what the device held before no copy of a partition table is left at its end."""
        self.assertSameFile(target, image, os.path.getsize(image))
        if size > os.path.getsize(image) + MIB:
            with open(target, "rb") as file:
                file.seek(size - MIB)
                self.assertEqual(file.read().strip(b"\0"), b"")

    def once(self, target, seconds=300):
        client = self.start_client(target, MAC, "--once")
        wait_for(lambda: client.process.poll() is not None or self.known(), 60, "registration")
        return client

    def known(self):
        return [d for d in self.station.operator("GET", "devices")["devices"] if d["mac"] == MAC and d["online"]]

    def deploy_once(self, target, image_id, **options):
        client = self.once(target)
        job = self.station.deploy(MAC, image_id, **options)
        done = self.station.wait_job(job)
        self.assertEqual((done["state"], done["outcome"]), ("succeeded", "verified"), (done, client.log()))
        self.assertEqual(client.wait(), 0, client.log())
        return done

    def backup_once(self, target, path, **options):
        client = self.once(target)
        job = self.station.backup(MAC, path, **options)
        done = self.station.wait_job(job)
        self.assertEqual((done["state"], done["outcome"]), ("succeeded", "backup-verified"), (done, client.log()))
        self.assertEqual(client.wait(), 0, client.log())
        return done

    def round_trip(self, target, size):
        image = self.path("golden.img")
        disk_image(image, IMAGE_SIZE)
        image_id = self.station.import_image(image)
        self.deploy_once(target, image_id)
        self.deployed(target, image, size)

        packed = self.path("backup.img.zst")
        done = self.backup_once(target, packed, scope="exact")
        code, output = sh('zstd -dc "$A" | cmp -n $N - "$B"', A=packed, B=target, N=str(size))
        self.assertEqual(code, 0, output)
        raw = self.path("backup.img")
        self.assertEqual(self.backup_once(target, raw, scope="exact")["identity"], done["identity"])
        self.assertEqual(os.path.getsize(raw), size)
        self.assertSameFile(raw, target, size)
        self.assertLess(os.stat(raw).st_blocks * 512, size * 0.9)
        # A backup is at once a golden image, and the same image.
        again = self.station.import_image(packed)
        self.assertEqual(self.station.operator("GET", f"images/{again}")["identity"], done["identity"])

    def test_file(self):
        target = self.path("emmc")
        self.old_content(target)
        self.round_trip(target, DEVICE_SIZE)

    def test_size_that_is_no_multiple_of_a_chunk(self):
        """Image and device of the same odd size: the last chunk is the image's own."""
        image, target = self.path("golden.img"), self.path("emmc")
        disk_image(image, IMAGE_SIZE)
        self.old_content(target, IMAGE_SIZE)
        self.deploy_once(target, self.station.import_image(image))
        self.assertSameFile(image, target)

    @unittest.skipUnless(os.geteuid() == 0 and os.path.exists("/dev/loop-control"), "needs root and loop devices")
    def test_loop_devices(self):
        for sector in (512, 4096):
            with self.subTest(sector=sector):
                backing = self.path(f"loop{sector}")
                self.old_content(backing)
                code, output = run(["/usr/sbin/losetup", "--show", "-f", "-b", str(sector), backing])
                self.assertEqual(code, 0, output)
                device = output.decode().strip()
                try:
                    image = self.path("golden.img")
                    disk_image(image, IMAGE_SIZE)
                    self.deploy_once(device, self.station.import_image(image))
                    subprocess.run(["blockdev", "--flushbufs", device], check=False)
                    self.deployed(device, image, DEVICE_SIZE)
                    saved = self.path(f"b{sector}.img.zst")
                    self.backup_once(device, saved)
                    code, output = sh('zstd -dc "$A" | cmp -n $N - "$B"', A=saved, B=image, N=str(IMAGE_SIZE))
                    self.assertEqual(code, 0, output)
                finally:
                    run(["/usr/sbin/losetup", "-d", device])

    def test_three_devices_at_once(self):
        image = self.path("golden.img")
        disk_image(image, IMAGE_SIZE)
        image_id = self.station.import_image(image)
        clients = {}
        for n in range(3):
            mac, target = f"02:00:00:00:01:{n:02x}", self.path(f"emmc{n}")
            with open(target, "wb") as file:
                file.truncate(DEVICE_SIZE)
            clients[mac] = (self.start_client(target, mac, "--once"), target)
        wait_for(lambda: len(self.station.operator("GET", "devices")["devices"]) == 3, 60, "three devices")
        jobs = [self.station.deploy(mac, image_id) for mac in clients]
        for job in jobs:
            self.assertEqual(self.station.wait_job(job)["outcome"], "verified")
        for client, target in clients.values():
            self.assertEqual(client.wait(), 0, client.log())
            self.assertSameFile(target, image, IMAGE_SIZE)

    # --- power cuts ---

    def state_of(self, target, old, new):
        """'old', 'new', or 'none' when there is no trace of a partition table; anything else fails."""
        size = os.path.getsize(target)
        if run(["cmp", "-s", target, old])[0] == 0:
            return "old"
        new_size = os.path.getsize(new)
        if run(["cmp", "-s", "-n", str(new_size), target, new])[0] == 0:
            return "new"
        with open(target, "rb") as file:
            # MBR, and GPT's header for blocks of 512 and of 4096 bytes.
            self.assertEqual(file.read(8192).strip(b"\0"), b"", "there is a table, and no whole image")
            # The rest of chunk 0 is wiped, or the new image's, on the medium ahead of its table.
            rest = file.read(MIB - 8192)
            with open(new, "rb") as image:
                image.seek(8192)
                self.assertIn(rest, (bytes(len(rest)), image.read(len(rest))), "chunk 0 is a mixture")
            for end in (size, new_size):
                file.seek(end - 34 * 512)
                self.assertNotIn(b"EFI PART", file.read(34 * 512), f"a GPT copy before {end}")
        return "none"

    def test_killed_at_any_moment(self):
        old, new, target = self.path("old.img"), self.path("new.img"), self.path("emmc")
        gpt_image(old, 96 * MIB, 7)
        gpt_image(new, 64 * MIB, 8)
        image_id = self.station.import_image(new)
        moments = int(os.environ.get("PS_KILLS", "50"))

        def fresh():
            run(["cp", old, target])
            client = self.once(target)
            return client, self.station.deploy(MAC, image_id), time.monotonic()

        client, job, started = fresh()
        self.station.wait_job(job)
        self.assertEqual(client.wait(), 0, client.log())
        whole = time.monotonic() - started + 0.1
        seen = {"old": 0, "none": 0, "new": 0}
        chance = random.Random(1)
        for moment in range(moments):
            client, job, started = fresh()
            time.sleep(whole * (moment + chance.random()) / moments)
            client.kill()
            state = self.state_of(target, old, new)
            seen[state] += 1
            current = self.station.job(job)
            if current["state"] == "succeeded":
                self.assertEqual(state, "new")
                continue
            # The second run completes; without the operator's word it would wait for proof (15 s).
            self.station.accept(MAC)
            again = self.start_client(target, MAC, "--once")
            done = self.station.wait_job(job)
            self.assertEqual(done["outcome"], "verified", (done, again.log()))
            self.assertEqual(again.wait(), 0, again.log())
            self.assertEqual(self.state_of(target, old, new), "new")
        print(f"killed {moments} times within {whole:.2f} s: {seen}")
        self.assertGreater(seen["none"], 0, "no kill fell between wipe and end")

    # --- interruptions ---

    def big_image(self, size=768 * MIB):
        image = self.path("golden.img")
        random_file(image, size, 5)
        with open(image, "r+b") as file:
            file.truncate(size + 512)
        return image, self.station.import_image(image)

    def test_station_killed_in_deploy_and_backup(self):
        image, image_id = self.big_image()
        size = os.path.getsize(image)
        target = self.path("emmc")
        with open(target, "wb") as file:
            file.truncate(size)
        client = self.once(target)
        job = self.station.deploy(MAC, image_id)
        wait_for(lambda: self.station.job(job)["done"] > 32 * MIB, 60, "bytes", 0.02)
        self.station.kill()
        time.sleep(1)
        self.station.start()
        done = self.station.wait_job(job)
        self.assertEqual((done["state"], done["outcome"]), ("succeeded", "verified"), (done, client.log()))
        self.assertEqual(client.wait(), 0, client.log())
        self.assertSameFile(image, target)

        saved = self.path("saved.img.zst")
        client = self.once(target)
        job = self.station.backup(MAC, saved)
        wait_for(lambda: self.station.job(job)["done"] > 64 * MIB, 60, "bytes", 0.02)
        self.station.kill()
        self.assertFalse(os.path.exists(saved))
        time.sleep(1)
        self.station.start()
        done = self.station.wait_job(job)
        self.assertEqual((done["state"], done["outcome"]), ("succeeded", "backup-verified"), (done, client.log()))
        self.assertEqual(client.wait(), 0, client.log())
        self.assertEqual(sh('zstd -dc "$A" | cmp - "$B"', A=saved, B=target)[0], 0)

    def test_client_killed_in_backup(self):
        target = self.path("emmc")
        random_file(target, 512 * MIB, 9)
        saved = self.path("saved.img")
        client = self.once(target)
        job = self.station.backup(MAC, saved)
        wait_for(lambda: self.station.job(job)["done"] > 64 * MIB, 60, "bytes", 0.02)
        client.kill()
        self.assertFalse(os.path.exists(saved))
        again = self.start_client(target, MAC, "--once")
        done = self.station.wait_job(job)
        self.assertEqual((done["state"], done["outcome"]), ("succeeded", "backup-verified"), (done, again.log()))
        self.assertEqual(again.wait(), 0, again.log())
        self.assertSameFile(saved, target)

    def test_cancel_leaves_no_partition_table(self):
        image, image_id = self.big_image()
        target = self.path("emmc")
        self.old_content(target, 800 * MIB)
        client = self.start_client(target, MAC)
        wait_for(self.known, 60, "registration")
        job = self.station.deploy(MAC, image_id)
        wait_for(lambda: self.station.job(job)["done"] > 32 * MIB, 60, "bytes", 0.02)
        self.station.operator("DELETE", f"jobs/{job}")
        self.assertEqual(self.station.job(job)["state"], "cancelled")
        # The client is back at its poll and takes the next order.
        second = self.station.deploy(MAC, image_id)
        self.assertEqual(self.station.wait_job(second)["outcome"], "verified", client.log())
        self.assertSameFile(image, target, os.path.getsize(image))

    # --- refusals ---

    def test_device_too_small(self):
        image, image_id = self.big_image(64 * MIB)
        target = self.path("emmc")
        self.old_content(target, 48 * MIB)
        before = self.path("before")
        run(["cp", target, before])
        client = self.once(target)
        answer = self.station.operator("POST", "jobs", {"mac": MAC, "kind": "deploy", "image": image_id}, expect=409)
        self.assertEqual(answer["error"]["code"], "device-too-small")
        client.stop()
        self.assertSameFile(target, before)

    def test_larger_image_whose_end_is_zero(self):
        image, target = self.path("golden.img"), self.path("emmc")
        random_file(image, 20 * MIB, 3)
        add_mbr(image, 2048, 30720)
        os.truncate(image, 64 * MIB)
        with open(target, "wb") as file:
            file.truncate(40 * MIB + 512)
        self.deploy_once(target, self.station.import_image(image))
        self.assertSameFile(target, image, 40 * MIB + 512)

    def test_larger_image_without_a_table(self):
        """Nothing says what its zeros are for: they are not cut off."""
        image, target = self.path("golden.img"), self.path("emmc")
        random_file(image, 4 * MIB, 3)
        os.truncate(image, 16 * MIB)
        self.old_content(target, 8 * MIB)
        client = self.once(target)
        order = {"mac": MAC, "kind": "deploy", "image": self.station.import_image(image)}
        answer = self.station.operator("POST", "jobs", order, expect=409)
        client.stop()
        self.assertEqual(answer["error"]["code"], "device-too-small")
        for size in (16 * MIB, 8 * MIB):
            self.assertIn(str(size), answer["error"]["message"])

    def test_session_is_needed(self):
        target = self.path("emmc")
        with open(target, "wb") as file:
            file.truncate(MIB)
        self.start_client(target, MAC)
        wait_for(self.known, 60, "registration")
        for session in (None, "0" * 32):
            status, answer = self.station.poll(MAC, session=session)
            self.assertEqual((status, answer["error"]["code"]), (401, "unauthorized"))
        status, _ = self.station.request("POST", "/api/job-report?job=x", {"report": "progress", "phase": "writing"}, "0" * 32)
        self.assertEqual(status, 404)

    def test_transfers_need_the_session(self):
        image = self.path("golden.img")
        random_file(image, 4 * MIB, 3)
        image_id = self.station.import_image(image)
        session = self.station.register(MAC, features=["full-1"], storage={"size": DEVICE_SIZE})[1]["session"]
        self.station.deploy(MAC, image_id)
        wait_for(lambda: self.station.poll(MAC, session=session)[1]["action"] == "deploy", 60, "the order")
        action = self.station.poll(MAC, session=session)[1]

        def status(url, *arguments):
            return run(["curl", "-s", "-o", self.path("got"), "-w", "%{http_code}", *arguments, url])[1]
        mine = ["-H", f"Authorization: Bearer {session}"]
        for name in ("map_url", "pack_url", "url"):
            self.assertEqual(status(action[name]), b"401", name)
            self.assertEqual(status(action[name], "-H", "Authorization: Bearer " + "0" * 32), b"401", name)
        self.assertEqual(status(action["map_url"], *mine), b"200")
        renewed = self.station.request("POST", "/api/register-device", {"mac": MAC, "features": ["full-1"]}, session)[1]
        self.assertEqual(status(action["map_url"], *mine), b"401")
        self.assertEqual(status(action["map_url"], "-H", f"Authorization: Bearer {renewed['session']}"), b"200")

    def test_backup_with_proof(self):
        target = self.path("emmc")
        random_file(target, 24 * MIB + 512, 12)
        done = self.backup_once(target, self.path("once.img"), scope="exact")
        self.assertNotIn("read twice", done.get("note", ""))
        self.assertNotIn("proof", done)
        done = self.backup_once(target, self.path("twice.img"), scope="exact", proof=True)
        self.assertIn("read twice, the same both times", done["note"])
        self.assertTrue(done["proof"])
        self.assertSameFile(self.path("twice.img"), target)


class ClientCommandLineTest(unittest.TestCase):
    def test_mistakes(self):
        for arguments in (["--server", "ftp://x"], ["--mac", "nonsense"], ["--bogus"], ["--server", "https://x"]):
            done = subprocess.run([CLIENT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30)
            self.assertGreater(done.returncode, 0, arguments)
            self.assertNotEqual(done.stderr.strip(), b"", arguments)


if __name__ == "__main__":
    main()
