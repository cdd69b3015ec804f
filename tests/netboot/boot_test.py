# SPDX-License-Identifier: GPL-3.0-or-later
"""The kit's kernel and init with what goes wrong on a bench: a cable that comes late, a DHCP server that comes later, another
station than the DHCP server, a client that ends, and one that stands still.

A QEMU machine without boot ROM, in network and mount namespaces of its own (run.sh makes them). PS_KIT names the kit,
PS_STATION the station.
"""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
sys.path.insert(0, os.path.join(HERE, "..", "..", "installer", "netboot"))

from harness import Station, StationTest, main, wait_for  # noqa: E402
from initramfs import Archive  # noqa: E402
from machine import BRIDGE, MAC, KernelMachine, ip, make_bench, remove_bench  # noqa: E402

KIT = os.environ["PS_KIT"]


class BootTest(StationTest):
    def setUp(self):
        make_bench()
        self.addCleanup(remove_bench)
        # The DHCP server's address is none of the station's names.
        for address in ("10.77.0.1", "10.77.0.8", "10.77.0.9"):
            ip(f"address add {address}/24 dev {BRIDGE}")
        super().setUp()

    def start_station(self):
        station = Station(self.folder, listen="0.0.0.0:5000")
        self.addCleanup(self.end_station, station)
        return station

    def initramfs(self):
        """The kit's with other settings behind it, as the kernel takes them."""
        path = self.path("initramfs")
        with open(path, "wb") as image, open(os.path.join(KIT, "initramfs.img"), "rb") as kit:
            image.write(kit.read())
            image.write(bytes(-image.tell() % 4))
            more = Archive(image)
            more.add("etc/provisioning.conf", 0o100644, b"PROVISIONING_SERVER=http://10.77.0.9:5000\n")
            more.end()
        return path

    def serve_dhcp(self):
        server = subprocess.Popen([
            "dnsmasq", "--keep-in-foreground", "--port=0", "--conf-file=/dev/null", "--no-ping", "--dhcp-authoritative",
            "--user=root", f"--interface={BRIDGE}", "--bind-interfaces", "--log-facility=/dev/null",
            f"--dhcp-leasefile={self.path('leases')}", f"--pid-file={self.path('pid')}",
            "--dhcp-range=10.77.0.100,10.77.0.120,1h"])
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)

    def wait_said(self, machine, text, seconds=90, after=0.0):
        def said():
            assert machine.is_on(), f"the machine is off\n{machine.console()}"
            return machine.find(text, after)

        try:
            return wait_for(said, seconds, f"'{text}' on the console")
        except AssertionError as late:
            raise AssertionError(f"{late}\n{machine.console()}") from None

    def wait_registered(self, machine, station, after):
        at = self.wait_said(machine, f"init: station: http://{station}", after=after)
        return self.wait_said(machine, f"registered with {station}", after=at - 0.001)

    def test_late_and_ended_and_standing_still(self):
        machine = KernelMachine(self.folder, os.path.join(KIT, "kernel8.img"), self.initramfs(),
                                "console=ttyAMA0 quiet panic=10 provisioning.debug provisioning.server=10.77.0.8")
        self.addCleanup(machine.switch_off)
        self.wait_said(machine, "init: eth0: no link")
        machine.monitor("set_link card0 on")
        self.wait_said(machine, "init: eth0: link")
        self.wait_said(machine, "init: no DHCP lease after 20 s")
        self.serve_dhcp()
        at = self.wait_registered(machine, "10.77.0.8:5000", 0)
        self.assertIsNotNone(machine.find("dhcp_server=10.77.0.1"))
        self.assertEqual([d["mac"] for d in self.station.operator("GET", "devices")["devices"]], [MAC])

        # Ended: started again, here for the station that the image names.
        machine.type("echo quiet > /tmp/words; mount -o bind /tmp/words /proc/cmdline; killall provisioning-client")
        self.wait_said(machine, "init: provisioning-client ended with code", after=at)
        at = self.wait_registered(machine, "10.77.0.9:5000", at)

        # Stopped: nobody feeds the watchdog, which restarts the machine.
        machine.type("killall -STOP provisioning-client; echo $?-stopped")
        at = self.wait_said(machine, "0-stopped", after=at)
        restarted = self.wait_said(machine, "init: kernel", after=at)
        self.assertGreater(restarted - at, 5)
        self.wait_registered(machine, "10.77.0.8:5000", restarted)
        print(f"\nrestarted by the watchdog; init ran again {restarted - at:.0f} s after the client had stopped")


if __name__ == "__main__":
    main()
