#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real headless station with --netboot on a bench of namespaces: from the first DHCP message to the row, and the loop
guard after a verified deploy by the real client."""
import http.client
import json
import os
import re
import subprocess

import bench
from bench import BenchTest, run, wait_for

FILES = ["config.txt", "start4.elf", "fixup4.dat", "initramfs.img", "bcm2711-rpi-cm4.dtb", "cmdline.txt", "kernel8.img"]
MIB = 1024 * 1024


class Station:
    """A headless station that serves bench0."""

    def __init__(self, test, *arguments):
        self.log = open(test.path("station.log"), "ab")
        command = [bench.STATION, "--headless", "--listen", "0.0.0.0:5000", "--data-dir", test.path("data"),
                   "--netboot", "bench0", "--tftp-root", test.root, *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log,
                                        preexec_fn=bench.die_with_parent)
        self.test = test
        self.token = None

    def lines(self, count):
        return [self.process.stdout.readline().decode().strip() for _ in range(count)]

    def operator(self, method, what, body=None):
        if self.token is None:
            with open(self.test.path("data/operator-token")) as file:
                self.token = file.read().strip()
        connection = http.client.HTTPConnection("127.0.0.1", 5000, timeout=20)
        connection.request(method, "/api/operator/" + what, json.dumps(body) if body else None,
                           {"Authorization": "Bearer " + self.token})
        answer = connection.getresponse()
        content = json.loads(answer.read() or b"{}")
        connection.close()
        assert answer.status < 300, (what, answer.status, content)
        return content

    def device(self, mac):
        found = [d for d in self.operator("GET", "devices")["devices"] if d["mac"] == mac]
        return found[0] if found else None

    def boot(self, mac):
        return self.operator("GET", f"devices/{mac}/boot")

    def wait_boot(self, mac, **wanted):
        def reached():
            device = self.device(mac)
            boot = device["boot"] if device else {}
            return all(boot.get(key) == value for key, value in wanted.items()) and boot
        return wait_for(reached, what=f"{wanted} of {self.device(mac)}")

    def end(self, kill=False):
        if self.process.poll() is None:
            self.process.kill() if kill else self.process.terminate()
        code = self.process.wait(20)
        self.process.stdout.close()
        self.log.close()
        return code


class StationTest(BenchTest):
    def path(self, name):
        return os.path.join(self.folder, name)

    def station(self, *arguments):
        made = Station(self, *arguments)
        self.addCleanup(lambda: made.process.stdout.closed or made.end(kill=True))
        first, second = made.lines(2)
        self.assertEqual(first, "listening on http://0.0.0.0:5000")
        self.assertEqual(second, "netboot on bench0, 10.20.50.1/24")
        return made

    def kit(self):
        for index, name in enumerate(FILES):
            self.file(name, os.urandom(2000 + 100 * index))

    def come_up(self, device):
        """From power-on to the initramfs's network, as a Raspberry Pi 4 does."""
        lease = device.dhcp("rom")["ack"]
        device.take(lease)
        for name in ["a1b2c3d4/start4.elf", "a1b2c3d4/start.elf", "pieeprom.sig", "dt-blob.bin"] + FILES:
            device.fetch(name)
        self.assertIsNotNone(device.dhcp("initramfs")["ack"])
        return lease["address"]

    def client(self, device, target, *arguments):
        log = open(self.path("client.log"), "ab")
        self.addCleanup(log.close)
        process = device.start(bench.CLIENT, "--server", "http://10.20.50.1:5000", "--device", target, "--mac",
                               device.mac, *arguments, stdout=log, stderr=log)
        self.addCleanup(lambda: (process.kill(), process.wait()))
        return process

    def test_timeline_and_loop_guard(self):
        self.kit()
        device, station = self.device(), self.station()
        self.assertEqual(station.operator("GET", "netboot")["state"], "serving")
        # The row is there before the device is.
        device.dhcp("rom", "--discover-only")
        station.wait_boot(device.mac, state="booting", stage="offered", raspberry=True)
        self.assertEqual(station.boot(device.mac)["serial"], "a1b2c3d4")
        address = self.come_up(device)
        station.wait_boot(device.mac, state="booting", stage="network-up")

        image, target = self.path("golden.img"), self.path("emmc.img")
        with open(image, "wb") as file:
            file.write(os.urandom(3 * MIB + 512))
        with open(target, "wb") as file:
            file.truncate(8 * MIB)
        self.client(device, target)
        station.wait_boot(device.mac, state="registered", stage="registered")
        boot = station.boot(device.mac)
        self.assertEqual(boot["address"], address)
        self.assertEqual([f["name"] for f in boot["files"]], FILES)
        self.assertEqual([f["bytes"] for f in boot["files"]], [2000 + 100 * i for i in range(len(FILES))])
        self.assertEqual(boot["probes"], ["a1b2c3d4/start4.elf", "a1b2c3d4/start.elf", "pieeprom.sig", "dt-blob.bin"])
        stages = [step["stage"] for step in boot["steps"]]
        self.assertEqual(stages, ["seen", "offered", "firmware", "initramfs", "kernel", "network-up", "registered"])
        self.assertTrue(all(0 <= step["seconds"] < 60 for step in boot["steps"][:-1]), boot["steps"])

        made = station.operator("POST", "images", {"path": image})["id"]
        wait_for(lambda: station.operator("GET", f"images/{made}")["state"] == "ready", 60)
        job = station.operator("POST", "jobs", {"mac": device.mac, "kind": "deploy", "image": made})["id"]
        wait_for(lambda: station.operator("GET", f"jobs/{job}")["outcome"] == "verified", 60, "deploy")
        with open(self.path("client.log")) as log:
            wait_for(lambda: "asked for: reboot" in log.read() or log.seek(0), 20, "order to reboot")
        self.assertTrue(station.device(device.mac)["netboot_refused"])

        # Its boot ROM is refused, also by the station's next run; the system on the eMMC is not.
        wait_for(lambda: not device.dhcp("rom", "--discover-only")["offers"], what="refusal")
        station.wait_boot(device.mac, state="refused")
        self.assertEqual(station.end(), 0)
        station = self.station()
        self.assertEqual(device.dhcp("rom", "--discover-only")["offers"], [])
        self.assertIsNotNone(device.dhcp("system")["ack"])
        station.wait_boot(device.mac, state="own-system")
        station.operator("POST", f"devices/{device.mac}/actions", {"action": "rearm"})
        wait_for(lambda: device.dhcp("rom")["for_rom"], what="re-armed")
        self.assertFalse(station.device(device.mac)["netboot_refused"])
        self.assertEqual(station.end(), 0)

    def test_a_killed_station_takes_its_service_along(self):
        station = self.station()
        station.end(kill=True)
        wait_for(lambda: "10.20.50.1" not in run("ip", "-4", "address", "show", "dev", "bench0"), what="put back")
        self.assertFalse(json.loads(run(bench.HELPER, "status"))["changed"])

    def test_a_killed_helper_is_told_and_cleaned_up(self):
        station = self.station()
        pids = run("pgrep", "-P", str(station.process.pid), "-f", "provisioning-netboot-helper").split()
        run("kill", "-9", pids[0])
        station.process.wait(20)
        self.assertEqual(station.end(), 1)
        with open(self.path("station.log")) as log:
            self.assertRegex(log.read(), r"\(netboot-failed\)")
        wait_for(lambda: not json.loads(run(bench.HELPER, "status"))["changed"], what="put back")
        self.assertNotIn("10.20.50.1", run("ip", "-4", "address", "show", "dev", "bench0"))

    def test_what_cannot_be_served_ends_the_station(self):
        for arguments, code in ((["--netboot", "nope0"], "interface-unusable"), (["--tftp-root", "/nope"], "tftp-root-unusable"),
                                (["--netboot-range", "10.9.9.1-10.9.9.2"], "address-unusable"),
                                (["--netboot-uplink", "nope0"], "uplink-unusable")):
            made = Station(self, *arguments)
            self.assertEqual(made.process.wait(20), 1, arguments)
            made.end()
            with open(self.path("station.log")) as log:
                self.assertIn(f"({code})", log.read().splitlines()[-1])

    def test_command_line(self):
        wrong = [["--netboot-proxy"], ["--netboot", "a", "--netboot-proxy", "--netboot-range", "10.0.0.1-10.0.0.2"],
                 ["--netboot", "a", "--netboot-address", "10.0.0.1"], ["--netboot", "a", "--netboot-range", "10.0.0.1"],
                 ["--loop-guard", "maybe"], ["--netboot-uplink", "eth0"]]
        for arguments in wrong:
            done = subprocess.run([bench.STATION, "--headless", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertTrue(re.search(rb"--(netboot|loop-guard)", done.stderr), done.stderr)


if __name__ == "__main__":
    bench.enter_namespaces()
    bench.main()
