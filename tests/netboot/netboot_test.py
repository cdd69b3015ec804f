# SPDX-License-Identifier: GPL-3.0-or-later
"""From power-on to a proven deploy: a QEMU machine whose only source is the netboot kit, by the station's own DHCP and TFTP.

Runs in network and mount namespaces of its own (run.sh makes them), with an empty /run. PS_KIT names the kit,
PS_STATION the station.
"""
import os
import shutil
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

from harness import MIB, Station, StationTest, disk_image, main, random_file, sh, wait_for  # noqa: E402
from machine import BRIDGE, MAC, SERIAL, NetbootMachine, make_bench, remove_bench  # noqa: E402

KIT = os.environ["PS_KIT"]
IMAGE_SIZE = 64 * MIB + 512
CARD_SIZE = 128 * MIB
# What a Pi fetches with this kit, in its order; and what it asks for and does not get.
FILES = ["config.txt", "start4cd.elf", "fixup4cd.dat", "initramfs.img", "bcm2711-rpi-cm4.dtb", "cmdline.txt",
         "kernel8.img"]
PROBES = [f"{SERIAL}/start4.elf", f"{SERIAL}/start.elf", "pieeprom.sig", "recover4.elf", "recovery.elf", "dt-blob.bin",
          "bootcfg.txt"]
STAGES = ["seen", "offered", "firmware", "initramfs", "kernel", "network-up", "registered"]


class NetbootTest(StationTest):
    cores = 2

    def setUp(self):
        make_bench()
        self.addCleanup(remove_bench)
        # Where dnsmasq's user, who is not root, may read.
        self.root = tempfile.mkdtemp(prefix="ps-kit-", dir="/var/tmp")
        self.addCleanup(shutil.rmtree, self.root)
        os.chmod(self.root, 0o755)
        shutil.copytree(KIT, self.root, dirs_exist_ok=True)
        super().setUp()
        self.seconds = []

    def start_station(self):
        station = Station(self.folder, "--netboot", BRIDGE, "--netboot-address", "10.77.0.1/24", "--tftp-root", self.root,
                          listen="0.0.0.0:5000")
        self.addCleanup(self.end_station, station)
        return station

    def switch_on(self, card):
        machine = NetbootMachine(self.folder, card, self.cores)
        self.addCleanup(machine.switch_off)
        return machine

    def device(self):
        return next((d for d in self.station.operator("GET", "devices")["devices"] if d["mac"] == MAC), None)

    def boot(self):
        return self.station.operator("GET", f"devices/{MAC}/boot")

    def device_log(self):
        return [line["text"] for line in self.station.operator("GET", f"devices/{MAC}/log")["lines"]]

    def wait_on(self, machine, condition, seconds, what):
        """With the console when it takes too long."""
        try:
            return wait_for(condition, seconds, what)
        except AssertionError as late:
            raise AssertionError(f"{late}\n{machine.console()}\n{self.boot() if self.device() else 'not seen'}\n"
                                 f"{self.station.log()}") from None

    def wait_registered(self, machine, seconds=180):
        def registered():
            assert machine.is_on(), "the machine is off"
            device = self.device()
            return device if device and device["boot"]["state"] == "registered" else None

        return self.wait_on(machine, registered, seconds, "registration")

    def note(self, name, seconds):
        self.seconds.append((name, seconds))

    def test_from_power_on_to_the_loop_guard(self):
        image, card = self.path("golden.img"), self.path("card")
        disk_image(image, IMAGE_SIZE, fill=12 * MIB)
        random_file(card, CARD_SIZE, 7)  # whatever was on it before
        image_id = self.station.import_image(image)

        machine = self.switch_on(card)
        self.comes_up(machine)
        self.is_deployed(machine, image_id, card, image)
        self.is_refused(machine)
        machine = self.comes_up_again(card)
        self.is_backed_up(machine, card)
        self.print_seconds()

    def comes_up(self, machine):
        self.wait_on(machine, lambda: self.device() and self.device()["boot"]["state"] == "booting", 60,
                     "a row before anything is loaded")
        device = self.wait_registered(machine)
        self.note_boot(machine, machine.seconds())
        self.assertEqual((device["level"], device["storage"]["type"], device["storage"]["size"]),
                         ("full", "SD", CARD_SIZE))
        self.timeline_is_complete(machine)
        self.log_has_arrived()

    def note_boot(self, machine, registered):
        """Where the boot's seconds went, by the console."""
        marks = [("until DHCP has answered", machine.find("DHCP client bound")),
                 ("firmware and settings by TFTP", machine.find("'initramfs.img'")),
                 ("initramfs by TFTP", machine.find("'bcm2711-rpi-cm4.dtb'")),
                 ("device tree, command line and kernel by TFTP", machine.find("Starting kernel")),
                 ("kernel and drivers", machine.find("init: kernel")),
                 ("link and DHCP lease", machine.find("init: interface=")),
                 ("client registered", registered)]
        before = 0.0
        for name, at in marks:
            self.assertIsNotNone(at, f"the console never showed: {name}\n{machine.console()}")
            self.note(name, at - before)
            before = at
        self.note("power-on to registered", registered)

    def timeline_is_complete(self, machine):
        boot = self.boot()
        self.assertEqual((boot["serial"], boot["stage"]), (SERIAL, "registered"))
        self.assertEqual([step["stage"] for step in boot["steps"]], STAGES)
        spent = [step["seconds"] for step in boot["steps"] if "seconds" in step]
        self.assertTrue(all(second >= 0 for second in spent), boot["steps"])
        self.assertLess(sum(spent), machine.seconds())
        # Kernel and drivers take their time; that much the timeline must show.
        self.assertGreater(sum(spent), 2)
        self.assertEqual([file["name"] for file in boot["files"]], FILES)
        self.assertEqual([file["bytes"] for file in boot["files"]],
                         [os.path.getsize(os.path.join(KIT, name)) for name in FILES])
        self.assertEqual(boot["probes"], PROBES)

    def log_has_arrived(self):
        wanted = ["init: kernel", "init: eth0: link", "init: station: http://10.77.0.1:5000", "watchdog: on",
                  "clock: set to the station's", "registered with 10.77.0.1:5000"]

        def missing():
            log = self.device_log()
            return [text for text in wanted if not any(text in line for line in log)]

        wait_for(lambda: not missing(), 20, f"the device's log: {wanted}")

    def run_job(self, machine, job, outcome):
        begun = time.monotonic()
        done = self.station.wait_job(job, seconds=240)
        self.assertEqual((done["state"], done["outcome"]), ("succeeded", outcome), f"{done}\n{machine.console()}")
        self.note(f"{done['kind']}, card of {CARD_SIZE // MIB} MiB", time.monotonic() - begun)

    def is_deployed(self, machine, image_id, card, image):
        # An SD card is nothing that a deploy takes by itself.
        wish = {"mac": MAC, "kind": "deploy", "image": image_id}
        refused = self.station.operator("POST", "jobs", wish, expect=409)
        self.assertEqual(refused["error"]["code"], "device-is-sd-card")
        self.run_job(machine, self.station.deploy(MAC, image_id, allow=["sd"]), "verified")
        self.assertSameFile(card, image, IMAGE_SIZE)
        with open(card, "rb") as file:
            file.seek(CARD_SIZE - MIB)
            self.assertEqual(file.read().strip(b"\0"), b"", "the stale end is still there")

    def is_refused(self, machine):
        """Told to restart, it really does; its boot ROM then gets no answer, so that a Pi would go on to its eMMC."""
        before = machine.seconds()
        self.wait_on(machine, lambda: machine.find("rebooting"), 60, "the order to reboot")
        self.wait_on(machine, lambda: machine.find("U-Boot 20", after=before), 60, "a restart")
        restarted = machine.seconds()
        self.wait_on(machine, lambda: not machine.is_on(), 120, "the boot ROM giving up")
        self.assertIsNone(machine.find("DHCP client bound", after=restarted), machine.console())
        device = self.device()
        self.assertEqual((device["boot"]["state"], device["netboot_refused"]), ("refused", True))
        self.assertTrue(any("rebooting" in line for line in self.device_log()))

    def comes_up_again(self, card):
        self.station.operator("POST", f"devices/{MAC}/actions", {"action": "rearm"})
        machine = self.switch_on(card)
        self.wait_registered(machine)
        return machine

    def is_backed_up(self, machine, card):
        saved = self.path("saved.img.zst")
        self.run_job(machine, self.station.backup(MAC, saved, scope="exact"), "backup-verified")
        code, output = sh('zstd -dc "$A" | cmp - "$B"', A=saved, B=card)
        self.assertEqual(code, 0, output)

    def print_seconds(self):
        print("\nseconds (QEMU virt, emulated):")
        for name, seconds in self.seconds:
            print(f"  {seconds:7.1f}  {name}")


if __name__ == "__main__":
    main()
