# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is interrupted goes on where it was: cable out, client killed, station killed, in deploy, verify and backup.

An image origin is behind the cable, too: that nobody answers is not its fault.

What goes over the device's cable is counted there: at most 64 MiB of the image are sent a second time.
"""
import os
import shutil
import signal
import time
import unittest

import lan
import namespaces
from harness import CLIENT, MIB, StationTest, bytes_read, main, random_disk, random_file, wait_for
from nginx import Nginx

SIZE = 320 * MIB
AGAIN = 64 * MIB
OVERHEAD = 1.06  # Ethernet, IP and TCP headers, acknowledgements
CLIENT_PATIENCE_S = 20  # with a connection on which nothing comes
CABLE_OUT_S = float(os.environ.get("PS_CABLE_OUT", "8"))


class ResumeTest(StationTest):
    def setUp(self):
        self.lan = lan.Lan(1)
        self.addCleanup(self.lan.end)
        self.port = self.lan.devices[0]
        super().setUp()
        self.golden, self.target = self.path("golden.img"), self.path("emmc")
        random_disk(self.golden, SIZE)
        with open(self.target, "wb") as file:
            file.truncate(SIZE)

    def start_station(self):
        origin = ()
        if "origin" in self.id():
            os.makedirs(self.path("www"))
            nginx = Nginx(self.path("nginx"), self.path("www"), "0.0.0.0", log=self.path("access.log"))
            self.addCleanup(nginx.stop)
            origin = ("--image-origin", f"http://{lan.STATION_ADDRESS}:{nginx.port}")
        station = lan.start_station(self.folder, *origin)
        self.addCleanup(self.end_station, station)
        return station

    def client(self):
        with open(self.path("client.log"), "ab") as log:
            process = self.port.start(CLIENT, "--server", self.station.url, "--device", self.target,
                                      "--mac", self.port.mac, "--once", stdout=log, stderr=log)
        self.addCleanup(lambda: process.poll() is None and (process.kill(), process.wait()))
        return process

    def kill(self, process):
        process.send_signal(signal.SIGKILL)
        process.wait()

    def log(self):
        with open(self.path("client.log"), errors="replace") as file:
            return file.read()[-3000:]

    def online(self):
        devices = self.station.operator("GET", "devices")["devices"]
        return any(device["mac"] == self.port.mac and device["online"] for device in devices)

    def deploy_job(self):
        self.image = self.station.import_image(self.golden)
        if os.path.isdir(self.path("www")):
            images = os.path.join(self.station.data, "images")
            shutil.copytree(images, self.path("www"), dirs_exist_ok=True)
        client = self.client()
        wait_for(self.online, 30, "registration")
        return client, self.station.deploy(self.port.mac, self.image)

    def wait_done(self, job_id, phase, share):
        """Until the job has done this share of this phase."""
        def there():
            job = self.station.job(job_id)
            self.assertNotIn(job["state"], ("failed", "cancelled", "succeeded"), (job, self.log()))
            return job["phase"] == phase and job["total"] and job["done"] >= share * job["total"]
        wait_for(there, 120, f"{phase} {share}", every=0.01)

    def check_deployed(self, client, job_id, received):
        job = self.station.wait_job(job_id)
        self.assertEqual(job["outcome"], "verified", (job, self.log()))
        self.assertEqual(client.wait(60), 0, self.log())
        self.assertSameFile(self.golden, self.target)
        received = self.port.received_bytes() - received
        print(f"{self.id().split('.')[-1]}: {received / SIZE:.2f} times the image came over the cable")
        self.assertLess(received, (SIZE + AGAIN) * OVERHEAD)

    def test_client_killed_in_mid_deploy(self):
        received = self.port.received_bytes()
        client, job = self.deploy_job()
        self.wait_done(job, "writing", 0.5)
        self.kill(client)
        self.check_deployed(self.client(), job, received)

    def test_client_killed_in_mid_verify(self):
        received = self.port.received_bytes()
        client, job = self.deploy_job()
        self.stop_in_mid_verify(client, job)
        self.kill(client)
        self.check_deployed(self.client(), job, received)

    def stop_in_mid_verify(self, client, job_id):
        """The client stands still there until it is sent SIGCONT."""
        self.wait_done(job_id, "writing", 0.5)
        # A report each half second may miss it.
        before = bytes_read(client.pid)
        wait_for(lambda: self.read_back(client, before) > 0.1, 60, "read-back", every=0.001)
        client.send_signal(signal.SIGSTOP)
        read = self.read_back(client, before)
        print(f"{self.id().split('.')[-1]}: stopped when {read:.2f} of the image was read back")
        self.assertLess(read, 0.9, "the read-back was over")
        self.assertNotIn(self.station.job(job_id)["state"], ("failed", "succeeded"))
        return before

    def read_back(self, client, before):
        """The share of the image."""
        read = bytes_read(client.pid)
        self.assertIsNotNone(read, self.log())
        return (read - before) / SIZE

    def test_station_killed_in_mid_verify(self):
        received = self.port.received_bytes()
        client, job = self.deploy_job()
        before = self.stop_in_mid_verify(client, job)
        self.station.kill()
        client.send_signal(signal.SIGCONT)
        # It ends while there is no station to tell.
        wait_for(lambda: self.read_back(client, before) > 0.95, 60, "the rest of the read-back")
        time.sleep(1)
        self.start_again()
        self.check_deployed(client, job, received)

    def test_cable_out_in_mid_verify(self):
        received = self.port.received_bytes()
        client, job = self.deploy_job()
        self.stop_in_mid_verify(client, job)
        self.pull_cable(job, meanwhile=lambda: client.send_signal(signal.SIGCONT))
        self.check_deployed(client, job, received)

    def test_station_killed_in_mid_deploy(self):
        received = self.port.received_bytes()
        client, job = self.deploy_job()
        self.wait_done(job, "writing", 0.5)
        self.restart_station()
        self.check_deployed(client, job, received)

    def restart_station(self):
        self.station.kill()
        self.start_again()

    def start_again(self):
        self.station.listen = "0.0.0.0:5000"
        self.station.start()
        lan.name_addresses(self.station)

    def test_cable_out_in_mid_deploy(self):
        received = self.port.received_bytes()
        client, job = self.deploy_job()
        self.wait_done(job, "writing", 0.4)
        self.pull_cable(job)
        self.check_deployed(client, job, received)

    def test_cable_out_in_mid_deploy_from_origin(self):
        received = self.port.received_bytes()
        client, job = self.deploy_job()
        written = self.station.bytes_written()
        self.wait_done(job, "writing", 0.4)
        self.pull_cable(job, seconds=CLIENT_PATIENCE_S + 10)  # with time to ask the station
        self.check_deployed(client, job, received)
        self.assertIn("neither the image origin nor the station answers", self.log())
        self.assertNotIn("note", self.station.job(job), self.log())
        self.assertLess(self.station.bytes_written() - written, 4 * MIB, "what came from the station itself")

    def pull_cable(self, job_id, seconds=0, meanwhile=lambda: None):
        """Until its row tells of it, and for so many seconds, CABLE_OUT_S at least."""
        until = time.monotonic() + max(CABLE_OUT_S, seconds)
        self.lan.set_cable(self.port, False)
        meanwhile()
        wait_for(lambda: self.station.job(job_id).get("silent_seconds", 0) >= 5, 60, "that silence is told")
        time.sleep(max(0, until - time.monotonic()))
        self.lan.set_cable(self.port, True)

    def backup_job(self):
        random_file(self.target, SIZE, 3)
        client = self.client()
        wait_for(self.online, 30, "registration")
        return client, self.station.backup(self.port.mac, self.path("backup.img"))

    def check_backed_up(self, client, job_id, sent):
        job = self.station.wait_job(job_id)
        self.assertEqual(job["state"], "succeeded", (job, self.log()))
        self.assertEqual(client.wait(60), 0, self.log())
        self.assertSameFile(self.target, self.path("backup.img"))
        sent = self.port.sent_bytes() - sent
        print(f"{self.id().split('.')[-1]}: {sent / SIZE:.2f} times the device went over the cable")
        self.assertLess(sent, (SIZE + AGAIN) * OVERHEAD)

    def test_client_killed_in_mid_backup(self):
        sent = self.port.sent_bytes()
        client, job = self.backup_job()
        self.wait_done(job, "reading", 0.5)
        self.kill(client)
        self.check_backed_up(self.client(), job, sent)

    def test_station_killed_in_mid_backup(self):
        sent = self.port.sent_bytes()
        client, job = self.backup_job()
        self.wait_done(job, "reading", 0.5)
        self.restart_station()
        self.check_backed_up(client, job, sent)

    def test_cable_out_in_mid_backup(self):
        sent = self.port.sent_bytes()
        client, job = self.backup_job()
        self.wait_done(job, "reading", 0.4)
        self.pull_cable(job)
        self.check_backed_up(client, job, sent)


if __name__ == "__main__":
    namespaces.enter(*lan.PROGRAMS)
    main()
