#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real helper and the real dnsmasq on a bench of namespaces."""
import json
import os
import signal
import socket
import subprocess

import bench
from bench import BenchTest, Helper, run, wait_for

SERIAL = "a1b2c3d4"
# What the firmware of a Raspberry Pi 4 asks for, in its order; True: it cannot do without. Before the firmware is found the
# bootloader looks below the folder of the serial number.
EEPROM_STAGE = [("config.txt", True), ("pieeprom.sig", False), ("recover4.elf", False), ("recovery.elf", False),
                ("start4.elf", True), ("fixup4.dat", True)]
FIRMWARE_STAGE = [("recovery.elf", False), ("config.txt", True), ("dt-blob.bin", False), ("bootcfg.txt", False),
                  ("initramfs.img", True), ("bcm2711-rpi-cm4.dtb", True), ("overlays/overlay_map.dtb", False),
                  ("cmdline.txt", True), ("recovery8.img", False), ("recovery8-32.img", False),
                  ("armstub8-gic.bin", False), ("kernel8.img", True)]
# The kit that was built, if it was: else files with any content.
KIT = os.environ.get("PS_KIT")
NEEDED = [name for name, needed in EEPROM_STAGE + FIRMWARE_STAGE if needed]


def addresses(interface):
    facts = json.loads(run("ip", "-j", "-4", "address", "show", "dev", interface))
    return [f"{a['local']}/{a['prefixlen']}" for i in facts for a in i.get("addr_info", [])]


def forwarding(interface):
    with open(f"/proc/sys/net/ipv4/conf/{interface}/forwarding") as file:
        return file.read().strip()


def machine():
    """What the service may change, as it is now."""
    link = json.loads(run("ip", "-j", "link", "show", "dev", "bench0"))[0]
    return {"addresses": addresses("bench0"), "up": "UP" in link["flags"], "rules": run("nft", "list", "ruleset"),
            "forwarding": {name: forwarding(name) for name in sorted(os.listdir("/proc/sys/net/ipv4/conf"))}}


class HelperTest(BenchTest):
    def fetch_as_firmware(self, device, prefix):
        """Replays the recorded order; returns what was served and what was needed and missing."""
        served, missing = [], []
        # The bootloader's question whether there is a folder of its own: neither file there, and it drops the prefix.
        own = [device.fetch(f"{SERIAL}/{name}") is not None for name in ("start4.elf", "start.elf")]
        self.assertEqual(any(own), prefix)
        base = SERIAL + "/" if prefix else ""
        for name, needed in EEPROM_STAGE + FIRMWARE_STAGE:
            if device.fetch(base + name) is not None:
                served.append(name)
            elif needed:
                missing.append(name)
        return served, missing

    def contents(self):
        if not KIT:
            return {name: os.urandom(3000 + 700 * index) for index, name in enumerate(sorted(set(NEEDED)))}
        names = {name for name in os.listdir(KIT) if os.path.isfile(os.path.join(KIT, name))}
        # The cut-down pair is asked for with gpu_mem=16, which the kit's config.txt has.
        self.assertLessEqual({*NEEDED, "start4cd.elf", "fixup4cd.dat"}, names)
        found = {}
        for name in names:
            with open(os.path.join(KIT, name), "rb") as file:
                found[name] = file.read()
        return found

    def replay(self, prefix):
        contents = self.contents()
        for name, content in contents.items():
            self.file((SERIAL + "/" if prefix else "") + name, content)
        helper, device = self.helper(), self.device()
        answer = device.dhcp("rom")
        self.assertTrue(answer["for_rom"], answer)
        device.take(answer["ack"])
        served, missing = self.fetch_as_firmware(device, prefix)
        self.assertEqual((served, missing), ([n for n in NEEDED], []))
        base = SERIAL + "/" if prefix else ""
        for name, content in contents.items():
            self.assertEqual(device.fetch(base + name), content)
        helper.wait_log("kernel8.img to ")
        sent = [e for e in helper.all("log") if "sent " in e["text"] and "kernel8.img" in e["text"]]
        self.assertEqual((sent[0]["mac"], sent[0]["bytes"]), (device.mac, len(contents["kernel8.img"])))
        self.assertEqual(helper.stop(), 0)

    def test_firmware_finds_its_files_below_the_serial_number(self):
        self.replay(prefix=True)

    def test_firmware_finds_its_files_without_prefix(self):
        self.replay(prefix=False)

    def test_every_known_board_is_told_apart_before_it_loads_anything(self):
        helper = self.helper()
        for kind, mac in (("rom", "dc:a6:32:01:02:03"), ("old-rom", "e4:5f:01:0a:0b:0c")):
            device = self.device(mac)
            self.assertTrue(device.dhcp(kind)["for_rom"])
            seen = helper.wait("dhcp", mac=mac)["dhcp"]
            self.assertEqual((seen["raspberry"], seen["serial"], seen["board_revision"]), (True, SERIAL, "00d03114"))
        other = self.device("02:00:00:00:00:09")
        self.assertIsNotNone(other.dhcp("system")["ack"])
        self.assertFalse(helper.wait("dhcp", mac=other.mac)["dhcp"]["raspberry"])
        self.assertEqual(helper.stop(), 0)

    def test_everything_is_put_back(self):
        self.uplink()
        before = machine()
        for end in ("stdin", "stop", "term"):
            helper = self.helper(self.wish(uplink="up0"))
            self.assertNotEqual(machine(), before)
            self.assertIn("10.20.50.1/24", addresses("bench0"))
            if end == "stop":
                helper.send({"command": "stop"})
            elif end == "term":
                helper.process.send_signal(signal.SIGTERM)
            else:
                helper.process.stdin.close()
            self.assertEqual(helper.process.wait(10), 0)
            self.assertTrue(helper.all("stopped") or wait_for(lambda: helper.all("stopped")))
            self.assertEqual(machine(), before, end)

    def test_a_killed_run_is_put_back_by_restore_and_by_the_next_run(self):
        self.uplink()
        before = machine()
        for by in ("restore", "next run"):
            helper = self.helper(self.wish(uplink="up0"))
            pid = self.dnsmasq_pid()
            helper.kill()
            wait_for(lambda: not os.path.exists(f"/proc/{pid}"), what="dnsmasq dies with the helper")
            self.assertIn("10.20.50.1/24", addresses("bench0"))
            if by == "restore":
                done = subprocess.run([bench.HELPER, "restore"], stdout=subprocess.PIPE)
                self.assertEqual(done.returncode, 0, done.stdout)
            else:
                # Another wish than before: the old address must not stay beside the new one.
                again = self.helper(self.wish(address="10.30.0.1/24", range=["10.30.0.50", "10.30.0.60"]))
                self.assertTrue(again.all("restored"))
                self.assertEqual(addresses("bench0"), ["10.30.0.1/24"])
                self.assertEqual(again.stop(), 0)
            self.assertEqual(machine(), before, by)

    def dnsmasq_pid(self):
        status = json.loads(run(bench.HELPER, "status"))
        self.assertTrue(status["serving"] and status["dnsmasq_pid"], status)
        return status["dnsmasq_pid"]

    def test_dnsmasq_has_few_rights_and_is_started_again(self):
        helper = self.helper()
        pid = self.dnsmasq_pid()
        with open(f"/proc/{pid}/status") as file:
            status = dict(line.split(":", 1) for line in file)
        self.assertNotIn("0", status["Uid"].split())
        self.assertEqual(int(status["CapEff"], 16), 1 << 10 | 1 << 12 | 1 << 13)
        self.assertEqual(status["Groups"].split(), [])
        os.kill(pid, signal.SIGKILL)
        helper.wait("warning")
        wait_for(lambda: json.loads(run(bench.HELPER, "status"))["dnsmasq_pid"] not in (0, pid))
        self.assertTrue(wait_for(lambda: self.device("02:00:00:00:00:07").dhcp("rom")["for_rom"]))
        self.assertEqual(helper.stop(), 0)

    def test_how_dnsmasq_ended_is_told(self):
        helper = self.helper()
        pid = self.dnsmasq_pid()
        os.rename(self.root, self.root + ".gone")
        os.kill(pid, signal.SIGKILL)
        failure = helper.wait("failed", 30)
        told = [event["text"] for event in helper.all("warning")]
        self.assertIn("killed by signal 9", told[0])
        self.assertEqual(len(told), 3)
        for text in told[1:] + [failure["text"]]:
            self.assertRegex(text, r"TFTP directory .* inaccessible: No such file or directory")
        self.assertEqual(failure["code"], "netboot-failed")
        self.assertEqual(helper.process.wait(10), 1)

    def test_nat_leads_devices_out_and_nobody_in(self):
        office = self.uplink()
        server = office.start("busybox", "httpd", "-f", "-p", "192.0.2.1:8080", "-h", self.root)
        self.addCleanup(lambda: (server.kill(), server.wait()))
        self.file("hello.txt", b"out there")
        device = self.device()
        helper = self.helper(self.wish(uplink="up0"))
        lease = device.dhcp("system")["ack"]
        device.take(lease)
        get = ["curl", "-sS", "--max-time", "5", "http://192.0.2.1:8080/hello.txt"]
        wait_for(lambda: device.run(*get, check=False) == "out there", what="NAT")
        # The office does not reach the devices, nor anything else through the station.
        inside = device.start("busybox", "httpd", "-f", "-p", "80", "-h", "/")
        self.addCleanup(lambda: (inside.kill(), inside.wait()))
        office.run("ip", "route", "add", "10.20.50.0/24", "via", "192.0.2.2")
        done = subprocess.run(office.command("curl", "-sS", "--max-time", "2", f"http://{lease['address']}/"),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        self.assertEqual(helper.stop(), 0)

    def test_loop_guard_refuses_the_boot_rom_and_not_the_installed_system(self):
        device, other = self.device(), self.device("dc:a6:32:01:02:04")
        helper = self.helper(self.wish(refused=[device.mac]))
        for _ in range(2):
            self.assertEqual(device.dhcp("rom", "--discover-only")["offers"], [])
            self.assertEqual(device.dhcp("pxe", "--discover-only")["offers"], [])
            self.assertIsNotNone(device.dhcp("system")["ack"])
            self.assertTrue(other.dhcp("rom")["for_rom"])
            helper.send({"command": "allow", "mac": device.mac})
            helper.wait("allowed", mac=device.mac)
            wait_for(lambda: device.dhcp("rom")["for_rom"], what="the rule is gone")
            self.assertIsNotNone(device.dhcp("system")["ack"])
            helper.send({"command": "refuse", "mac": device.mac})
            helper.wait("refused", mac=device.mac)
            wait_for(lambda: not device.dhcp("rom", "--discover-only")["offers"], what="the rule is in force")
        self.assertEqual(helper.all("warning"), [])
        self.assertEqual(helper.stop(), 0)

    def test_proxy_beside_another_server(self):
        self.office_server()
        self.file("config.txt", b"arm_64bit=1\n")
        before = machine()
        helper = self.helper({"interface": "bench0", "mode": "proxy", "tftp_root": self.root})
        device = self.device()
        answer = wait_for(lambda: (lambda a: a if len(a["offers"]) == 2 else None)(device.dhcp("rom", "--all")))
        addressed = {offer["server"]: offer["address"] for offer in answer["offers"]}
        self.assertEqual(addressed["10.20.50.1"], "0.0.0.0")
        self.assertTrue(addressed["10.20.50.2"].startswith("10.20.50.5"))
        self.assertTrue(answer["for_rom"])
        device.take(answer["ack"])
        self.assertEqual(device.fetch("config.txt"), b"arm_64bit=1\n")
        self.assertEqual(helper.wait("log", bytes=12)["mac"], device.mac)
        # Who is no Raspberry Pi hears nothing of us, and the office's other server is seen.
        for kind in ("pxe", "system"):
            servers = [offer["server"] for offer in self.device("02:00:00:00:00:08").dhcp(kind, "--all")["offers"]]
            self.assertEqual(servers, ["10.20.50.2"], kind)
        self.assertEqual(helper.stop(), 0)
        self.assertEqual(machine(), before)

    def test_what_is_refused(self):
        self.uplink()
        writable = os.path.join(self.folder, "open")
        os.mkdir(writable)
        os.chmod(writable, 0o777)
        linked = os.path.join(self.folder, "linked")
        os.mkdir(linked)
        os.chmod(linked, 0o755)
        os.symlink("/etc/passwd", os.path.join(linked, "passwd"))
        cases = [({"tftp_root": "/etc"}, "tftp-root-unusable"), ({"tftp_root": "/"}, "tftp-root-unusable"),
                 ({"tftp_root": linked}, "tftp-root-unusable"), ({"interface": "nope0"}, "interface-unusable"),
                 ({"interface": "lo"}, "interface-unusable"),
                 ({"interface": "bench0\nuser=root"}, "interface-unusable"), ({"interface": "up0"}, "interface-is-uplink"),
                 ({"address": "192.0.2.9/24", "range": ["192.0.2.100", "192.0.2.110"]}, "address-unusable"),
                 ({"range": ["10.20.51.1", "10.20.51.9"]}, "address-unusable"), ({"uplink": "bench0"}, "uplink-unusable"),
                 ({"tftp_root": writable}, "tftp-root-unusable"), ({"tftp_root": "/nope"}, "tftp-root-unusable"),
                 ({"tftp_root": self.root + "\ndhcp-script=/bin/sh"}, "tftp-root-unusable"),
                 ({"address": "10.20.50.1/24 dev up0"}, "bad-request"), ({"mode": "both"}, "bad-request")]
        before = machine()
        for changes, code in cases:
            helper = self.helper(self.wish(**changes), started=False)
            self.assertEqual(helper.wait("failed")["code"], code, changes)
            self.assertEqual(helper.process.wait(10), 1)
            self.assertEqual(machine(), before, changes)

    def test_one_at_a_time_and_a_taken_port(self):
        first = self.helper()
        second = self.helper(started=False)
        self.assertEqual(second.wait("failed")["code"], "netboot-in-use")
        self.assertEqual(second.process.wait(10), 1)
        self.assertTrue(self.device().dhcp("rom")["for_rom"])
        self.assertEqual(first.stop(), 0)
        before = machine()
        taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(taken.close)
        taken.bind(("0.0.0.0", 67))
        third = self.helper(started=False)
        self.assertEqual(third.wait("failed")["code"], "port-taken", third.log())
        self.assertEqual(third.process.wait(10), 1)
        self.assertEqual(machine(), before)

    def test_an_address_that_somebody_takes_away_is_put_back(self):
        helper = self.helper()
        run("ip", "address", "flush", "dev", "bench0")
        helper.wait("warning")
        self.assertEqual(addresses("bench0"), ["10.20.50.1/24"])
        self.assertTrue(wait_for(lambda: self.device("02:00:00:00:00:0a").dhcp("rom")["for_rom"]))
        self.assertEqual(helper.stop(), 0)
        self.assertEqual(addresses("bench0"), [])


if __name__ == "__main__":
    bench.enter_namespaces()
    bench.main()
