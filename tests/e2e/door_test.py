# SPDX-License-Identifier: GPL-3.0-or-later
"""The front door under load: idle and half-open connections, descriptors, long bodies, foreign peers."""
import os
import resource
import socket
import subprocess
import time
import unittest

from harness import MIB, Station, StationTest, main, random_file, run, wait_for

MAC = "dc:a6:32:01:02:03"


class DoorTest(StationTest):
    def open(self):
        return socket.create_connection((self.station.host, self.station.port), 20)

    def deploy_time(self, url):
        started = time.monotonic()
        self.assertEqual(run(["curl", "-sf", "-o", self.path("emmc"), url])[0], 0)
        return time.monotonic() - started

    def test_idle_and_half_heads_beside_a_deploy(self):
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        image = self.path("golden.img")
        random_file(image, 256 * MIB)
        image_id = self.station.import_image(image)
        self.station.register(MAC)
        def url():
            self.station.deploy(MAC, image_id)
            return self.station.poll(MAC)[1]["url"]
        begin = self.station.cpu_seconds()
        alone = min(self.deploy_time(url()) for _ in range(2))
        cpu_alone = self.station.cpu_seconds() - begin

        idle = [self.open() for _ in range(200)]
        half = [self.open() for _ in range(1000)]
        for peer in half:
            peer.sendall(b"GET /api/device-action-poll?mac=" + MAC.encode() + b" HTTP/1.1\r\nHo")
        time.sleep(1)
        before = self.station.cpu_seconds()
        time.sleep(2)
        spent = self.station.cpu_seconds() - before
        begin = self.station.cpu_seconds()
        beside = min(self.deploy_time(url()) for _ in range(2))
        cpu_beside = self.station.cpu_seconds() - begin
        self.assertSameFile(image, self.path("emmc"))
        print(f"deploy alone {alone:.2f} s, CPU {cpu_alone:.2f} s; beside 1200 connections {beside:.2f} s, "
              f"CPU {cpu_beside:.2f} s; CPU in 2 s: {spent:.2f} s")
        self.assertLess(spent, 0.4)
        self.assertLess(cpu_beside, 2 * cpu_alone + 0.5)
        self.assertLess(beside, 3 * alone + 1)

        def all_closed():
            for peer in idle + half:
                peer.setblocking(False)
                try:
                    if peer.recv(1, socket.MSG_PEEK) != b"":
                        return False
                except BlockingIOError:
                    return False
                except OSError:
                    pass
            return True
        wait_for(all_closed, 30, "deadline")
        for peer in idle + half:
            peer.close()

    def test_long_and_chunked_bodies_are_refused_at_once(self):
        for head, status in ((b"Content-Length: 70000", b"413"), (b"Transfer-Encoding: chunked", b"411")):
            started = time.monotonic()
            with self.open() as peer:
                peer.sendall(b"POST /api/register-device HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n\r\n")
                self.assertIn(status, peer.recv(4096).split(b"\r\n")[0])
            self.assertLess(time.monotonic() - started, 2)
        # curl is in the middle of its body and reads the answer all the same.
        blob = self.path("blob")
        random_file(blob, 20 * MIB)
        code, output = run(["curl", "-s", "-w", "%{http_code}", "-H", "Expect:", "--data-binary", "@" + blob,
                            self.station.url + "/api/register-device"])
        self.assertIn(b"body-too-large", output)
        self.assertTrue(output.endswith(b"413"), output)

    def test_slow_control_body_meets_its_deadline(self):
        with self.open() as peer:
            peer.sendall(b"POST /api/register-device HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
            peer.settimeout(30)
            try:
                self.assertEqual(peer.recv(10), b"")
            except ConnectionResetError:
                pass


class FewDescriptorsTest(StationTest):
    def start_station(self):
        def limits():
            resource.setrlimit(resource.RLIMIT_NOFILE, (96, 96))
        station = Station(self.folder, limits=limits)
        self.addCleanup(self.end_station, station)
        return station

    def test_running_out_of_descriptors_is_survived(self):
        image = self.path("golden.img")
        random_file(image, 8 * MIB)
        image_id = self.station.import_image(image)
        peers = []
        for _ in range(200):
            peer = socket.socket()
            peer.setblocking(False)
            peer.connect_ex((self.station.host, self.station.port))
            peers.append(peer)
        descriptors = f"/proc/{self.station.process.pid}/fd"
        limit = resource.prlimit(self.station.process.pid, resource.RLIMIT_NOFILE)[0]
        wait_for(lambda: len(os.listdir(descriptors)) >= limit - 2, 30, "no descriptor left")
        self.assertIsNone(self.station.process.poll())
        for peer in peers:
            peer.close()
        wait_for(lambda: self.station.register(MAC)[0] == 200, 30, "answer")
        self.station.deploy(MAC, image_id)
        url = self.station.poll(MAC)[1]["url"]
        self.assertEqual(run(["curl", "-sf", "-o", self.path("emmc"), url])[0], 0)
        self.assertSameFile(image, self.path("emmc"))


@unittest.skipUnless(os.geteuid() == 0, "needs root for a network namespace")
class ForeignPeerTest(StationTest):
    """A peer that is not this machine, in a network namespace of the test's own."""

    def setUp(self):
        self.space = f"ps{os.getpid()}"
        run(["ip", "netns", "add", self.space])
        self.addCleanup(run, ["ip", "netns", "del", self.space])
        code, output = run(["ip", "link", "add", self.space + "a", "type", "veth", "peer", "name", self.space + "b",
                            "netns", self.space])
        if code != 0:
            self.skipTest(output.decode())
        self.addCleanup(run, ["ip", "link", "del", self.space + "a"])
        run(["ip", "addr", "add", "10.231.7.1/30", "dev", self.space + "a"])
        run(["ip", "link", "set", self.space + "a", "up"])
        run(["ip", "-n", self.space, "addr", "add", "10.231.7.2/30", "dev", self.space + "b"])
        run(["ip", "-n", self.space, "link", "set", self.space + "b", "up"])
        super().setUp()

    def start_station(self):
        station = Station(self.folder, *self.station_arguments, listen="10.231.7.1:0")
        self.addCleanup(self.end_station, station)
        return station

    def operator_status(self):
        return run(["ip", "netns", "exec", self.space, "curl", "-s", "-w", "%{http_code}", "-H",
                    "Authorization: Bearer " + self.station.token, self.station.url + "/api/operator/devices"])[1]

    def test_operator_is_refused_to_others(self):
        output = self.operator_status()
        self.assertTrue(output.endswith(b"403"), output)
        self.assertIn(b"foreign-address", output)
        # Devices are others, and welcome.
        output = run(["ip", "netns", "exec", self.space, "curl", "-s", "-d", "mac=" + MAC,
                      self.station.url + "/api/register-device"])[1]
        self.assertIn(b"registered", output)


class RemoteOperatorTest(ForeignPeerTest):
    station_arguments = ("--operator-remote",)

    def test_operator_is_refused_to_others(self):
        self.assertTrue(self.operator_status().endswith(b"200"))


if __name__ == "__main__":
    main()
