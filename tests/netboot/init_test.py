#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The netboot image's init, function by function under busybox, with its own udhcpc and dhcp-event.sh on wires between
network namespaces: which station, late links and leases, what the LED shows, the client's restart.

Needs root (77: it cannot be had here). No kernel's console and no file outside of the test's folder is written to.
"""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))

import namespaces  # noqa: E402
from harness import wait_for  # noqa: E402
from namespaces import Namespace, run  # noqa: E402

PARTS = ROOT / "installer/netboot/initramfs"
PREPARE = """
. {init}
export PATH={folder}/bin
cmdline={folder}/cmdline consoles={folder}/console log={folder}/log leds={folder}/leds
event_script={folder}/dhcp-event.sh image_settings={folder}/settings
wired_interfaces() {{ ls /sys/class/net | grep ^eth; }}
"""


def leases():
    return sorted(name for name in os.listdir("/run") if "lease" in name)


class Bench(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ps-init-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "bin").mkdir()
        run("busybox", "--install", "-s", str(self.folder / "bin"))
        # Of an initramfs it has the shell; here there is a system's beside it.
        event = (PARTS / "dhcp-event.sh").read_text().replace("#!/bin/sh", f"#!{self.folder}/bin/sh")
        (self.folder / "dhcp-event.sh").write_text(event)
        (self.folder / "dhcp-event.sh").chmod(0o755)
        self.file("cmdline", "console=tty0 quiet\n")
        self.file("console")
        for name in leases():
            os.remove(f"/run/{name}")

    def file(self, name, text=""):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def told(self):
        return (self.folder / "console").read_text()

    def command(self, script):
        prepare = PREPARE.format(init=PARTS / "init.sh", folder=self.folder)
        return [str(self.folder / "bin/sh"), "-c", prepare + script]

    def init(self, script):
        """What functions of init print."""
        done = subprocess.run(self.command(script), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30,
                              check=False)
        return done.stdout.strip() if done.returncode == 0 else f"code {done.returncode}: {done.stdout}"

    def start(self, script):
        """A process group of functions that run on; what they print goes to the console, too."""
        with open(self.folder / "console", "ab") as console:
            process = subprocess.Popen(self.command(script), start_new_session=True, stdout=console,
                                       stderr=subprocess.STDOUT)
        self.addCleanup(process.wait)
        self.addCleanup(os.killpg, process.pid, signal.SIGKILL)
        return process

    def wait_told(self, text, seconds=20):
        wait_for(lambda: text in self.told(), seconds, f"'{text}' in {self.told()}")


class CommandLineTest(Bench):
    def test_words(self):
        cases = {"provisioning.debug": True, "a provisioning.debug\tb": True, "provisioning.debug=0": False,
                 "provisioning.debugger": False, "x-provisioning.debug": False, "provisioning_debug": False, "": False}
        for line, wanted in cases.items():
            self.file("cmdline", line + "\n")
            self.assertEqual(self.init("has_word provisioning.debug && echo yes || echo no"), "yes" if wanted else "no", line)

    def test_parameter(self):
        cases = {"provisioning.server=a provisioning.server=b": "b", "provisioning.server=http://x/?a=b": "http://x/?a=b",
                 "provisioningXserver=a": "", "provisioning.server": "", "my.provisioning.server=a": "", "": ""}
        for line, wanted in cases.items():
            self.file("cmdline", line + "\n")
            self.assertEqual(self.init("parameter provisioning.server"), wanted, line)


class StationTest(Bench):
    def station(self, cmdline="", settings=None, lease="dhcp_server=10.0.0.2\n"):
        self.file("cmdline", f"quiet {cmdline}\n")
        if settings is not None:
            self.file("settings", settings)
        lease_file = self.file("lease", lease)
        return self.init(f'found={lease_file}; station_url "$(named_station)"')

    def test_who_names_it(self):
        self.assertEqual(self.station(), "http://10.0.0.2:5000")
        self.assertEqual(self.station(lease="dhcp_server=10.0.0.2\nnext_server=10.0.0.3\n"), "http://10.0.0.3:5000")
        settings = "PROVISIONING_SERVER=http://10.0.0.4:80\n"
        self.assertEqual(self.station(settings=settings), "http://10.0.0.4:80")
        self.assertEqual(self.station("provisioning.server=http://10.0.0.5:81/", settings), "http://10.0.0.5:81")
        self.assertEqual(self.station("provisioning.server=10.0.0.5", settings), "http://10.0.0.5:5000")
        self.assertEqual(self.station(settings="#PROVISIONING_SERVER=http://10.0.0.4:80\n"), "http://10.0.0.2:5000")

    def test_what_comes_with_the_image_names_none(self):
        self.assertEqual(self.station(settings=(PARTS / "provisioning.conf").read_text()), "http://10.0.0.2:5000")

    def test_addresses(self):
        right = {"10.20.50.1": "http://10.20.50.1:5000", "10.20.50.1:80": "http://10.20.50.1:80",
                 "HTTP://10.20.50.1//": "http://10.20.50.1:5000", "http://10.20.50.1:65535/": "http://10.20.50.1:65535",
                 "[fe80::1]": "http://[fe80::1]:5000", "http://[fe80::1]:80": "http://[fe80::1]:80"}
        for text, url in right.items():
            self.assertEqual(self.init(f"station_url '{text}'"), url, text)
        for text in ("", "http://", "https://10.0.0.1", "station", "http://station:5000", "10.0.0", "10.0.0.1:", "10.0.0.1:0",
                     "10.0.0.1:65536", "10.0.0.1:x", "10.0.0.1/path", "a b", "10.0.0.1;reboot"):
            self.assertEqual(self.init(f"station_url '{text}'"), "", text)

    def test_a_wrong_one_is_said_once_and_shown(self):
        self.file("cmdline", "provisioning.server=http://station:5000\n")
        lease = self.file("lease", "dhcp_server=10.0.0.2\n")
        led = self.file("leds/ACT/brightness")
        self.file("leds/ACT/trigger")
        self.start(f"found={lease}; find_station; echo found $server")
        self.wait_told("init: 'http://station:5000' is no address of a station")
        wait_for(lambda: led.read_text() == "255\n", what="the LED")
        time.sleep(2.5)
        self.assertEqual(self.told().count("is no address"), 1)
        # A shell on the console may mend it.
        self.file("cmdline", "provisioning.server=10.0.0.9\n")
        self.wait_told("found http://10.0.0.9:5000")


    def test_a_lease_that_is_gone_is_no_wrong_address(self):
        self.assertEqual(self.init("found=/run/lease.gone; find_station || echo waits again"), "waits again")
        self.assertEqual(self.told(), "")


class LedTest(Bench):
    def watched(self, name="green:ACT"):
        """An LED whose brightness is a pipe: [(when, value)] of what is written, in order."""
        self.file(f"leds/{name}/trigger", "heartbeat")
        pipe = self.folder / "leds" / name / "brightness"
        os.mkfifo(pipe)
        seen = []

        def read():
            with open(pipe, encoding="ascii") as file:
                for line in file:
                    seen.append((time.monotonic(), line.strip()))

        keep = []
        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        keep.append(open(pipe, "w", encoding="ascii"))  # so that the reader does not end with each writer
        self.addCleanup(thread.join, 5)
        self.addCleanup(lambda: keep.pop().close())
        return seen

    def setUp(self):
        super().setUp()
        (self.folder / "leds").mkdir()

    def test_patterns_differ_and_end(self):
        seen = self.watched()
        process = self.start('show "$no_lease"; sleep 4; show "$no_lease"; sleep 1; show; echo shown; sleep 60')
        self.wait_told("shown")
        at_the_end = len(seen)
        values = "".join("1" if value == "255" else "0" for _, value in seen)
        self.assertTrue(values.startswith("1010101"), values)
        # Two flashes, then a pause that is longer than their gap.
        gaps = [after - before for (before, _), (after, _) in zip(seen[1:8:2], seen[2:8:2])]
        self.assertGreater(gaps[1], 3 * gaps[0], seen)
        self.assertEqual((self.folder / "leds/green:ACT/trigger").read_text(), "none\n")
        time.sleep(0.7)
        self.assertEqual(len(seen), at_the_end)
        self.assertIsNone(process.poll())

    def test_each_pattern_is_its_own(self):
        client = (ROOT / "netclient/state_leds.cpp").read_text()
        for name in ("no_link", "no_lease", "no_client"):
            pattern = self.init(f'echo "${name}"')
            self.assertRegex(pattern, "^1[01]*0$")
            self.assertNotIn(f'"{pattern}"', client)

    def test_which(self):
        self.assertEqual(self.init("state_led"), "")
        for name in ("PWR", "default-on", "led0", "green:ACT"):
            (self.folder / "leds" / name).mkdir()
        self.assertEqual(self.init("state_led"), f"{self.folder}/leds/green:ACT")
        (self.folder / "leds/green:ACT").rmdir()
        self.assertEqual(self.init("state_led"), f"{self.folder}/leds/led0")
        (self.folder / "leds/led0").rmdir()
        self.assertEqual(self.init("state_led"), f"{self.folder}/leds/PWR")

    def test_without_any(self):
        self.assertEqual(self.init('show "$no_link"; sleep 0.3; show; echo fine'), "fine")


class ClientTest(Bench):
    def test_it_is_started_again(self):
        (self.folder / "bin/provisioning-client").write_text(
            f"#!/bin/sh\necho started \"$@\"\necho x >> {self.folder}/starts\nexit 5\n")
        (self.folder / "bin/provisioning-client").chmod(0o755)
        self.file("cmdline", "provisioning.server=10.0.0.1\n")
        with open("/run/lease.eth0", "w", encoding="ascii") as file:
            file.write("interface=eth0\ndhcp_server=10.0.0.2\n")
        self.start("mount_kernel_files() { :; }\nload_modules() { :; }\nstart_network() { :; }\nmain")
        self.wait_told("init: provisioning-client ended with code 5; starting it again")
        wait_for(lambda: (self.folder / "starts").read_text().count("x") > 1, what="the second start")
        self.assertIn("<3>started --netboot --server http://10.0.0.1:5000", self.told())
        self.assertIn("init: interface=eth0", (self.folder / "log").read_text())


class NetworkTest(Bench):
    """eth0 and eth1 of this namespace lead to servers in one of their own."""

    def setUp(self):
        super().setUp()
        self.wires = []
        self.other = Namespace()
        self.addCleanup(self.other.end)

    def plug(self, number):
        """Our ethN, without a link until its other end is up."""
        run("ip", "link", "add", f"eth{number}", "type", "veth", "peer", "name", f"far{number}")
        self.addCleanup(run, "ip", "link", "delete", f"eth{number}")
        run("ip", "link", "set", f"far{number}", "netns", str(self.other.holder.pid))
        self.other.run("ip", "address", "add", f"10.77.{number}.1/24", "dev", f"far{number}")

    def set_link(self, number, state):
        self.other.run("ip", "link", "set", f"far{number}", state)

    def serve(self, number):
        server = self.other.start(
            "/usr/sbin/dnsmasq", "--keep-in-foreground", "--port=0", "--conf-file=/dev/null", "--no-ping",
            "--dhcp-authoritative", "--user=root", f"--interface=far{number}", "--bind-interfaces", "--log-facility=/dev/null",
            f"--dhcp-leasefile={self.folder}/leases{number}", f"--pid-file={self.folder}/pid{number}",
            f"--dhcp-range=10.77.{number}.100,10.77.{number}.120,1h")
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)

    def test_late_link_and_late_lease(self):
        self.plug(0)
        led = self.file("leds/ACT/brightness")
        self.file("leds/ACT/trigger")
        self.start("start_network; wait_for_lease; find_station; show; sleep 60")
        self.wait_told("init: eth0: no link; cable and switch are to be looked at", 15)
        self.set_link(0, "up")
        self.wait_told("init: eth0: link")
        self.wait_told("init: no DHCP lease after 20 s; asking on", 30)
        self.serve(0)
        self.wait_told("init: interface=eth0 address=10.77.0.1")
        self.wait_told("dhcp_server=10.77.0.1")
        self.wait_told("init: station: http://10.77.0.1:5000")
        self.assertIn(led.read_text(), ("0\n", "255\n"))
        shown = subprocess.run(["ip", "-4", "address", "show", "dev", "eth0"], capture_output=True, text=True, check=True)
        self.assertRegex(shown.stdout, r"inet 10\.77\.0\.1\d\d/24")

    def test_one_interface_does_not_take_the_others_lease(self):
        for number in (0, 1):
            self.plug(number)
            self.set_link(number, "up")
        self.serve(1)
        self.start("start_network; wait_for_lease; sleep 60")
        self.wait_told("init: interface=eth1 address=10.77.1.1")
        # udhcpc gives eth0 up again and again, and says so to the script.
        subprocess.run([str(self.folder / "dhcp-event.sh"), "deconfig"], check=True,
                       env={"interface": "eth0", "PATH": f"{self.folder}/bin"})
        self.assertEqual(leases(), ["lease.eth1"])
        self.serve(0)
        wait_for(lambda: leases() == ["lease.eth0", "lease.eth1"], what="both leases")
        self.assertEqual(self.init("first_lease"), "/run/lease.eth0")
        subprocess.run([str(self.folder / "dhcp-event.sh"), "deconfig"], check=True,
                       env={"interface": "eth0", "PATH": f"{self.folder}/bin"})
        self.assertEqual(self.init("first_lease"), "/run/lease.eth1")


if __name__ == "__main__":
    namespaces.enter(prepare="mount -t tmpfs none /run && mount -t sysfs none /sys")
    unittest.main(verbosity=1)
