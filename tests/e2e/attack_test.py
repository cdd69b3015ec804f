# SPDX-License-Identifier: GPL-3.0-or-later
"""A device's polls and a deploy beside attacks, in short: what must hold on a busy machine, too. For times: tests/attack."""
import os
import shutil
import sys
import tempfile
import unittest

from harness import MIB, main, wait_for

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "attack"))
import attack  # noqa: E402


class AttackTest(unittest.TestCase):
    def setUp(self):
        attack.raise_limit()
        self.folder = tempfile.mkdtemp(prefix="ps-e2e-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.bench = attack.Bench(self.folder)
        self.addCleanup(lambda: self.assertEqual(self.bench.stop(), 0, self.bench.station.log()))

    def beside(self, name, share):
        """A known device is never refused, and every byte of the deploy is right."""
        function, sources, each = attack.ATTACKS[name]
        with_them = attack.Attack(function, self.bench.station.port, sources, max(1, each // share))
        figures = self.bench.beside(with_them, 4)
        self.assertEqual((figures["failed"], figures["wrong"]), ([], []))
        self.assertGreater(figures["polls"], 0)
        return figures

    def test_heads_byte_by_byte(self):
        self.beside("heads-5", 2)

    def test_stalled_bodies_from_more_than_there_is_room_for(self):
        figures = self.beside("bodies", 1)
        self.assertLess(figures["high"] - figures["before"], 400 * MIB)

    def test_transfers_that_nobody_knows(self):
        self.beside("rubbish", 2)

    def test_zero_runs_cost_nothing(self):
        memory, files = self.bench.zero_runs(12)
        self.assertLess(files, 64 * 1024)
        # Each chunk kept singly were 74 MiB of every device.
        self.assertLess(memory, 200 * MIB)
        # Nor after a restart, when all are taken up again.
        self.bench.station.kill()
        self.bench.station.start()
        wait_for(lambda: self.bench.station.operator("GET", "devices")["devices"], 30, "devices")
        self.assertLess(attack.memory(self.bench.station), 600 * MIB)


if __name__ == "__main__":
    main()
