# SPDX-License-Identifier: GPL-3.0-or-later
"""Places to save that are no Linux disk, as real mounts: FAT's limit, no room, no permissions, a stick that is pulled
out, a share that hangs, and a crash with the numbers of all files changed by mounting again.

As root, in a mount namespace of its own. FAT itself is tried where the kernel has it.
"""
import os
import shutil
import signal
import subprocess
import threading
import time
import unittest
import unittest.mock

import namespaces
from fuse_disk import Mounted
from harness import MIB, STATION, Station, StationTest, main, random_disk, run, wait_for

MAC, OTHER, THIRD = "02:00:00:00:00:0%d", "02:00:00:00:00:99", "02:00:00:00:00:77"
SIZE = 24 * MIB
POLL_S = 1  # of a machine with other work; a call to what hangs takes as long as it hangs


def has_filesystem(name):
    with open("/proc/filesystems") as file:
        there = name in file.read().split()
    loader = shutil.which("modprobe", path=os.environ["PATH"] + namespaces.SBIN)
    return there or (loader is not None and run([loader, "-q", name])[0] == 0)


class MountsTest(StationTest):
    devices = 0

    def setUp(self):
        super().setUp()
        self.source = self.path("emmc.img")
        random_disk(self.source, SIZE)

    def disk(self, *options):
        """Plugged in at `stick`, and gone at the end."""
        disk = Mounted(self.path("stick"), self.path("stick.files"), *options)
        self.addCleanup(disk.unmount)
        self.stick = disk.point
        return disk

    def mount(self, point, *command):
        os.makedirs(point, exist_ok=True)
        namespaces.run("mount", *command, point)
        self.addCleanup(namespaces.run, "umount", "-l", point, check=False)
        return point

    def loop(self, path):
        device = namespaces.run("losetup", "--find", "--show", path).strip()
        self.addCleanup(namespaces.run, "losetup", "-d", device, check=False)
        return device

    def client(self, *arguments):
        self.devices += 1
        mac, device = MAC % self.devices, f"{self.source}{self.devices}"
        shutil.copy(self.source, device)
        client = self.start_client(device, mac, *arguments)
        wait_for(lambda: self.station.is_online(mac), 60, "registration")
        return client, mac

    def refused(self, mac, path, **options):
        """Why a backup that is ordered never begins."""
        status, answer = self.station.request("POST", "/api/operator/jobs",
                                              {"mac": mac, "kind": "backup", "path": path, **options}, self.station.token)
        if status >= 400:
            return answer["error"]
        done = self.station.wait_job(answer["id"])
        self.assertNotIn("started", done)
        return done["error"]

    def failed(self, job):
        done = self.station.wait_job(job, seconds=120)
        self.assertEqual(done["state"], "failed", done)
        return done["error"]

    def succeeded(self, job, path=None):
        done = self.station.wait_job(job, seconds=180)
        self.assertEqual(done["state"], "succeeded", done)
        if path:
            self.assertSameFile(path, self.source)
        return done

    def under_way(self, job):
        wait_for(lambda: self.station.job(job)["done"] >= 2 * MIB, 60, "progress", every=0.02)

    def assertEmpty(self, folder):
        wait_for(lambda: not os.listdir(folder), 20, f"nothing left in {folder}")

    def assertServes(self):
        """Others are answered as if nothing were the matter."""
        self.assertEqual(self.station.register(OTHER)[0], 200)
        for _ in range(20):
            begin = time.monotonic()
            self.assertEqual(self.station.poll(OTHER)[0], 200)
            self.assertLess(time.monotonic() - begin, POLL_S)

    # --- what is said before it begins ---

    @unittest.skipUnless(has_filesystem("vfat"), "this kernel has no FAT (CONFIG_VFAT_FS)")
    def test_fat(self):
        image = self.path("fat")
        with open(image, "wb") as file:
            file.truncate(64 * MIB)
        namespaces.run("mkfs.vfat", image)
        stick = self.mount(self.path("stick"), "-t", "vfat", "-o", "loop", image)
        self.assertEqual(self.station.register(OTHER, storage={"size": 1 << 32})[0], 200)
        error = self.refused(OTHER, stick + "/a.img")
        self.assertEqual(error["code"], "file-too-large")
        self.assertIn(f"the device has {1 << 32} bytes, a file of this disk at most {(1 << 32) - 1}", error["message"])
        self.assertEqual(self.station.register(OTHER, storage={"size": (1 << 32) - 1})[0], 200)
        self.assertEqual(self.refused(OTHER, stick + "/a.img")["code"], "storage-full")
        self.assertEmpty(stick)
        self.begins_without_a_word_on_permissions(stick)
        _, mac = self.client()
        for name in ("a.img", "b.img.zst"):
            self.succeeded(self.station.backup(mac, f"{stick}/{name}"))
        self.assertSameFile(stick + "/a.img", self.source)

    def begins_without_a_word_on_permissions(self, folder):
        """A data directory there is refused, and the words say why."""
        done = subprocess.run([STATION, "--headless", "--listen", "127.0.0.1:0", "--data-dir", folder + "/data"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=60)
        said = done.stderr.decode()
        self.assertEqual(done.returncode, 1, said)
        self.assertIn("data-dir-unsuitable", said)
        self.assertIn("its file system keeps no permissions (FAT, exFAT and NTFS do not)", said)
        self.assertNotIn("0600", said)

    def test_data_directory_without_permissions(self):
        self.disk("--no-modes")
        self.begins_without_a_word_on_permissions(self.stick)

    def test_ntfs(self):
        self.by_a_driver_of_its_own("ntfs-3g", "mkfs.ntfs", "-F", "-Q")

    def test_exfat(self):
        self.by_a_driver_of_its_own("exfat-fuse", "mkfs.exfat")

    def by_a_driver_of_its_own(self, driver, *make):
        """A process that serves a loop device, as desktops have them."""
        missing = [name for name in ("mount." + driver, make[0]) if not shutil.which(name)]
        if missing:
            self.skipTest("needs " + ", ".join(missing))
        image = self.path("disk")
        with open(image, "wb") as file:
            file.truncate(128 * MIB)
        namespaces.run(*make, image)
        stick = self.mount(self.path("stick"), "-t", driver, self.loop(image))
        self.begins_without_a_word_on_permissions(stick)
        _, mac = self.client()
        for name in ("a.img", "b.img.zst"):
            self.succeeded(self.station.backup(mac, f"{stick}/{name}"))
        self.assertSameFile(stick + "/a.img", self.source)

    # --- what comes up on the way ---

    def test_largest_file(self):
        self.disk("--largest", str(8 * MIB), "--no-modes")
        _, mac = self.client()
        # A raw image is given its size at once; a pack meets the limit on the way.
        for name in ("a.img", "a.img.zst"):
            error = self.failed(self.station.backup(mac, f"{self.stick}/{name}"))
            self.assertEqual(error["code"], "file-too-large", error)
            self.assertIn("File too large", error["message"])
            self.assertEmpty(self.stick)
        # The next step that people are told: it is packed, and another one packs well.
        with open(self.source, "r+b") as file:
            file.seek(MIB)
            file.write(bytes(SIZE - 2 * MIB))
        _, other = self.client()
        self.succeeded(self.station.backup(other, self.stick + "/a.img.zst"))
        self.assertEqual(os.listdir(self.stick), ["a.img.zst"])

    def test_full_disk(self):
        tmpfs = self.mount(self.path("full"), "-t", "tmpfs", "-o", f"size={16 * MIB}", "tmpfs")
        self.disk("--room", str(16 * MIB))
        _, mac = self.client()
        for folder in (tmpfs, self.stick):
            for name in ("a.img", "a.img.zst"):
                error = self.failed(self.station.backup(mac, f"{folder}/{name}"))
                self.assertEqual(error["code"], "storage-full", error)
                self.assertEmpty(folder)
        path = self.path("elsewhere.img")
        self.succeeded(self.station.backup(mac, path), path)

    def test_full_data_directory(self):
        folder = self.mount(self.path("small"), "-t", "tmpfs", "-o", f"size={96 * MIB}", "tmpfs")
        station = Station(folder)
        self.addCleanup(self.end_station, station)
        image = station.import_image(self.source)
        station.kill()
        code, _ = run(["dd", "if=/dev/zero", f"of={folder}/fill", "bs=64k"])
        self.assertNotEqual(code, 0)
        station.start()  # and says so once it has something to write
        self.assertEqual(station.operator("GET", f"images/{image}")["state"], "ready")
        station.operator("DELETE", f"images/{image}")
        wait_for(lambda: os.statvfs(folder).f_bavail > 0, 30, "room")
        os.remove(folder + "/fill")
        station.import_image(self.source)

    # --- what goes away ---

    def test_pulled_out(self):
        """The process of the file system has gone, or the disk answers nothing but EIO."""
        for how in (signal.SIGKILL, signal.SIGUSR1):
            for name in ("a.img", "a.img.zst"):
                with self.subTest(how=how, name=name):
                    disk = self.disk("--pause", "0.05")
                    client, mac = self.client()
                    job = self.station.backup(mac, f"{self.stick}/{name}")
                    self.under_way(job)
                    disk.process.send_signal(how)
                    error = self.failed(job)
                    self.assertEqual(error["code"], "destination-gone", error)
                    self.assertServes()
                    # Plugged in again it takes the backup; what was half there is the station's own.
                    disk.unmount()
                    self.assertIn(name + ".part", os.listdir(disk.folder))
                    disk.plug_in()
                    self.succeeded(self.station.backup(mac, f"{self.stick}/{name}"))
                    self.assertEqual(os.listdir(self.stick), [name])
                    client.stop()
                    disk.unmount()
                    shutil.rmtree(disk.folder)

    def test_pulled_out_under_a_journal(self):
        """ext4 on a disk that answers nothing but EIO: it is the disk, not the device or its cable."""
        disk = self.disk("--pause", "0.05")
        with open(self.stick + "/ext4", "wb") as file:
            file.truncate(96 * MIB)
        namespaces.run("mkfs.ext4", "-q", "-F", self.stick + "/ext4")
        device = self.loop(self.stick + "/ext4")
        folder = self.mount(self.path("ext4"), "-o", "errors=remount-ro", device)
        _, mac = self.client()
        job = self.station.backup(mac, folder + "/a.img")
        self.under_way(job)
        disk.process.send_signal(signal.SIGUSR1)
        error = self.failed(job)
        self.assertIn(error["code"], ("destination-gone", "station-io-error"), error)
        self.assertServes()

    def test_unmounted_under_a_backup(self):
        """umount -l: the folder is there, and is not the stick's any more."""
        self.disk("--pause", "0.05")
        _, mac = self.client()
        job = self.station.backup(mac, self.stick + "/a.img")
        self.under_way(job)
        namespaces.run("umount", "-l", self.stick)
        error = self.failed(job)
        self.assertEqual(error["code"], "destination-gone", error)
        self.assertEmpty(self.stick)  # nothing was put into the folder beneath

    def test_a_share_that_hangs(self):
        disk = self.disk("--pause", "0.05")
        _, mac = self.client()
        job = self.station.backup(mac, self.stick + "/a.img")
        self.under_way(job)
        self.assertNotIn("destination_seconds", self.station.job(job))
        disk.stop()
        self.addCleanup(disk.go_on)
        begin = time.monotonic()
        told = wait_for(lambda: self.station.job(job).get("destination_seconds"), 40, "the word")
        self.assertGreaterEqual(told, 10)
        self.assertGreaterEqual(time.monotonic() - begin, 9)
        self.assertEqual(self.station.job(job)["state"], "transferring")
        self.assertServes()
        # Another backup is ordered to it; one to a folder that answers is done meanwhile.
        self.station.register(THIRD)
        order = threading.Thread(target=self.order_to_what_hangs)
        order.start()
        self.assertServes()
        _, second = self.client()
        begin = time.monotonic()
        elsewhere = self.path("elsewhere.img")
        self.succeeded(self.station.backup(second, elsewhere), elsewhere)
        self.assertLess(time.monotonic() - begin, 60)
        disk.go_on()
        order.join(60)
        self.succeeded(job)
        self.assertNotIn("destination_seconds", self.station.job(job))
        self.assertSameFile(self.stick + "/a.img", self.source)

    def test_an_image_of_the_command_line_that_hangs(self):
        """It serves meanwhile, and ends as with any image that it cannot take."""
        disk = self.disk()
        random_disk(os.path.join(disk.folder, "golden.img"), MIB)
        self.station.stop()
        disk.stop()
        self.addCleanup(disk.go_on)
        self.station.arguments += ["--image", self.stick + "/golden.img"]
        # The look for leaks at the end would stop every thread, and one cannot be stopped in this disk.
        options = ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), "detect_leaks=0")))
        with unittest.mock.patch.dict(os.environ, ASAN_OPTIONS=options):
            self.station.start()
        self.assertServes()
        other = self.path("other.img")
        random_disk(other, MIB)
        self.station.operator("POST", "images", {"path": other}, expect=202)  # the first, and not the named one
        self.assertFalse(self.station.operator("GET", "images").get("golden"))
        self.assertEqual(self.station.process.wait(60), 1)
        self.station.process.stdout.close()
        self.assertIn("source-stalled", self.station.log())

    def test_a_source_that_hangs_does_not_hold_the_end(self):
        """An import that goes on after a restart, from a share that does not answer any more."""
        disk = self.disk()
        random_disk(os.path.join(disk.folder, "golden.img"), 96 * MIB)  # takes a while
        image = self.station.operator("POST", "images", {"path": self.stick + "/golden.img"}, expect=202)["id"]
        images = os.path.join(self.station.data, "images")
        wait_for(lambda: any(name.endswith(".part") for name in os.listdir(images)), 60, "the import", every=0.01)
        self.station.stop()
        disk.stop()
        self.addCleanup(disk.go_on)
        self.station.start()
        self.assertEqual(self.station.operator("GET", f"images/{image}")["state"], "importing")
        self.assertServes()
        self.station.register(THIRD)  # is still known after an end like this
        begin = time.monotonic()
        self.assertEqual(self.station.stop(), 0)
        self.assertLess(time.monotonic() - begin, 29)
        disk.go_on()
        self.station.start()
        wait_for(lambda: self.station.operator("GET", f"images/{image}")["state"] == "ready", 120, "the import")
        self.assertIn(THIRD, [device["mac"] for device in self.station.operator("GET", "devices")["devices"]])

    def order_to_what_hangs(self):
        try:
            self.station.request("POST", "/api/operator/jobs",
                                 {"mac": THIRD, "kind": "backup", "path": self.stick + "/b.img.zst"}, self.station.token)
        except OSError:
            pass  # no answer within the time that one waits for it

    # --- a crash ---

    def test_known_after_a_crash(self):
        """The backup has its name, the database does not know it, and after mounting again no file has its number."""
        for name in ("a.img", "a.img.zst"):
            with self.subTest(name=name):
                pid = self.path("pid")
                with open(pid, "w") as file:
                    file.write(str(self.station.process.pid))
                disk = self.disk("--no-modes", "--kill-after-rename", pid, "--rename-to", name)
                client, mac = self.client()
                path = f"{self.stick}/{name}"
                job = self.station.backup(mac, path)
                self.station.process.wait(120)
                self.station.process.stdout.close()
                self.assertEqual(os.listdir(disk.folder).count(name), 1)
                disk.options = ("--no-modes",)
                disk.unmount()
                # Looked at in another order, and with another file in between.
                with open(disk.folder + "/0", "w") as file:
                    file.write("somebody's")
                disk.plug_in()
                os.listdir(self.stick)
                os.stat(self.stick + "/0")
                self.station.start()
                self.succeeded(job)
                self.assertEqual(sorted(os.listdir(self.stick)), ["0", name])
                if name == "a.img":
                    self.assertSameFile(path, self.source)
                client.stop()
                disk.unmount()
                shutil.rmtree(disk.folder)

    def test_somebody_elses_file_after_a_crash(self):
        """Of the same name and length."""
        pid = self.path("pid")
        with open(pid, "w") as file:
            file.write(str(self.station.process.pid))
        disk = self.disk("--no-modes", "--kill-after-rename", pid, "--rename-to", "a.img")
        client, mac = self.client()
        job = self.station.backup(mac, self.stick + "/a.img")
        self.station.process.wait(120)
        self.station.process.stdout.close()
        disk.options = ("--no-modes",)
        disk.unmount()
        random_disk(disk.folder + "/a.img", SIZE, 77)
        shutil.copy(disk.folder + "/a.img", self.path("precious"))
        disk.plug_in()
        self.station.start()
        self.assertEqual(self.failed(job)["code"], "destination-exists")
        self.assertSameFile(self.stick + "/a.img", self.path("precious"))
        client.stop()


if __name__ == "__main__":
    namespaces.enter("losetup", "mkfs.ext4", "mount", "umount")
    if not os.path.exists("/dev/fuse"):
        print("skipped: needs /dev/fuse")
        raise SystemExit(namespaces.CANNOT_JUDGE)
    main()
