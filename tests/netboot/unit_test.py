#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The unit of the headless station: private files, no endless restarts, and nothing that systemd does not know."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
UNIT = os.path.join(ROOT, "installer", "system", "provisioning-station.service.in")


def settings():
    """{"Section.Key": value}"""
    found, section = {}, ""
    with open(UNIT, encoding="utf-8") as file:
        for line in map(str.strip, file):
            if line.startswith("["):
                section = line.strip("[]")
            elif line and not line.startswith("#"):
                key, value = line.split("=", 1)
                found[f"{section}.{key}"] = value
    return found


class UnitTest(unittest.TestCase):
    def test_files_are_private(self):
        unit = settings()
        self.assertEqual((unit["Service.UMask"], unit["Service.StateDirectoryMode"]), ("0077", "0700"))

    def test_restarts_end(self):
        unit = settings()
        self.assertEqual(unit["Service.Restart"], "on-failure")
        self.assertEqual(unit["Service.RestartPreventExitStatus"], "2")
        burst, interval = int(unit["Unit.StartLimitBurst"]), int(unit["Unit.StartLimitIntervalSec"])
        # Else the limit is never reached: a start that fails at once comes once in RestartSec.
        self.assertLess(burst * int(unit["Service.RestartSec"]), interval)

    def test_what_was_hardened_stays_so(self):
        unit = settings()
        for key, value in (("ProtectSystem", "full"), ("ProtectHome", "read-only"), ("PrivateTmp", "yes"),
                           ("User", "provisioning-station")):
            self.assertEqual(unit["Service." + key], value)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd-analyze")
    def test_systemd_takes_it(self):
        with open(UNIT, encoding="utf-8") as file:
            # Neither program is installed here.
            text = file.read().replace("@PS_HELPER_PATH@", "/bin/true").replace("/usr/bin/provisioning-station", "/bin/true")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "provisioning-station.service")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            done = subprocess.run(["systemd-analyze", "verify", "--man=no", path], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False)
        said = [line for line in done.stdout.splitlines() if "provisioning-station" in line]
        self.assertEqual(said, [], done.stdout)


if __name__ == "__main__":
    sys.exit(unittest.main())
