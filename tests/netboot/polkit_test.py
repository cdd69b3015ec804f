#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each verb of the root helper has an action of polkit, in whose name pkexec asks. PS_HELPER names the program."""
import os
import pathlib
import re
import subprocess
import unittest
import xml.etree.ElementTree as xml

SYSTEM = pathlib.Path(__file__).resolve().parents[2] / "installer/system"
PREFIX = "org.provisioning-station.netboot."
ARGUMENT = "org.freedesktop.policykit.exec.argv1"
PATH = "org.freedesktop.policykit.exec.path"


def verbs():
    told = subprocess.run([os.environ["PS_HELPER"]], stderr=subprocess.PIPE, text=True, timeout=20)
    return set(re.findall(r"^  (\S+)", told.stderr, re.M))


class PolkitTest(unittest.TestCase):
    def setUp(self):
        self.actions = xml.parse(SYSTEM / "org.provisioning-station.policy.in").getroot().findall("action")

    @staticmethod
    def note(action, key):
        return [each.text for each in action.findall("annotate") if each.get("key") == key]

    def test_one_action_for_each_verb(self):
        named = {self.note(action, ARGUMENT)[0]: action.get("id") for action in self.actions}
        self.assertIn("run", verbs())
        self.assertEqual(named, {verb: PREFIX + verb for verb in verbs()})
        for action in self.actions:
            self.assertEqual(self.note(action, PATH), ["@PS_HELPER_PATH@"])

    def test_nobody_without_a_seat_gets_in_unasked(self):
        for action in self.actions:
            for who in ("allow_any", "allow_inactive"):
                self.assertEqual(action.find(f"defaults/{who}").text, "auth_admin", action.get("id"))

    def test_each_asks_in_both_languages(self):
        for action in self.actions:
            for what in ("description", "message"):
                languages = [each.get("{http://www.w3.org/XML/1998/namespace}lang") for each in action.findall(what)]
                self.assertEqual(languages, [None, "de"], action.get("id"))

    def test_the_headless_rule_covers_all_of_them(self):
        rule = (SYSTEM / "provisioning-station.rules.in").read_text()
        self.assertIn(f'action.id.indexOf("{PREFIX}") == 0', rule)


if __name__ == "__main__":
    unittest.main()
