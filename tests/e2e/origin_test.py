# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices fetch from an nginx, the station steers: and whatever is wrong there, the device ends up right.

What the station itself sends is seen by its counter of bytes written.
"""
import os
import shutil
import signal
import unittest

from harness import MIB, STATION, Station, StationTest, main, random_file, run, wait_for
from nginx import Nginx

MAC = "02:00:00:00:00:01"
SIZE = 160 * MIB + 512
SLOW = "limit_rate 25m;"  # a second to do something in the middle
ITSELF = 4 * MIB  # what a station writes that serves no image: answers, database
JOB_OVER = 4  # the client's exit code


class OriginTest(StationTest):
    def setUp(self):
        super().setUp()
        self.golden, self.target = self.path("golden.img"), self.path("emmc")
        random_file(self.golden, SIZE)
        with open(self.target, "wb") as file:
            file.truncate(SIZE + 32 * MIB)
        self.image = self.station.import_image(self.golden)
        (self.pack,) = [name for name in os.listdir(self.station.data + "/images") if name.endswith(".img.zst")]

    def start_station(self):
        os.makedirs(self.path("www/images"))
        self.nginx = self.start_nginx("nginx", SLOW if "midway" in self.id() else "")
        station = Station(self.folder, "--image-origin", f"http://127.0.0.1:{self.nginx.port}/images")
        self.addCleanup(self.end_station, station)
        return station

    def start_nginx(self, name, extra):
        nginx = Nginx(self.path(name), self.path("www"), log=self.path("access.log"), extra=extra)
        self.addCleanup(lambda: nginx.process.poll() is None and nginx.stop())
        return nginx

    def publish(self):
        """As rsync would; returns the pack's path there."""
        return shutil.copy(os.path.join(self.station.data, "images", self.pack), self.path("www/images"))

    def from_nginx(self):
        with open(self.path("access.log")) as file:
            return sum(int(line.split()[1]) for line in file)

    def known(self):
        return [d for d in self.station.operator("GET", "devices")["devices"] if d["mac"] == MAC and d["online"]]

    def begin(self):
        client = self.start_client(self.target, MAC, "--once")
        wait_for(self.known, 60, "registration")
        self.before = self.station.bytes_written()
        return client, self.station.deploy(MAC, self.image)

    def midway(self, job_id):
        def there():
            job = self.station.job(job_id)
            self.assertNotIn(job["state"], ("failed", "cancelled", "succeeded"), job)
            return job["phase"] == "writing" and job["done"] > SIZE // 3
        wait_for(there, 60, "the middle", every=0.01)
        self.assertEqual(self.station.job(job_id)["state"], "transferring")

    def end(self, client, job_id, note=""):
        """Verified, with this in its note (None: any); returns what the station sent."""
        job = self.station.wait_job(job_id)
        self.assertEqual((job["state"], job["outcome"]), ("succeeded", "verified"), (job, client.log()))
        self.assertEqual(client.wait(60), 0, client.log())
        self.assertSameFile(self.golden, self.target, SIZE)
        if note is not None:
            self.assertIn(note, job.get("note", ""))
            self.assertEqual(bool(note), bool(job.get("note")), job)
        if note:
            self.assertIn("warning: the image origin", client.log())
        return self.station.bytes_written() - self.before

    def deploy(self, note=""):
        client, job = self.begin()
        return self.end(client, job, note)

    def test_all_comes_from_nginx(self):
        size = os.path.getsize(self.publish())
        sent = self.deploy()
        print(f"of {size} bytes nginx sent {self.from_nginx()}, the station {sent} in all")
        self.assertLess(sent, ITSELF)
        self.assertGreater(self.from_nginx(), 0.99 * size)

    def test_nothing_there(self):
        self.assertGreater(self.deploy("refused: HTTP status 404"), SIZE)

    def test_another_image_by_that_name(self):
        other = self.path("other.img")
        random_file(other, SIZE, 2)
        image = self.station.import_image(other)
        name = self.station.operator("GET", f"images/{image}")["identity"] + ".img.zst"
        shutil.copy(os.path.join(self.station.data, "images", name), self.path("www/images/" + self.pack))
        self.assertGreater(self.deploy("has something else: the map is that of image"), SIZE)

    def test_flipped_byte(self):
        with open(self.publish(), "r+b") as file:
            file.seek(SIZE // 2)
            byte = file.read(1)
            file.seek(SIZE // 2)
            file.write(bytes([byte[0] ^ 1]))
        sent = self.deploy("has wrong bytes in chunk ")
        self.assertGreater(sent, ITSELF)
        self.assertLess(sent, 0.75 * SIZE)  # what was fetched before is not fetched again

    def test_truncated(self):
        os.truncate(self.publish(), SIZE // 2)
        self.assertGreater(self.deploy("refused: HTTP status 416"), SIZE)

    def test_nginx_ends_midway(self):
        self.publish()
        client, job = self.begin()
        self.midway(job)
        self.nginx.stop()
        sent = self.end(client, job, "was not reachable")
        self.assertLess(sent, 0.9 * SIZE)

    def test_nginx_not_running(self):
        self.publish()
        self.nginx.stop()
        self.assertGreater(self.deploy("was not reachable: Connection refused"), SIZE)

    def test_client_killed_midway(self):
        self.publish()
        client, job = self.begin()
        self.midway(job)
        client.kill()
        again = self.start_client(self.target, MAC, "--once")
        self.assertLess(self.end(again, job), ITSELF)
        self.assertLess(self.from_nginx(), SIZE + 64 * MIB)

    def test_station_killed_midway(self):
        self.publish()
        client, job = self.begin()
        self.midway(job)
        self.station.kill()
        self.station.start()
        self.before = self.station.bytes_written()
        self.assertLess(self.end(client, job), ITSELF)

    def test_cancelled_midway(self):
        self.publish()
        client, job = self.begin()
        self.midway(job)
        self.station.operator("DELETE", f"jobs/{job}")
        self.assertEqual(client.wait(20), JOB_OVER, client.log())
        self.assertEqual(self.station.job(job)["state"], "cancelled")

    def test_client_stands_still_midway(self):
        """No connection tells the station of it; that no report comes does."""
        self.publish()
        client, job = self.begin()
        self.midway(job)
        client.process.send_signal(signal.SIGSTOP)
        wait_for(lambda: self.station.job(job)["state"] == "offered", 90, "given up")
        self.assertEqual(self.station.job(job)["error"]["code"], "not-reported")
        client.process.send_signal(signal.SIGCONT)
        self.end(client, job, None)  # whether it blames the server depends on where it stood still

    def test_wrong_option(self):
        for url, said in (("https://10.0.0.1/", "https is not supported"), ("ftp://10.0.0.1/", "takes http://"),
                          ("http://images.example/", "not the name"), ("http://10.0.0.1/?x", "takes http://"),
                          ("http://u:p@10.0.0.1/", "takes http://"), ("http:///x", "takes http://"),
                          ("http://10.0.0.1:99999/", "takes http://")):
            code, output = run([STATION, "--headless", "--data-dir", self.path("none"), "--image-origin", url])
            self.assertEqual(code, 2, output)
            self.assertIn("provisioning-station: --image-origin ", output.decode())
            self.assertIn(said, output.decode())


if __name__ == "__main__":
    main()
