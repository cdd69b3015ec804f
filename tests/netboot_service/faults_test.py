#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real helper on a machine that is not as it should be: programs missing, other people's network settings."""
import json
import os
import signal
import socket
import subprocess
import sys
import time

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


if __name__ == "__main__":
    bench.enter_namespaces()
    bench.main()
