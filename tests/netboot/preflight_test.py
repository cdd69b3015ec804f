#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`provisioning-station --preflight` against real trouble: a bench made of two network namespaces and a cable between
them. PS_STATION and PS_HELPER name the programs. Needs root.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "installer/netboot"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import check_kit  # noqa: E402
import kit_files  # noqa: E402

STATION = os.environ["PS_STATION"]
HELPER = os.environ["PS_HELPER"]
KIT = kit_files.kit()

# A switch's port: RSTP hellos of bridge 00:1c:0e:87:78:00, forward delay 15 s.
SWITCH = """
import socket, time
hello = bytes.fromhex("0180c2000000" "001c0e877785" "0027" "424203" "0000" "0202" "3c" "8064001c0e877800" "00000000"
                      "8064001c0e877800" "8004" "0000" "1400" "0200" "0f00" "00")
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
wire.bind(("far0", 0))
print("ready", flush=True)
while True:
    wire.send(hello.ljust(60, b"\\0"))
    time.sleep(0.5)
"""

# Noise that is none of it: group frames of other kinds, DHCP that answers somebody else.
NOISE = """
import socket, time
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
wire.bind(("far0", 0))
lldp = bytes.fromhex("0180c200000e" "001c0e877785" "88cc" "0207")
broken = bytes.fromhex("0180c2000000" "001c0e877785" "0027" "424203" "0000" "02")
bootp = bytes([2, 1, 6, 0]) + b"WXYZ" + bytes(12) + bytes([10, 99, 0, 77]) + bytes(4) + bytes.fromhex("e45f01020304") + bytes(202)
offer = bootp[:236] + bytes.fromhex("63825363" "350102" "36040a630009" "ff")
udp = (67).to_bytes(2, "big") + (68).to_bytes(2, "big") + (8 + len(offer)).to_bytes(2, "big") + bytes(2) + offer
ip = bytes([0x45, 0]) + (20 + len(udp)).to_bytes(2, "big") + bytes([0, 0, 0, 0, 64, 17, 0, 0, 10, 99, 0, 9, 255, 255, 255, 255])
print("ready", flush=True)
while True:
    for frame in (lldp, broken, b"\\xff" * 6 + bytes.fromhex("001c0e877785" "0800") + ip + udp):
        wire.send(frame.ljust(60, b"\\0"))
    time.sleep(0.05)
"""

SQUATTER = """
import socket, sys, time
tcp = socket.socket()
tcp.bind(("127.0.0.1", 5000))
tcp.listen()
udp = socket.socket(type=socket.SOCK_DGRAM)
udp.bind(("0.0.0.0", 69))
print("ready", flush=True)
time.sleep(600)
"""


def run(*command, check=True, **more):
    return subprocess.run(command, check=check, capture_output=True, text=True, timeout=60, **more)


def can_make_namespaces():
    name = f"ps-try-{os.getpid()}"
    if run("ip", "netns", "add", name, check=False).returncode != 0:
        return False
    run("ip", "netns", "delete", name)
    return True


class Bench:
    """bench0 (10.99.0.1/24) in the station's namespace, far0 (10.99.0.2/24) in the other."""

    def __init__(self, test):
        self.near, self.far = (f"ps-{end}-{os.getpid()}" for end in ("near", "far"))
        for name in (self.near, self.far):
            run("ip", "netns", "add", name)
            test.addCleanup(run, "ip", "netns", "delete", name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        run("ip", "-n", self.near, "link", "add", "bench0", "type", "veth", "peer", "name", "far0", "netns", self.far)
        run("ip", "-n", self.near, "address", "add", "10.99.0.1/24", "dev", "bench0")
        run("ip", "-n", self.far, "address", "add", "10.99.0.2/24", "dev", "far0")
        run("ip", "-n", self.near, "link", "set", "bench0", "up")
        run("ip", "-n", self.far, "link", "set", "far0", "up")
        self.test = test

    def start(self, namespace, *command):
        process = subprocess.Popen(["ip", "netns", "exec", namespace, *command], stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True)
        self.test.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)

    def start_python(self, namespace, text):
        process = self.start(namespace, "/usr/bin/python3", "-c", text)
        assert process.stdout.readline() == "ready\n"
        return process

    def start_dnsmasq(self, *arguments):
        process = self.start(self.far, "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0", "--interface=far0",
                             "--bind-dynamic", "--no-ping", "--dhcp-authoritative", "--leasefile-ro", "--log-dhcp",
                             "--user=root", *arguments)
        for _ in range(100):
            if ":67 " in run("ip", "netns", "exec", self.far, "ss", "-lun").stdout:
                return
            time.sleep(0.05)
        raise AssertionError("dnsmasq does not listen: " + process.stdout.read())


@unittest.skipUnless(os.geteuid() == 0 and can_make_namespaces(), "needs root and network namespaces")
class PreflightTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.kit = pathlib.Path(folder.name) / "kit"
        self.kit.mkdir()
        self.kit.parent.chmod(0o755)
        for name, text in KIT.items():
            (self.kit / name).write_bytes(text)
        self.bench = Bench(self)

    def command(self, *arguments, interface="bench0"):
        return ["ip", "netns", "exec", self.bench.near, STATION, "--preflight", "--data-dir", str(self.kit.parent),
                "--netboot", interface, "--netboot-address", "10.99.0.1/24", "--tftp-root", str(self.kit), *arguments]

    def preflight(self, *arguments, **more):
        """The findings by check, and the exit code."""
        told = run(*self.command("--json", *arguments, **more), check=False)
        self.assertIn(told.returncode, (0, 1), told.stderr)
        findings = {}
        for finding in json.loads(told.stdout)["findings"]:
            findings.setdefault(finding["check"], []).append(finding)
        return findings, told.returncode

    def assert_level(self, findings, check, level, *details):
        self.assertEqual([each["level"] for each in findings[check]], [level], findings[check])
        if details:
            self.assertEqual(findings[check][0]["details"], list(details))

    def test_nothing_is_wrong_and_noise_is_no_trouble(self):
        self.bench.start_python(self.bench.far, NOISE)
        findings, code = self.preflight()
        for check in ("interface", "link", "address", "other-dhcp", "spanning-tree", "http-port", "dhcp-port", "tftp-port",
                      "tftp-root", "firewall"):
            self.assert_level(findings, check, "ok")
        self.assertEqual(code, 1 if findings["data-disk"][0]["level"] == "error" else 0)

    def test_rogue_server_and_spanning_tree(self):
        self.bench.start_dnsmasq("--dhcp-range=10.99.0.100,10.99.0.110,1h")
        self.bench.start_python(self.bench.far, SWITCH)
        findings, code = self.preflight()
        self.assert_level(findings, "other-dhcp", "error", "10.99.0.2")
        self.assert_level(findings, "spanning-tree", "warning", "RSTP", "00:1c:0e:87:78:00", "30")
        self.assertEqual(code, 1)

    def test_a_server_that_only_tells_where_to_boot_from(self):
        self.bench.start_dnsmasq("--dhcp-range=10.99.0.0,proxy", "--pxe-service=0,Raspberry Pi Boot", "--enable-tftp",
                                 f"--tftp-root={self.kit}")
        findings, _ = self.preflight()
        self.assert_level(findings, "other-dhcp", "warning", "10.99.0.2")

    def test_machine_in_the_way(self):
        squatter = self.bench.start_python(self.bench.near, SQUATTER)
        run("ip", "netns", "exec", self.bench.near, "nft", "add table inet filter; add chain inet filter input "
            "{ type filter hook input priority 0; policy drop; }; add rule inet filter input tcp dport 5000 accept")
        (self.kit / "fixup4.dat").unlink()
        os.truncate(self.kit / "kernel8.img", 65 << 20)
        findings, code = self.preflight()
        self.assert_level(findings, "http-port", "error", "5000", "python3", str(squatter.pid))
        self.assert_level(findings, "tftp-port", "error", "69", "python3", str(squatter.pid))
        self.assert_level(findings, "dhcp-port", "ok")
        self.assert_level(findings, "firewall", "error", "67", "69")
        texts = "\n".join(each["text"] for each in findings["tftp-root"])
        self.assertIn("fixup4.dat is missing", texts)
        self.assertIn("kernel8.img has 65", texts)
        self.assertEqual(code, 1)

    def test_what_the_helper_would_refuse_is_told_before(self):
        run("ip", "-n", self.bench.near, "route", "add", "default", "via", "10.99.0.2")
        self.kit.parent.chmod(0o700)
        findings, code = self.preflight("--listen", "127.0.0.1:5000")
        self.assert_level(findings, "interface", "error", "bench0")
        self.assert_level(findings, "http-port", "error", "5000")
        self.assertIn("--listen 0.0.0.0:5000", findings["http-port"][0]["text"])
        self.assert_level(findings, "tftp-root", "error", f"{self.kit.parent} cannot be entered by everybody")
        self.assertEqual(code, 1)
        run("ip", "-n", self.bench.near, "route", "delete", "default")
        run("ip", "-n", self.bench.near, "address", "replace", "10.99.0.1/30", "dev", "bench0")
        findings, _ = self.preflight("--netboot-address", "10.99.0.1/30")
        self.assert_level(findings, "address", "error", "10.99.0.1/30: the prefix must be 16 to 29")

    def test_devices_do_not_get_out(self):
        run("ip", "-n", self.bench.near, "link", "add", "up0", "type", "veth", "peer", "name", "office0")
        run("ip", "-n", self.bench.near, "address", "add", "192.0.2.2/24", "dev", "up0")
        run("ip", "-n", self.bench.near, "link", "set", "up0", "up")
        findings, _ = self.preflight("--netboot-uplink", "up0")
        self.assert_level(findings, "uplink", "ok", "bench0", "up0")
        run("ip", "netns", "exec", self.bench.near, "nft", "add table ip filter; add chain ip filter FORWARD "
            "{ type filter hook forward priority 0; policy drop; }; add chain ip filter DOCKER-USER")
        findings, _ = self.preflight("--netboot-uplink", "up0")
        self.assert_level(findings, "uplink", "warning", "bench0", "up0")
        self.assertIn("iptables -I DOCKER-USER -i bench0 -o up0", findings["uplink"][0]["command"])

    def test_no_cable(self):
        run("ip", "-n", self.bench.far, "link", "set", "far0", "down")
        begin = time.monotonic()
        findings, code = self.preflight()
        self.assert_level(findings, "link", "error", "bench0")
        self.assertNotIn("other-dhcp", findings)
        self.assertNotIn("spanning-tree", findings)
        self.assertEqual(code, 1)
        self.assertLess(time.monotonic() - begin, 60)

    def test_no_such_interface(self):
        findings, code = self.preflight(interface="bench7")
        self.assert_level(findings, "interface", "error", "bench7", "bench0")
        self.assertEqual(code, 1)

    def tftp_texts(self):
        findings, _ = self.preflight(interface="bench7")  # an interface that is there costs 5 s of listening
        return "\n".join(each["text"] for each in findings["tftp-root"])

    def complaints(self):
        complaints, _ = check_kit.check(self.kit)
        return "\n".join(complaints)

    def test_rules_are_those_of_the_kits_own_check(self):
        for name, text in KIT.items():
            (self.kit / name).unlink()
            self.assertIn(f"{name} is missing", self.tftp_texts())
            self.assertIn(f"{name} is missing", self.complaints())
            (self.kit / name).write_bytes(text)
        settings = self.kit / "config.txt"
        for memory, wanted in ((16, True), (64, False)):
            settings.write_bytes(KIT["config.txt"] + b"gpu_mem=%d\n" % memory)
            for name in ("start4cd.elf", "fixup4cd.dat"):
                self.assertEqual(f"{name} is missing" in self.tftp_texts(), wanted)
                self.assertEqual(f"{name} is missing" in self.complaints(), wanted)
        settings.write_bytes(KIT["config.txt"])
        for size, large in ((check_kit.TFTP_LIMIT, False), (check_kit.TFTP_LIMIT + 1, True)):
            os.truncate(self.kit / "initramfs.img", size)
            self.assertEqual("initramfs.img has" in self.tftp_texts(), large)
            self.assertEqual("initramfs.img has" in self.complaints(), large)

    def test_what_is_in_the_files_is_looked_at_by_both(self):
        # As the station says it, as the kit's own check does.
        cases = (("start4.elf", b"hello", "not the boot firmware", "no boot firmware"),
                 ("start4.elf", kit_files.firmware()[:-1], "not the boot firmware", "no boot firmware"),
                 ("start4.elf", kit_files.firmware("Jan 25 2021"), "is from 2021-01-25", "is from 2021-01-25"),
                 ("kernel8.img", b"hello", "not a kernel", "no arm64 kernel"),
                 ("bcm2711-rpi-cm4.dtb", b"hello", "not a device tree", "no device tree"),
                 ("initramfs.img", b"hello", "not an initramfs", "no archive"))
        for name, content, station, check in cases:
            (self.kit / name).write_bytes(content)
            self.assertIn(f"{name} ", self.tftp_texts())
            self.assertIn(station, self.tftp_texts())
            self.assertIn(check, self.complaints())
            (self.kit / name).write_bytes(KIT[name])
        # Works perhaps: said, and no fault.
        (self.kit / "start4.elf").write_bytes(kit_files.firmware("Nov 30 2021"))
        self.assertIn("2021-11-30", self.tftp_texts())
        self.assertNotIn("start4.elf", self.complaints())
        self.assertIn("2021-11-30", "\n".join(check_kit.check(self.kit)[1]))

    def test_without_root_it_says_what_it_does_not_know(self):
        station = shutil.copy(STATION, self.kit.parent)  # where everybody may read
        told = run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", station, *self.command("--json")[5:],
                   check=False)
        self.assertIn(told.returncode, (0, 1), told.stderr)
        levels = {each["check"]: each["level"] for each in json.loads(told.stdout)["findings"]}
        self.assertEqual(levels["firewall"], "unknown")

    def test_table_for_people(self):
        told = run(*self.command(interface="bench7"), check=False)
        self.assertEqual(told.returncode, 1)
        self.assertRegex(told.stdout, r"(?m)^Error +Interface +There is no interface bench7\. This machine has: bench0\.$")

    def test_helper_reports_by_itself(self):
        self.bench.start_python(self.bench.far, SWITCH)
        told = run("ip", "netns", "exec", self.bench.near, HELPER, "probe", "bench0", "69")
        report = json.loads(told.stdout)
        self.assertEqual(report["interface"], "bench0")
        self.assertEqual(report["dhcp"], [])
        self.assertEqual([each["kind"] for each in report["bpdus"]], ["rstp"])
        self.assertIn("nftables", json.loads(report["ruleset"]))


if __name__ == "__main__":
    if os.geteuid() != 0 or not can_make_namespaces():
        print("skipped: needs root and network namespaces")
        sys.exit(77)
    unittest.main()
