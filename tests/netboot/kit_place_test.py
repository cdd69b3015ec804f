#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a kit that is there when building a new one fails: it stays whole, and nothing is left beside it. The
builder's own functions are driven for what comes after the work; build.sh itself, with a tool that hangs, for the rest.

Mounts small file systems in a mount namespace of its own; needs root (77: it cannot be had here).
"""
import errno
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILDER = ROOT / "installer/netboot"
MIB = 1024 * 1024
sys.path[:0] = [str(BUILDER), str(ROOT / "tests/e2e")]

import swap_folders  # noqa: E402
from harness import wait_for  # noqa: E402

DRIVER = 'set -eu; here=$1; shift; die() { echo "$*" >&2; exit 1; }; . "$here/kit_place.sh"; "$@"'


def drive(*call, **options):
    return subprocess.run(["bash", "-c", DRIVER, "bash", str(BUILDER), *map(str, call)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60, check=False, **options)


class PlaceTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ps-place-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.shelf = self.folder / "shelf"
        self.shelf.mkdir()
        self.out = self.shelf / "kit"

    def make_kit(self, path, text, size=0):
        (path / "licences").mkdir(parents=True)
        (path / "manifest.json").write_text(text)
        (path / "kernel8.img").write_bytes(os.urandom(size))
        (path / "licences/busybox.txt").write_text(text)
        return path

    def mount_shelf(self, options):
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", self.shelf], check=True)
        self.addCleanup(subprocess.run, ["umount", self.shelf], check=True)

    def assertKit(self, text):
        self.assertEqual((self.out / "manifest.json").read_text(), text)
        self.assertEqual((self.out / "licences/busybox.txt").read_text(), text)
        self.assertEqual(os.listdir(self.shelf), ["kit"])

    def build(self, out, **environment):
        return subprocess.run([BUILDER / "build.sh", str(out)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=60, check=False, env={**os.environ, **environment})

    def tools_but(self, missing):
        """A PATH with everything but one program."""
        folder = self.folder / "bin"
        folder.mkdir()
        for path in os.environ["PATH"].split(":") + ["/usr/sbin", "/sbin"]:
            for tool in os.scandir(path) if os.path.isdir(path) else []:
                link = folder / tool.name
                if tool.name != missing and not link.is_symlink():
                    link.symlink_to(tool.path)
        return str(folder)

    def test_new_and_again(self):
        self.assertEqual(drive("put_in_place", self.make_kit(self.folder / "one", "one"), self.shelf / "a/b/kit").returncode, 0)
        self.assertEqual((self.shelf / "a/b/kit/manifest.json").read_text(), "one")
        shutil.rmtree(self.shelf / "a")
        self.make_kit(self.out, "old")
        told = drive("put_in_place", self.make_kit(self.folder / "two", "new"), self.out)
        self.assertEqual(told.returncode, 0, told.stdout)
        self.assertKit("new")

    def test_everybody_may_read_it(self):
        before = os.umask(0o077)
        self.addCleanup(os.umask, before)
        told = drive("put_in_place", self.make_kit(self.folder / "kit", "x"), self.shelf / "new/kit")
        self.assertEqual(told.returncode, 0, told.stdout)
        modes = {path.name: path.stat().st_mode & 0o777 for path in (self.shelf / "new").rglob("*")}
        self.assertEqual(modes, {"kit": 0o755, "licences": 0o755, "manifest.json": 0o644, "kernel8.img": 0o644,
                                 "busybox.txt": 0o644})
        self.assertEqual((self.shelf / "new").stat().st_mode & 0o777, 0o755)

    def test_names(self):
        for name in (f"{self.out}/", f"{self.out}//", f"{self.shelf}/./kit", f"{self.shelf}/x/../kit"):
            self.assertEqual(drive("place_of", name).stdout, f"{self.out}\n", name)
        (self.folder / "link").symlink_to(self.out)
        self.assertEqual(drive("place_of", self.folder / "link/").stdout, f"{self.out}\n")

    def test_full_disk(self):
        self.mount_shelf("size=6m")
        self.make_kit(self.out, "old", 2 * MIB)
        told = drive("put_in_place", self.make_kit(self.folder / "new", "new", 5 * MIB), self.out)
        self.assertNotEqual(told.returncode, 0)
        self.assertIn("No space left", told.stdout)
        drive("clear_place", self.out)
        self.assertKit("old")

    def test_room_is_asked_for_before_building(self):
        self.mount_shelf("size=20m")
        self.make_kit(self.out, "old")
        told = self.build(f"{self.out}/")
        self.assertEqual(told.returncode, 1)
        self.assertRegex(told.stdout, r"MiB left; the kit needs 64")
        self.assertKit("old")
        scratch = self.build(self.folder / "elsewhere", TMPDIR=str(self.shelf))
        self.assertRegex(scratch.stdout, r"MiB left; building needs 512")

    def test_read_only_place(self):
        self.mount_shelf("size=200m")
        self.make_kit(self.out, "old")
        subprocess.run(["mount", "-o", "remount,ro", self.shelf], check=True)
        for out in (self.out, self.shelf / "new/kit"):
            told = self.build(out)
            self.assertEqual(told.returncode, 1)
            self.assertRegex(told.stdout, r"not writable")
        self.assertKit("old")

    def test_what_is_no_kit_is_left_alone(self):
        self.out.mkdir()
        (self.out / "thesis.txt").write_text("x")
        self.assertIn("is no netboot kit", self.build(self.out).stdout)
        self.assertTrue((self.out / "thesis.txt").exists())
        file = self.folder / "file"
        file.write_text("x")
        self.assertIn("is no folder", self.build(file).stdout)
        self.assertIn("not writable", self.build(file / "kit").stdout)

    def test_the_root_of_a_mount(self):
        self.mount_shelf("size=200m")
        self.assertIn("file system is mounted", self.build(self.shelf).stdout)

    def test_a_missing_tool_is_named_before_building(self):
        self.make_kit(self.out, "old")
        told = self.build(self.out, PATH=self.tools_but("fdtput"))
        self.assertEqual(told.returncode, 1)
        self.assertIn("missing: fdtput (installer/packages.sh client)", told.stdout)
        self.assertKit("old")

    def test_interrupted(self):
        """In the middle of the work: a tool that does not come back, and which is ended, too."""
        self.make_kit(self.out, "old")
        tools, scratch, cache, started = (self.folder / name for name in ("tools", "scratch", "cache", "started"))
        for folder in (tools, scratch, cache):
            folder.mkdir()
        hanging = tools / "apt-get"
        hanging.write_text(f"#!/bin/sh\necho $$ > {started}.part\nmv {started}.part {started}\nexec sleep 600\n")
        hanging.chmod(0o755)
        for number, code in ((signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)):
            with self.subTest(number):
                started.unlink(missing_ok=True)
                # Nothing is cached, so that the first thing the work does is to ask apt-get.
                build = subprocess.Popen(
                    [BUILDER / "build.sh", f"{self.out}/"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                    env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "TMPDIR": str(scratch),
                         "XDG_CACHE_HOME": str(cache)})
                self.addCleanup(build.kill)
                wait_for(started.exists)
                self.assertNotEqual(os.listdir(scratch), [])
                build.send_signal(number)
                self.assertEqual(build.wait(20), code)
                self.assertFalse(os.path.exists(f"/proc/{started.read_text().strip()}"))
                self.assertEqual(os.listdir(scratch), [])
                self.assertKit("old")

    def test_swap_where_the_file_system_cannot_exchange(self):
        new, old = self.make_kit(self.folder / "new", "new"), self.make_kit(self.out, "old")
        swap_folders.rename_twice(str(new), str(old))
        self.assertKit("new")
        self.assertEqual((new / "manifest.json").read_text(), "old")
        with self.assertRaises(OSError) as raised:
            swap_folders.rename_twice(str(self.folder / "nothing"), str(old))
        self.assertEqual(raised.exception.errno, errno.ENOENT)
        self.assertKit("new")

    def test_swap_that_was_cut_short_is_put_right(self):
        self.make_kit(self.shelf / "kit.old", "old")
        self.assertEqual(drive("check_place", self.out).returncode, 0)
        self.assertKit("old")


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("skipped: needs root, for mounts of its own")
        sys.exit(77)
    if not os.environ.get("PS_INSIDE_NAMESPACES"):
        os.execvpe("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, "-B", *sys.argv],
                   {**os.environ, "PS_INSIDE_NAMESPACES": "yes"})
    unittest.main(verbosity=1)
