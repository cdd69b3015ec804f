#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cloud-init document that sets BOOT_ORDER: cloud-init itself finds it valid, and its script, in a folder that stands
for a device's root, does what it says. PS_STATION names the station. Runs under Debian's own Python, for cloud-init's sake.
"""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import yaml

HERE = pathlib.Path(__file__).resolve().parent
CLOUD_INIT_TOOL = HERE.parents[1] / "installer/lib/cloud-init-tool.sh"
STATION = os.environ["PS_STATION"]

FACTORY = "[all]\nBOOT_UART=0\nWAKE_ON_GPIO=1\nBOOT_ORDER=0xf25641\nENABLE_SELF_UPDATE=1\n"
CONFIG_TXT = "# for Seeed's board\n[cm4]\notg_mode=1\n[all]\nenable_uart=1\n"

# As much of rpi-eeprom-config as the script uses. Like the real one it refuses a Compute Module 4 that is not enabled.
FAKE_TOOL = """#!/bin/sh
[ $# -gt 0 ] || exec cat "$EEPROM"
[ "$1" = --apply ] || exit 2
echo "$2" >> "$APPLIED"
[ -z "${BROKEN:-}" ] || { echo "ERROR: no image"; exit 1; }
if grep -q 'Compute Module 4' "$PROVISIONING_ROOT/proc/device-tree/model"; then
    [ "${CM4_ENABLE_RPI_EEPROM_UPDATE:-}" = 1 ] && [ "${RPI_EEPROM_USE_FLASHROM:-}" = 1 ] || exit 1
    [ -e "$PROVISIONING_ROOT/dev/spidev0.0" ] || exit 1
fi
[ -n "${USELESS:-}" ] || cat "$2" > "$EEPROM"
"""


def station(*arguments):
    return subprocess.run([STATION, *arguments], capture_output=True, text=True, timeout=30, check=False)


def document(order):
    told = station("--boot-order", order, "--cloud-init")
    assert told.returncode == 0, told.stderr
    return told.stdout


class Device:
    """A folder as root, tools on the PATH, and the script in the place where cloud-init runs it at each start."""

    def __init__(self, folder, model, eeprom, order="0xf12"):
        self.root = pathlib.Path(folder)
        for name in ("boot/firmware", "proc/device-tree", "dev", "bin"):
            (self.root / name).mkdir(parents=True)
        (self.root / "proc/device-tree/model").write_text(model + "\0")
        self.config_txt = self.root / "boot/firmware/config.txt"
        self.config_txt.write_text(CONFIG_TXT)
        self.eeprom = self.root / "eeprom"
        self.eeprom.write_bytes(eeprom.encode())
        self.applied = self.root / "applied"
        self.log = self.root / "var/log/provisioning-boot-order.log"
        self.restart_flag = self.root / "run/provisioning-boot-order.restart"
        self.add_tool("rpi-eeprom-config", FAKE_TOOL)
        self.add_tool("flashrom", "#!/bin/sh\n")
        self.add_tool("logger", '#!/bin/sh\necho "$*" >> "$PROVISIONING_ROOT/syslog"\n')
        self.script = self.root / "script"
        self.script.write_text(yaml.safe_load(document(order))["write_files"][0]["content"])

    def add_tool(self, name, text):
        tool = self.root / "bin" / name
        tool.write_text(text)
        tool.chmod(0o755)

    def start(self, **environment):
        """One start of the device; what is in /run is new each time."""
        shutil.rmtree(self.root / "run", ignore_errors=True)
        return subprocess.run(
            ["/bin/sh", str(self.script)], capture_output=True, text=True, timeout=30, check=False,
            env={"PATH": f"{self.root}/bin:/usr/bin:/bin", "PROVISIONING_ROOT": str(self.root), "EEPROM": str(self.eeprom),
                 "APPLIED": str(self.applied), **environment})

    def times_applied(self):
        return len(self.applied.read_text().splitlines()) if self.applied.exists() else 0


class SnippetTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def pi4(self, eeprom=FACTORY, **more):
        return Device(self.folder, "Raspberry Pi 4 Model B Rev 1.4", eeprom, **more)

    def cm4(self, eeprom=FACTORY):
        return Device(self.folder, "Raspberry Pi Compute Module 4 Rev 1.0", eeprom)

    def check_schema(self, text):
        tool = subprocess.run([CLOUD_INIT_TOOL], capture_output=True, text=True, check=True).stdout.strip()
        file = pathlib.Path(self.folder) / "user-data"
        file.write_text(text)
        return subprocess.run(
            ["/usr/bin/python3", f"{tool}/usr/bin/cloud-init", "schema", "--config-file", str(file)],
            capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": f"{tool}/usr/lib/python3/dist-packages"})

    def test_cloud_init_finds_it_valid(self):
        for order in ("0xf12", "0xf21", "0xf25641"):
            told = self.check_schema(document(order))
            self.assertEqual(told.returncode, 0, told.stdout + told.stderr)
            self.assertIn("Valid cloud-config", told.stdout)

    def test_it_says_when_nothing_would_happen(self):
        head = document("0xf12").split("write_files:")[0]
        for text in ("since Trixie (October 2025)", "once per instance-id", "sudo cloud-init clean --logs --machine-id"):
            self.assertIn(text, head)
        self.assertTrue(all(line.startswith("#") for line in head.splitlines()), head)

    def test_cloud_init_knows_what_is_asked_of_it(self):
        """That the options are there, and that the two keys run once per instance and the script at every start."""
        tool = subprocess.run([CLOUD_INIT_TOOL], capture_output=True, text=True, check=True).stdout.strip()
        script = ("import sys, cloudinit.config.cc_write_files as w, cloudinit.config.cc_power_state_change as p, "
                  "cloudinit.config.cc_scripts_per_boot as b; from cloudinit.cmd.clean import get_parser; "
                  "a = get_parser().parse_args(['--logs', '--machine-id']); assert a.remove_logs and a.machine_id; "
                  "print(w.meta['frequency'], p.meta['frequency'], b.meta['frequency'])")
        told = subprocess.run(["/usr/bin/python3", "-c", script], capture_output=True, text=True, check=True,
                              env={**os.environ, "PYTHONPATH": f"{tool}/usr/lib/python3/dist-packages"})
        self.assertEqual(told.stdout, "once-per-instance once-per-instance always\n")

    def test_cloud_init_would_find_a_mistake(self):
        told = self.check_schema(document("0xf12").replace("permissions:", "permission:"))
        self.assertNotEqual(told.returncode, 0)

    def test_script_is_clean_shell(self):
        script = self.pi4().script
        told = subprocess.run(["shellcheck", "--shell=sh", str(script)], capture_output=True, text=True, check=False)
        self.assertEqual(told.returncode, 0, told.stdout)

    def test_first_start_writes_and_second_confirms(self):
        device = self.pi4()
        self.assertEqual(device.start().returncode, 0)
        self.assertEqual(device.eeprom.read_text(), FACTORY.replace("0xf25641", "0xf12"))
        self.assertTrue(device.script.exists())
        self.assertEqual(device.start().returncode, 0)
        self.assertFalse(device.script.exists())
        self.assertEqual(device.times_applied(), 1)
        self.assertIn("in effect", device.log.read_text())
        self.assertEqual(device.config_txt.read_text(), CONFIG_TXT)

    def test_nothing_is_written_when_it_is_in_effect(self):
        device = self.pi4(FACTORY.replace("0xf25641", "0xf12"))
        self.assertEqual(device.start().returncode, 0)
        self.assertEqual(device.times_applied(), 0)
        self.assertFalse(device.script.exists())

    def test_compute_module_restarts_once_and_config_txt_is_as_before(self):
        device = self.cm4()
        self.assertEqual(device.start().returncode, 0)
        self.assertEqual(device.times_applied(), 0)
        self.assertTrue(device.restart_flag.exists())
        self.assertIn("dtoverlay=spi-gpio40-45", device.config_txt.read_text())
        (device.root / "dev/spidev0.0").touch()
        self.assertEqual(device.start().returncode, 0, device.log.read_text())
        self.assertFalse(device.restart_flag.exists())
        self.assertEqual(device.eeprom.read_text(), FACTORY.replace("0xf25641", "0xf12"))
        self.assertEqual(device.config_txt.read_text(), CONFIG_TXT)
        self.assertEqual(device.start().returncode, 0)
        self.assertFalse(device.script.exists())

    def test_compute_module_whose_overlay_does_not_work(self):
        device = self.cm4()
        self.assertEqual(device.start().returncode, 0)
        told = device.start()
        self.assertEqual(told.returncode, 1)
        self.assertIn("spidev", told.stderr)

    def test_compute_module_without_flashrom(self):
        device = self.cm4()
        (device.root / "bin/flashrom").unlink()
        told = device.start()
        self.assertEqual(told.returncode, 1)
        self.assertIn("flashrom is missing", told.stderr)

    def test_failures_are_loud(self):
        device = self.pi4()
        told = device.start(BROKEN="1")
        self.assertEqual(told.returncode, 1)
        self.assertIn("FAILED", told.stderr)
        self.assertIn("ERROR: no image", device.log.read_text())
        self.assertIn("user.err", (device.root / "syslog").read_text())
        self.assertTrue(device.script.exists())

    def test_missing_tool(self):
        device = self.pi4()
        (device.root / "bin/rpi-eeprom-config").unlink()
        self.assertIn("rpi-eeprom-config is missing", device.start().stderr)

    def test_empty_configuration_is_not_written_back(self):
        device = self.pi4("\n")
        self.assertEqual(device.start().returncode, 1)
        self.assertEqual(device.times_applied(), 0)

    def test_gives_up(self):
        device = self.pi4()
        for _ in range(6):
            self.assertEqual(device.start(USELESS="1").returncode, 0)
        self.assertEqual(device.start(USELESS="1").returncode, 1)
        self.assertFalse(device.script.exists())
        self.assertEqual(device.times_applied(), 6)

    def test_configurations(self):
        cases = {
            "[all]\nA=1\n": "[all]\nA=1\nBOOT_ORDER=0xf12\n",
            "A=1\n": "A=1\nBOOT_ORDER=0xf12\n",
            "BOOT_ORDER=0x1\nA=1\n": "BOOT_ORDER=0xf12\nA=1\n",
            "[all]\r\nBOOT_ORDER=0xf12\r\n": "[all]\nBOOT_ORDER=0xf12\n",
            "[all]\n  BOOT_ORDER = 0xF641\n": "[all]\nBOOT_ORDER=0xf12\n",
            "[all]\nBOOT_ORDER=0x1\nBOOT_ORDER=0x2\n": "[all]\nBOOT_ORDER=0xf12\n",
            "[cm4]\nBOOT_ORDER=0x1\nB=2\n": "[cm4]\nB=2\n[all]\nBOOT_ORDER=0xf12\n",
            "[all]\nBOOT_ORDER=0x1\n[cm4]\nBOOT_ORDER=0x2\nB=2\n": "[all]\nBOOT_ORDER=0xf12\n[cm4]\nB=2\n",
            "[all]\n#BOOT_ORDER=0x1\nMY_BOOT_ORDER=5\n": "[all]\n#BOOT_ORDER=0x1\nMY_BOOT_ORDER=5\nBOOT_ORDER=0xf12\n",
        }
        for number, (before, after) in enumerate(cases.items()):
            with self.subTest(before):
                device = Device(os.path.join(self.folder, str(number)), "Raspberry Pi 4 Model B", before)
                self.assertEqual(device.start().returncode, 0)
                self.assertEqual(device.eeprom.read_bytes(), after.encode())
                self.assertEqual(device.start().returncode, 0)
                self.assertFalse(device.script.exists())
                self.assertEqual(device.times_applied(), 1)


class CommandLineTest(unittest.TestCase):
    def test_help(self):
        for option in ("--help", "-h"):
            told = station(option)
            self.assertEqual(told.returncode, 0)
            self.assertTrue(told.stdout.startswith("Usage: provisioning-station [options]"), told.stdout)
            self.assertNotIn("--help-all", told.stdout)
        # It started the station.
        told = station("--help-all")
        self.assertEqual((told.returncode, told.stdout), (2, ""))

    def test_explains(self):
        told = station("--boot-order", "0x21")
        self.assertEqual(told.returncode, 0)
        self.assertIn("1. eMMC or SD card (1)", told.stdout)
        self.assertIn("Warning: The digits are tried from the right", told.stdout)
        self.assertIn("0xf12", told.stdout)

    def test_composes(self):
        self.assertIn("BOOT_ORDER=0xf12\n", station("--boot-order", "network,emmc,restart").stdout)

    def test_document_alone_is_on_the_standard_output(self):
        told = station("--boot-order", "0xf21", "--cloud-init")
        self.assertTrue(told.stdout.startswith("#cloud-config\n"))
        self.assertIn("Note: Storage comes before the network", told.stderr)

    def test_mistakes(self):
        for arguments in (["--boot-order", "floppy"], ["--cloud-init"], ["--boot-order", "0", "--cloud-init"],
                          ["--boot-order", "0xf8", "--cloud-init"], ["--boot-order", ""]):
            told = station(*arguments)
            self.assertEqual(told.returncode, 2, arguments)
            self.assertEqual(told.stdout, "")


if __name__ == "__main__":
    unittest.main()
