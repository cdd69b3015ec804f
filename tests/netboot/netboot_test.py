# SPDX-License-Identifier: GPL-3.0-or-later
"""From power-on to a proven deploy: a QEMU machine whose only source is the netboot kit, by DHCP and TFTP.

Runs in a network namespace of its own (run.sh makes it). PS_KIT names the kit, PS_STATION the station.
"""
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

from harness import MIB, Station, StationTest, disk_image, main, random_file, sh, wait_for  # noqa: E402
from machine import MAC, Machine, make_bench, remove_bench  # noqa: E402

KIT = os.environ["PS_KIT"]
STATION_ADDRESS = "10.77.0.1"
IMAGE_SIZE = 64 * MIB + 512
CARD_SIZE = 128 * MIB
FILES = ["config.txt", "start4cd.elf", "fixup4cd.dat", "bcm2711-rpi-cm4.dtb", "cmdline.txt", "kernel8.img",
         "initramfs.img"]


class Dnsmasq:
    """DHCP and TFTP on the bench."""

    def __init__(self, folder):
        self.log_path = os.path.join(folder, "dnsmasq.log")
        self.process = subprocess.Popen([
            "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--interface=br0", "--bind-interfaces",
            "--user=", "--no-ping", "--dhcp-authoritative", "--leasefile-ro", "--dhcp-range=10.77.0.100,10.77.0.200,1h",
            "--enable-tftp", f"--tftp-root={KIT}", "--pxe-service=0,Raspberry Pi Boot", "--log-dhcp",
            f"--log-facility={self.log_path}"])

    def log(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()

    def stop(self):
        self.process.terminate()
        self.process.wait()


class NetbootTest(StationTest):
    def setUp(self):
        make_bench(STATION_ADDRESS + "/24")
        self.addCleanup(remove_bench)
        super().setUp()
        self.dnsmasq = Dnsmasq(self.folder)
        self.addCleanup(self.dnsmasq.stop)
        self.stages = []

    def start_station(self):
        station = Station(self.folder, listen="0.0.0.0:5000")
        self.addCleanup(self.end_station, station)
        return station

    def switch_on(self, card):
        machine = Machine(self.folder, card)
        self.addCleanup(machine.switch_off)
        return machine

    def device(self):
        return next((d for d in self.station.operator("GET", "devices")["devices"] if d["mac"] == MAC), None)

    def device_log(self):
        return [line["text"] for line in self.station.operator("GET", f"devices/{MAC}/log")["lines"]]

    def wait_registered(self, machine, old_boot=None, seconds=120):
        def registered():
            self.assertIsNone(machine.process.poll(), machine.console())
            device = self.device()
            return device if device and device["online"] and device["boot_id"] != old_boot else None

        try:
            return wait_for(registered, seconds, "registration")
        except AssertionError as late:
            raise AssertionError(f"{late}\n{machine.console()}\n{self.dnsmasq.log()[-3000:]}") from None

    def stage(self, name, seconds):
        self.stages.append((name, seconds))

    def note_boot(self, machine, registered):
        """Where the boot's seconds went, by the console and by the TFTP server's log."""
        marks = [("DHCP answered", machine.find("DHCP client bound")),
                 ("firmware and settings fetched", machine.find("kernel8.img")),
                 ("kernel fetched", machine.find("initramfs.img")),
                 ("initramfs fetched", machine.find("Starting kernel")),
                 ("kernel, drivers", machine.find("init: kernel")),
                 ("link, DHCP lease", machine.find("init: interface=")),
                 ("registered", registered)]
        before = 0.0
        for name, at in marks:
            self.assertIsNotNone(at, f"the console never showed: {name}\n{machine.console()}")
            self.stage(name, at - before)
            before = at
        self.stage("power-on to registered", registered)

    def run_job(self, machine, job, seconds=240):
        begun = time.monotonic()
        done = self.station.wait_job(job, seconds=seconds)
        self.stage(f"{done['kind']}, {CARD_SIZE // MIB} MiB card", time.monotonic() - begun)
        return done

    def test_from_power_on_to_backup(self):
        image, card = self.path("golden.img"), self.path("card")
        disk_image(image, IMAGE_SIZE, fill=12 * MIB)
        random_file(card, CARD_SIZE, 7)  # whatever was on it before
        image_id = self.station.import_image(image)

        machine = self.switch_on(card)
        device = self.wait_registered(machine)
        self.note_boot(machine, machine.seconds())
        self.assertEqual((device["level"], device["storage"]["type"], device["storage"]["size"]),
                         ("full", "SD", CARD_SIZE))
        self.assert_came_from_the_kit()
        self.assert_log_arrived()

        # An SD card is nothing that a deploy takes by itself.
        refused = self.station.operator("POST", "jobs", {"mac": MAC, "kind": "deploy", "image": image_id}, expect=409)
        self.assertEqual(refused["error"]["code"], "device-is-sd-card")

        done = self.run_job(machine, self.station.deploy(MAC, image_id, allow=["sd"]))
        self.assertEqual((done["state"], done["outcome"]), ("succeeded", "verified"), machine.console())
        self.assertSameFile(card, image, IMAGE_SIZE)
        with open(card, "rb") as file:
            file.seek(CARD_SIZE - MIB)
            self.assertEqual(file.read().strip(b"\0"), b"", "the stale end is still there")

        saved = self.path("saved.img.zst")
        done = self.run_job(machine, self.station.backup(MAC, saved, scope="exact"))
        self.assertEqual((done["state"], done["outcome"]), ("succeeded", "backup-verified"), machine.console())
        code, output = sh('zstd -dc "$A" | cmp - "$B"', A=saved, B=card)
        self.assertEqual(code, 0, output)

        self.reboots(machine, device)
        self.print_stages()

    def assert_came_from_the_kit(self):
        sent = re.findall(r"sent \S*?([^/\s]+) to ", self.dnsmasq.log())
        self.assertEqual([name for name in sent if name in FILES], FILES)

    def assert_log_arrived(self):
        wanted = ["init: kernel", "init: eth0: link", "init: station: http://10.77.0.1:5000", "watchdog: on",
                  "clock: set to the station's", "registered with 10.77.0.1:5000"]

        def missing():
            log = self.device_log()
            return [text for text in wanted if not any(text in line for line in log)]

        wait_for(lambda: not missing(), 20, "the device's log, " + str(wanted))

    def reboots(self, machine, device):
        """The action really restarts the machine: its boot ROM is there again."""
        before = machine.seconds()
        self.station.operator("POST", f"devices/{MAC}/actions", {"action": "reboot"})
        self.wait_registered(machine, old_boot=device["boot_id"])
        self.assertIsNotNone(machine.find("U-Boot 20", after=before), machine.console())
        self.assertTrue(any("rebooting" in line for line in self.device_log()))
        self.stage("restart to registered", machine.seconds() - before)

    def print_stages(self):
        print("\nseconds per stage (QEMU virt, TCG):")
        for name, seconds in self.stages:
            print(f"  {seconds:7.1f}  {name}")


if __name__ == "__main__":
    main()
