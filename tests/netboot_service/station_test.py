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
import kit_files
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


class Caller:
    """A device's program, as far as the loop guard goes: it says that it has deployed and verified."""

    def __init__(self, mac):
        self.mac = mac
        self.session = None

    def call(self, method, path, body=None):
        headers = {"Authorization": "Bearer " + self.session} if self.session else {}
        connection = http.client.HTTPConnection("127.0.0.1", 5000, timeout=20)
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        content = json.loads(answer.read() or b"{}")
        connection.close()
        assert answer.status < 300, (path, answer.status, content)
        return content

    def register(self):
        facts = {"mac": self.mac, "ip": "10.20.50.101", "features": ["full-1"], "serial": "10000000a1b2c3d4",
                 "boot_id": "3a2c1f5e-8a55-4c1e-9d0f-1c9a6e0f7b11", "client_version": "0.1.0",
                 "storage": {"type": "MMC", "name": "X", "cid": "15", "size": 1 << 34, "logical_block_size": 512}}
        self.session = self.call("POST", "/api/register-device", facts)["session"]

    def poll(self):
        return self.call("GET", "/api/device-action-poll?mac=" + self.mac)

    def report(self, action, kind, **proof):
        path = action["report_url"].split(":5000", 1)[1]
        self.call("POST", path, {"report": kind, "phase": "finishing", "done": MIB, "total": MIB, **proof})

    def deploy(self, station, image):
        station.operator("POST", "jobs", {"mac": self.mac, "kind": "deploy", "image": image})
        action = self.poll()
        assert action["action"] == "deploy", action
        self.report(action, "accepted")
        self.report(action, "deployed", image=action["image"], verified_bytes=MIB, verify="sampled", repaired_chunks=0)
        assert station.device(self.mac)["netboot_refused"]


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

    def setUp(self):
        super().setUp()
        self.kit()

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
        self.assertEqual([f["bytes"] for f in boot["files"]], [os.path.getsize(os.path.join(self.root, n)) for n in FILES])
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

    def image(self, station):
        path = self.path("golden.img")
        with open(path, "wb") as file:
            file.write(os.urandom(MIB))
        made = station.operator("POST", "images", {"path": path})["id"]
        wait_for(lambda: station.operator("GET", f"images/{made}")["state"] == "ready", 60)
        return made

    def deployed(self, station, mac):
        """A device that was deployed and is refused."""
        caller = Caller(mac)
        caller.register()
        caller.deploy(station, self.image(station))
        return caller

    def is_answered(self, device):
        return bool(device.dhcp("rom", "--discover-only")["offers"])

    def test_a_forgotten_device_boots_from_the_network(self):
        device, station = self.device(), self.station()
        self.deployed(station, device.mac)
        wait_for(lambda: not self.is_answered(device), what="refusal")
        station.operator("DELETE", "devices/" + device.mac)
        wait_for(lambda: self.is_answered(device), what="answer")
        boot = station.wait_boot(device.mac, state="booting", stage="offered")
        self.assertTrue(boot["raspberry"])
        self.assertEqual(os.listdir("/run/provisioning-netboot/rules"), [])
        self.assertFalse(station.device(device.mac)["netboot_refused"])

    def test_the_guard_switched_off_and_a_reboot_that_is_owed(self):
        device, station = self.device(), self.station()
        caller = self.deployed(station, device.mac)
        self.assertEqual(station.end(), 0)
        # The next run owes what this one did: the client goes on with its session.
        station = self.station()
        action = caller.poll()
        self.assertEqual(action["action"], "reboot")
        self.assertFalse(self.is_answered(device))
        # A job for it, while it still counts as online, lets it in again.
        caller.report(action, "accepted")
        job = station.operator("POST", "jobs", {"mac": device.mac, "kind": "backup", "scope": "used",
                                                "path": self.path("b.img.zst")})["id"]
        wait_for(lambda: self.is_answered(device), what="answer")
        station.operator("DELETE", f"jobs/{job}")
        caller.register()
        caller.deploy(station, self.image(station))
        wait_for(lambda: not self.is_answered(device), what="refusal")
        self.assertEqual(station.end(), 0)
        station = self.station("--loop-guard", "off")
        wait_for(lambda: self.is_answered(device), what="answer")
        self.assertFalse(station.device(device.mac)["netboot_refused"])

    def test_the_kit_is_known_after_a_restart(self):
        device, station = self.device(), self.station()
        self.come_up(device)
        with open(self.path("emmc.img"), "wb") as file:
            file.truncate(4 * MIB)
        self.client(device, self.path("emmc.img"))
        station.wait_boot(device.mac, state="registered")
        self.assertIsNotNone(device.dhcp("initramfs")["ack"])  # it lost its lease
        self.assertEqual(station.boot(device.mac)["state"], "registered")
        self.assertEqual(station.end(), 0)
        station = self.station()
        self.assertIsNotNone(device.dhcp("initramfs")["ack"])
        station.wait_boot(device.mac, state="registered", stage="registered")
        self.assertEqual([step["stage"] for step in station.boot(device.mac)["steps"]], ["network-up", "registered"])

    def test_beside_another_server(self):
        self.office_server()
        device, station = self.device(), self.station("--netboot-proxy")
        self.assertTrue(station.operator("GET", "netboot")["proxy"])
        pc = self.device("02:00:00:00:00:08")
        self.assertIsNotNone(pc.dhcp("pxe", "--all")["ack"])
        answer = wait_for(lambda: (lambda a: a if a["for_rom"] and a["ack"] else None)(device.dhcp("rom", "--all")))
        station.wait_boot(device.mac, state="booting", stage="offered", raspberry=True)
        self.assertIsNone(station.device(pc.mac))
        device.take(answer["ack"])
        for name in FILES:
            self.assertIsNotNone(device.fetch(name), name)
        self.assertIsNotNone(device.dhcp("initramfs", "--all")["ack"])
        station.wait_boot(device.mac, state="booting", stage="network-up")
        self.assertEqual([f["name"] for f in station.boot(device.mac)["files"]], FILES)

        self.deployed(station, device.mac)
        self.assertEqual(station.device(device.mac)["boot"]["state"], "registered")
        refused = lambda a: [offer["server"] for offer in a["offers"]] == ["10.20.50.2"]
        wait_for(lambda: refused(device.dhcp("rom", "--all")), what="the office's answer alone")
        station.wait_boot(device.mac, state="refused")
        self.assertIsNotNone(device.dhcp("system", "--all")["ack"])
        station.wait_boot(device.mac, state="own-system")
        station.operator("POST", f"devices/{device.mac}/actions", {"action": "rearm"})
        wait_for(lambda: device.dhcp("rom", "--all")["for_rom"], what="re-armed")
        self.assertEqual(station.end(), 0)

    SIZE_PROBE = """
import socket, struct, sys
wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
wire.settimeout(5)
wire.sendto(struct.pack("!H", 1) + sys.argv[1].encode() + b"\\0octet\\0tsize\\0" b"0\\0blksize\\0" b"1468\\0",
            ("10.20.50.1", 69))
answer, peer = wire.recvfrom(2048)
assert answer[:2] == b"\\0\\6", answer  # OACK
wire.sendto(struct.pack("!HH", 5, 0) + b"Early terminate\\0", peer)
"""

    def test_a_question_for_the_size_is_not_a_file_that_was_sent(self):
        device, station = self.device(), self.station()
        device.take(device.dhcp("rom")["ack"])
        for name in ("start4.elf", "kernel8.img"):
            device.run("python3", "-c", self.SIZE_PROBE, name)
        self.assertIsNotNone(device.fetch("config.txt"))
        wait_for(lambda: "config.txt" in [f["name"] for f in station.boot(device.mac)["files"]], what="config.txt")
        boot = station.boot(device.mac)
        self.assertEqual([f["name"] for f in boot["files"]], ["config.txt"])
        self.assertEqual((boot["stage"], boot["probes"]), ("firmware", []))
        self.assertNotIn("broken", boot)
        self.assertIsNotNone(device.fetch("start4.elf"))
        wait_for(lambda: len(station.boot(device.mac)["files"]) == 2, what="start4.elf")
        self.assertEqual(station.end(), 0)

    def warnings(self, station):
        return [m["error"]["code"] for m in station.operator("GET", "messages")["messages"]
                if m["kind"] == "station-warning"]

    def test_a_full_range_is_told_in_words(self):
        device, station = self.device(), self.station("--netboot-range", "10.20.50.100-10.20.50.102")
        macs = [f"dc:a6:32:0a:00:{i:02x}" for i in range(5)]
        got = device.crowd([[mac, "rom", ""] for mac in macs])
        self.assertEqual([address is not None for address in got], [True] * 3 + [False] * 2)
        for mac in macs[3:]:
            boot = station.wait_boot(mac, state="booting", stage="seen")
            self.assertEqual(boot["hint"], "no-address-left")
        self.assertNotIn("hint", station.device(macs[0])["boot"])
        netboot = station.operator("GET", "netboot")
        self.assertEqual((netboot["state"], netboot["pool_full"]), ("serving", True))
        self.assertEqual(netboot["range"], "10.20.50.100-10.20.50.102")
        self.assertEqual(device.crowd([[mac, "rom", ""] for mac in macs[3:]]), [None, None])
        self.assertEqual(self.warnings(station), ["address-pool-full"])  # once
        # One gives its address back, and the others get on.
        got = device.crowd([[macs[0], "rom", ""], [macs[0], "release", ""], [macs[3], "rom", ""]])
        self.assertIsNotNone(got[1])
        station.wait_boot(macs[3], stage="offered")
        self.assertNotIn("hint", station.device(macs[3])["boot"])
        self.assertTrue(station.operator("GET", "netboot")["pool_full"])  # the last one still waits
        device.crowd([[macs[1], "rom", ""], [macs[1], "release", ""], [macs[4], "rom", ""]])
        wait_for(lambda: "pool_full" not in station.operator("GET", "netboot"), what="all have one")
        self.assertEqual(station.end(), 0)

    def netboot(self, station, state, code=None):
        def reached():
            found = station.operator("GET", "netboot")
            return found["state"] == state and found.get("error", {}).get("code") == code
        wait_for(reached, what=f"netboot {state} {code}; {station.operator('GET', 'netboot')}")

    def test_an_interface_without_link_and_one_that_is_gone_are_waited_for(self):
        device, station = self.device(), self.station()
        self.assertTrue(wait_for(lambda: device.dhcp("rom")["for_rom"]))
        troubles = [(lambda: run("ip", "link", "set", "bench0", "down"), "interface-down",
                     lambda: run("ip", "link", "set", "bench0", "up")),
                    (lambda: self.switch.run("ip", "link", "set", self.port_of_bench(), "down"), "interface-down",
                     lambda: self.switch.run("ip", "link", "set", self.port_of_bench(), "up")),
                    (lambda: run("ip", "link", "delete", "bench0"), "interface-gone",
                     lambda: self.plug(None, "bench0"))]
        for number, (begin, code, mend) in enumerate(troubles, 1):
            begin()
            self.netboot(station, "waiting", code)
            self.assertEqual(len(self.warnings(station)), number)
            self.assertIsNone(station.process.poll())
            mend()
            self.netboot(station, "serving")
            self.assertTrue(wait_for(lambda: device.dhcp("rom")["for_rom"]), code)
        self.assertEqual(self.warnings(station), ["interface-down", "interface-down", "interface-gone"])
        self.assertEqual(station.end(), 0)

    def test_a_job_at_work_keeps_a_station_without_netboot(self):
        device, station = self.device(), self.station()
        caller = Caller(device.mac)
        caller.register()
        station.operator("POST", "jobs", {"mac": device.mac, "kind": "deploy", "image": self.image(station)})
        action = caller.poll()
        caller.report(action, "accepted")
        pids = run("pgrep", "-P", str(station.process.pid), "-f", "provisioning-netboot-helper").split()
        run("kill", "-9", pids[0])
        self.netboot(station, "failed", "netboot-failed")
        self.assertIsNone(station.process.poll())
        caller.report(action, "deployed", image=action["image"], verified_bytes=MIB, verify="sampled", repaired_chunks=0)
        self.assertEqual(station.process.wait(20), 1)
        station.end()

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

    def test_a_kit_that_does_not_boot_ends_the_station(self):
        def refused(change, said):
            made = None
            change()
            try:
                made = Station(self)
                self.assertEqual(made.process.wait(20), 1, said)
            finally:
                made.end()
            with open(self.path("station.log")) as log:
                last = log.read().splitlines()[-1]
            self.assertIn("(kit-unusable)", last)
            self.assertIn(said, last)
            self.kit()
            os.chmod(os.path.join(self.root, "kernel8.img"), 0o644)

        refused(lambda: os.chmod(os.path.join(self.root, "kernel8.img"), 0o600), "kernel8.img cannot be read by everybody")
        refused(lambda: os.remove(os.path.join(self.root, "fixup4.dat")), "fixup4.dat is missing")
        refused(lambda: self.file("start4.elf", b"hello"), "start4.elf is no boot firmware")
        refused(lambda: self.file("start4.elf", kit_files.firmware("Jan 25 2021")), "start4.elf is from 2021-01-25")
        refused(lambda: [os.remove(os.path.join(self.root, name)) for name in os.listdir(self.root)],
                "config.txt is missing")
        self.assertEqual(self.station().end(), 0)  # with a whole one it serves

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
