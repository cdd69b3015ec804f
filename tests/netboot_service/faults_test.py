#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real helper on a machine that is not as it should be: programs missing, other people's network settings."""
import json
import os
import signal
import subprocess
import sys

import bench
from bench import BenchTest, run, wait_for
from helper_test import addresses, forwarding, machine

del sys.modules["helper_test"].HelperTest  # its tests run by themselves


class WayOutTest(BenchTest):
    def hide(self, program):
        """As if it were not installed, until the returned function is called or the test ends."""
        path = os.path.realpath(program)
        run("mount", "--bind", "/dev/null", path)
        hidden = [path]

        def show():
            while hidden:
                run("umount", hidden.pop())
        self.addCleanup(show)
        return show

    def test_without_nft_nothing_is_begun_and_nothing_is_left(self):
        self.uplink()
        before = machine()
        show = self.hide("/usr/sbin/nft")
        helper = self.helper(self.wish(uplink="up0"), started=False)
        failed = helper.wait("failed")
        self.assertEqual((failed["code"], failed["text"]), ("program-missing", "nft"))
        self.assertEqual(helper.process.wait(10), 1)
        self.assertFalse(json.loads(run(bench.HELPER, "status"))["changed"])
        self.assertEqual(self.helper().stop(), 0)  # without NAT it serves
        show()
        self.assertEqual(machine(), before)

    def test_nft_gone_after_a_crash_is_in_nobodys_way(self):
        self.uplink()
        helper = self.helper(self.wish(uplink="up0"))
        helper.kill()
        self.hide("/usr/sbin/nft")
        done = subprocess.run([bench.HELPER, "restore"], stdout=subprocess.PIPE)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual((addresses("bench0"), forwarding("bench0")), ([], "0"))

    def test_forwarding_that_somebody_switched_on_for_all_stays_on(self):
        self.uplink()
        self.addCleanup(self.write_forwarding, "0")
        helper = self.helper(self.wish(uplink="up0"))
        self.write_forwarding("1")
        self.assertEqual(helper.stop(), 0)
        self.assertEqual({name: forwarding(name) for name in ("all", "up0", "bench0")},
                         {"all": "1", "up0": "1", "bench0": "1"})

    @staticmethod
    def write_forwarding(value):
        with open("/proc/sys/net/ipv4/ip_forward", "w") as file:
            file.write(value + "\n")

    def test_a_forward_policy_of_drop_is_told(self):
        self.uplink()
        self.addCleanup(run, "nft", "flush", "ruleset")
        for policy, told in (("accept", 0), ("drop", 1)):
            subprocess.run(["nft", "-f", "-"], check=True, input=b"table ip filter {\nchain FORWARD { type filter hook "
                           b"forward priority 0; policy %s; }\n}\n" % policy.encode())
            helper = self.helper(self.wish(uplink="up0"))
            if told:
                self.assertIn("drops what devices send from bench0 to up0", helper.wait("warning")["text"])
            self.assertEqual(helper.stop(), 0)
            self.assertEqual(len(helper.all("warning")), told, helper.all("warning"))

    def test_an_address_beside_ours_stays(self):
        helper = self.helper()
        run("ip", "address", "add", "10.20.50.9/24", "dev", "bench0")  # the same network: goes with ours, by default
        with open("/proc/sys/net/ipv4/conf/bench0/promote_secondaries", "w") as file:
            file.write("0\n")
        self.assertEqual(helper.stop(), 0)
        self.assertEqual(addresses("bench0"), ["10.20.50.9/24"])


# DISCOVERs of a boot ROM from one machine, as fast as they are answered: what overruns dnsmasq's socket is never logged.
FLOOD = """
import socket, struct, sys, time
sys.path.insert(0, sys.argv[1])
import dhcp_client
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 8)
wire.bind(("eth0", 0))
mac = dhcp_client.mac_of("eth0")
wire.settimeout(0.5)
answered = 0
for number in range(1, 2001):
    xid = 0x5a000000 + number
    wire.send(dhcp_client.frame(1, xid, mac, dhcp_client.options_of("rom", mac, "a1b2c3d4")))
    if number % 10:
        continue
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            frame, origin = wire.recvfrom(2048)
        except socket.timeout:
            continue
        if origin[2] != socket.PACKET_OUTGOING and struct.pack(">I", xid) in frame:
            answered += 1
            break
if answered < 150:
    raise SystemExit(f"{answered} of 200 were answered")
"""


class StationTrouble(BenchTest):
    """A station that hangs, asks too much or talks nonsense."""

    def hanging_station(self):
        """A helper whose words nobody reads."""
        process = subprocess.Popen([bench.HELPER, "run"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   preexec_fn=bench.die_with_parent)
        self.addCleanup(lambda: (process.kill(), process.wait(), process.stdin.close(), process.stdout.close()))
        process.stdin.write((json.dumps(self.wish()) + "\n").encode())
        process.stdin.flush()
        wait_for(lambda: self.status()["serving"] and addresses("bench0"))
        return process

    @staticmethod
    def status():
        return json.loads(run(bench.HELPER, "status"))

    def test_the_bench_is_served_though_the_station_hangs(self):
        for end in ("term", "stdin"):
            process = self.hanging_station()
            device = self.device()
            wait_for(lambda: device.dhcp("rom", "--discover-only")["for_rom"])
            device.run(sys.executable, "-B", "-c", FLOOD, bench.HERE)
            wait_for(lambda: device.dhcp("rom", "--discover-only")["for_rom"])
            if end == "term":
                process.send_signal(signal.SIGTERM)
            else:
                process.stdin.close()
            self.assertEqual(process.wait(8), 0, end)
            self.assertEqual((addresses("bench0"), self.status()["changed"]), ([], False))
            device.end()

    def test_what_it_missed_is_counted(self):
        process = self.hanging_station()
        device = self.device()
        device.run(sys.executable, "-B", "-c", FLOOD, bench.HERE)
        process.stdin.write(b'{"command":"refuse","mac":"dc:a6:32:01:02:03"}\n')
        process.stdin.flush()
        wait_for(lambda: os.listdir("/run/provisioning-netboot/rules"))
        events = []
        while not [event for event in events if event["event"] == "warning"]:
            events.append(json.loads(process.stdout.readline()))
        self.assertRegex(events[-1]["text"], r"^[1-9][0-9]* lines of the log are left out")
        self.assertTrue([event for event in events if event["event"] == "started"])
        process.stdin.close()
        rest = [json.loads(line) for line in process.stdout]
        self.assertEqual(len([e for e in events + rest if e["event"] == "refused"]), 1)
        self.assertEqual(rest[-1]["event"], "stopped")

    def test_refusals_have_a_bound(self):
        helper = self.helper(self.wish(refused=[f"02:00:00:00:{i >> 8:02x}:{i & 255:02x}" for i in range(9_999)]))
        for mac in ("dc:a6:32:01:02:03", "dc:a6:32:01:02:03", "dc:a6:32:01:02:04"):
            helper.send({"command": "refuse", "mac": mac})
        self.assertIn("dc:a6:32:01:02:04 is not refused", helper.wait("warning", 60)["text"])
        self.assertEqual(len(os.listdir("/run/provisioning-netboot/rules")), 10_000)
        helper.send({"command": "allow", "mac": "dc:a6:32:01:02:03"})
        helper.send({"command": "refuse", "mac": "dc:a6:32:01:02:04"})
        helper.wait("refused", 60, mac="dc:a6:32:01:02:04")
        self.assertEqual(helper.stop(), 0)

    def test_a_wish_without_end_is_a_failure(self):
        done = subprocess.run([bench.HELPER, "run"], input=b"x" * 2_000_000, stdout=subprocess.PIPE, timeout=20)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(json.loads(done.stdout.splitlines()[0])["code"], "bad-request")

    def test_restore_does_nothing_while_a_run_serves(self):
        helper = self.helper()
        done = subprocess.run([bench.HELPER, "restore"], stdout=subprocess.PIPE)
        self.assertEqual((done.returncode, done.stdout), (0, b""))
        self.assertEqual(addresses("bench0"), ["10.20.50.1/24"])
        self.assertEqual(helper.stop(), 0)

    def test_asking_for_the_state_turns_no_run_away(self):
        curious = subprocess.Popen(["sh", "-c", f"while :; do {bench.HELPER} status; done"], stdout=subprocess.DEVNULL,
                                   preexec_fn=os.setsid)
        self.addCleanup(lambda: (os.killpg(curious.pid, signal.SIGKILL), curious.wait()))
        for _ in range(5):
            self.assertEqual(self.helper().stop(), 0)


class InterfaceTrouble(BenchTest):
    def test_an_adapter_that_is_plugged_in_again(self):
        self.uplink()
        helper = self.helper(self.wish(uplink="up0"))
        run("ip", "link", "delete", "bench0")
        self.plug(None, "bench0")
        wait_for(lambda: [e for e in helper.all("warning") if "made anew" in e["text"]], 20)
        self.assertEqual((addresses("bench0"), forwarding("bench0")), (["10.20.50.1/24"], "1"))
        device = self.device("dc:a6:32:01:02:77")
        wait_for(lambda: device.dhcp("rom")["for_rom"])
        self.assertEqual(helper.wait("dhcp", mac=device.mac)["dhcp"]["serial"], "a1b2c3d4")
        self.assertEqual(helper.stop(), 0)
        self.assertEqual((addresses("bench0"), forwarding("bench0")), ([], "0"))

    def test_an_adapter_that_stays_away_is_waited_for(self):
        helper = self.helper()
        run("ip", "link", "delete", "bench0")
        self.assertEqual(helper.wait("waiting")["code"], "interface-gone")
        # Its whole service goes on meanwhile, and what it is told.
        helper.send({"command": "refuse", "mac": "dc:a6:32:01:02:03"})
        helper.wait("refused")
        self.assertIsNone(helper.process.poll())
        self.plug(None, "bench0")
        helper.wait("resumed")
        self.assertEqual(addresses("bench0"), ["10.20.50.1/24"])
        self.assertTrue(wait_for(lambda: self.device("dc:a6:32:01:02:78").dhcp("rom")["for_rom"]))
        run("ip", "link", "delete", "bench0")
        wait_for(lambda: len(helper.all("waiting")) == 2)
        self.assertEqual(helper.stop(), 0)  # nothing is there to be put back
        self.assertFalse(json.loads(run(bench.HELPER, "status"))["changed"])

    def test_a_cable_that_is_pulled_out_is_told_at_once(self):
        helper = self.helper()
        wait_for(lambda: "LOWER_UP" in run("ip", "link", "show", "dev", "bench0"), what="link")
        for number in (1, 2):
            self.switch.run("ip", "link", "set", self.port_of_bench(), "down")
            waiting = wait_for(lambda: len(helper.all("waiting")) == number and helper.all("waiting")[-1])
            self.assertEqual((waiting["code"], waiting["text"]), ("interface-down", "no link on bench0"))
            self.switch.run("ip", "link", "set", self.port_of_bench(), "up")
            wait_for(lambda: len(helper.all("resumed")) == number)
        self.assertEqual(helper.stop(), 0)

    def test_one_that_never_had_a_link_is_told_after_a_while(self):
        self.switch.run("ip", "link", "set", self.port_of_bench(), "down")
        helper = self.helper()
        self.assertEqual(helper.all("waiting"), [])
        self.assertEqual(helper.wait("waiting", 20)["code"], "interface-down")
        self.switch.run("ip", "link", "set", self.port_of_bench(), "up")
        helper.wait("resumed")
        self.assertTrue(wait_for(lambda: self.device().dhcp("rom")["for_rom"]))
        self.assertEqual(helper.stop(), 0)


class ClientIds(BenchTest):
    """One lease for each MAC, whatever client-id its systems tell (RFC 2132 9.14, RFC 4361)."""

    @staticmethod
    def mac(number):
        return f"dc:a6:32:0b:00:{number:02x}"

    def duid(self, number):
        return "ff00000001" + "00020000ab11" + f"{number:016x}"

    def test_boot_rom_initramfs_and_system_are_one_device(self):
        helper, wire = self.helper(self.wish(range=["10.20.50.100", "10.20.50.119"])), self.device()
        boards = range(20)  # as many as there are addresses
        first = wire.crowd([[self.mac(i), "rom", ""] for i in boards])
        self.assertEqual(len(set(first) - {None}), 20, first)
        for kind, client_id in (("initramfs", lambda i: "01" + self.mac(i).replace(":", "")), ("system", self.duid),
                                ("system", lambda i: self.duid(1000 + i)), ("rom", lambda i: f"00{i:08x}")):
            self.assertEqual(wire.crowd([[self.mac(i), kind, client_id(i)] for i in boards]), first, kind)
        self.assertEqual([line for line in helper.log() if "no address" in line], [])
        self.assertEqual(helper.stop(), 0)

    def test_twins_get_an_address_each(self):
        helper, wire = self.helper(), self.device()
        twins = [[self.mac(i), "system", self.duid(7)] for i in range(4)]
        got = wire.crowd(twins)
        self.assertEqual(len(set(got) - {None}), 4, got)
        self.assertEqual(wire.crowd(twins + twins), got + got)
        self.assertEqual(helper.stop(), 0)

    def test_leases_of_an_earlier_run_are_kept(self):
        wire = self.device()
        helper = self.helper()
        got = wire.crowd([[self.mac(1), "system", self.duid(1)]])
        self.assertEqual(helper.stop(), 0)
        helper = self.helper()
        self.assertEqual(wire.crowd([[self.mac(1), "rom", ""], [self.mac(2), "system", self.duid(1)]])[:1], got)
        self.assertEqual(helper.stop(), 0)


if __name__ == "__main__":
    bench.enter_namespaces()
    bench.main()
