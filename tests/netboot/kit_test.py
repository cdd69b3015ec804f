# SPDX-License-Identifier: GPL-3.0-or-later
"""What build.sh --check says of kits that are damaged, and what the parts of the builder do with odd input."""
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
BUILDER = os.path.join(ROOT, "installer", "netboot")
sys.path.insert(0, BUILDER)

from kernel_modules import dependencies, ordered_modules  # noqa: E402


class CheckTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ps-kit-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.kit = os.path.join(self.folder, "kit")
        shutil.copytree(os.environ["PS_KIT"], self.kit)

    def path(self, name):
        return os.path.join(self.kit, name)

    def check(self):
        done = subprocess.run([os.path.join(BUILDER, "build.sh"), "--check", self.kit], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout

    def assertComplaint(self, *texts):
        code, said = self.check()
        self.assertEqual(code, 1, said)
        for text in texts:
            self.assertIn(text, said)

    def test_whole(self):
        code, said = self.check()
        self.assertEqual(code, 0, said)
        self.assertIn("complete", said)
        sizes = [os.path.getsize(self.path(name)) for name in ("kernel8.img", "initramfs.img")]
        self.assertLessEqual(sum(sizes), 15_000_000)

    def test_missing_and_damaged(self):
        os.remove(self.path("start4.elf"))
        os.remove(self.path("bcm2711-rpi-cm4.dtb"))
        with open(self.path("cmdline.txt"), "a", encoding="utf-8") as file:
            file.write("x")
        with open(self.path("kernel8.img"), "r+b") as file:
            file.write(b"nonsense")
        self.assertComplaint("start4.elf is missing", "bcm2711-rpi-cm4.dtb is missing", "cmdline.txt has",
                             "kernel8.img is no arm64 kernel")

    def test_a_flipped_bit(self):
        with open(self.path("initramfs.img"), "r+b") as file:
            file.seek(100_000)
            byte = file.read(1)[0]
            file.seek(100_000)
            file.write(bytes([byte ^ 1]))
        self.assertComplaint("initramfs.img is not what was built")

    def test_too_large_for_tftp(self):
        os.truncate(self.path("initramfs.img"), 65 * 1024 * 1024)
        self.assertComplaint("no more than 63 MiB by TFTP", "kernel and initramfs have")

    def test_without_manifest(self):
        os.remove(self.path("manifest.json"))
        code, said = self.check()
        self.assertEqual((code, said.count("\n")), (1, 1), said)
        self.assertIn("manifest.json is missing", said)

    def test_manifests_that_say_nothing(self):
        for text in ('{"files":[]}', '{"files":{}}', '{"files":{"config.txt":5}}', '{"files":{"config.txt":{"size":"x"}}}',
                     "[]", "", "{}", "\xff"):
            with open(self.path("manifest.json"), "w", encoding="latin-1") as file:
                file.write(text)
            self.assertComplaint("manifest.json cannot be read, or lists no files")
            self.assertNotIn("Traceback", self.check()[1])

    def test_settings_as_the_firmware_reads_them(self):
        def config(text):
            with open(self.path("config.txt"), "w", encoding="utf-8") as file:
                file.write(text)
            return self.check()[1]

        said = config("kernel=other.img\n")
        self.assertIn("other.img is missing", said)
        self.assertIn("config.txt names no initramfs", said)
        # The last one counts.
        said = config("kernel=other.img\n kernel=kernel8.img\ninitramfs no.img followkernel\n\tinitramfs initramfs.img\n")
        self.assertNotIn("other.img", said)
        self.assertNotIn("no.img", said)
        self.assertIn("last.img is missing", config("kernel=kernel8.img\nkernel=last.img\ninitramfs initramfs.img\n"))

    def test_device_tree_without_alias(self):
        subprocess.run(["fdtput", "-d", self.path("bcm2711-rpi-cm4.dtb"), "/aliases", "mmc0"], check=True)
        self.assertComplaint("has no alias mmc0")
        with open(self.path("bcm2711-rpi-cm4.dtb"), "wb") as file:
            file.write(b"\xd0\x0d\xfe\xed" + bytes(20))
        self.assertComplaint("bcm2711-rpi-cm4.dtb is no device tree")

    def test_no_such_folder(self):
        self.kit = os.path.join(self.folder, "none")
        code, said = self.check()
        self.assertEqual(code, 1)
        self.assertIn("no such folder", said)


def module_file(info):
    """The least ELF file with a .modinfo section."""
    names = b"\0.modinfo\0.shstrtab\0"
    sections = 64 + len(info) + len(names)
    head = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 1, 183, 1, 0, 0, sections, 0, 64, 0, 0, 64, 3, 2)

    def section(name, offset, size):
        return struct.pack("<IIQQQQIIQQ", name, 1, 0, 0, offset, size, 0, 0, 1, 0)

    return head + info + names + section(0, 0, 0) + section(1, 64, len(info)) + section(10, 64 + len(info), len(names))


class ModuleTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ps-modules-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.write("modules.builtin", b"kernel/drivers/mmc/core/mmc_core.ko\n")

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)

    def test_dependencies(self):
        info = b"license=GPL\0depends=sdhci,sdhci-pltfm\0softdep=pre: fixed post: later\0name=x\0"
        self.assertEqual(dependencies(module_file(info)), ["sdhci", "sdhci_pltfm", "fixed"])
        self.assertEqual(dependencies(module_file(b"depends=\0")), [])

    def test_order(self):
        for name, depends in (("a", "b-1,mmc_core"), ("b-1", "c"), ("c", ""), ("d", "c")):
            self.write(f"kernel/{name}.ko", module_file(b"depends=" + depends.encode() + b"\0"))
        names = [name for name, _ in ordered_modules(self.folder, ["a", "d"])]
        self.assertEqual(names, ["c.ko", "b_1.ko", "a.ko", "d.ko"])

    def test_missing_module(self):
        with self.assertRaisesRegex(SystemExit, "no module 'nowhere'"):
            ordered_modules(self.folder, ["nowhere"])


class ArchiveTest(unittest.TestCase):
    def test_device_nodes_and_owner(self):
        """The archive as bytes: sorted names, times 0, owner root, console as a device."""
        image = os.path.join(os.environ["PS_KIT"], "initramfs.img")
        data = subprocess.run(["zstd", "-dc", image], stdout=subprocess.PIPE, check=True).stdout
        at, names = 0, []
        while True:
            self.assertEqual(data[at:at + 6], b"070701")
            fields = [int(data[at + 6 + 8 * i:at + 14 + 8 * i], 16) for i in range(13)]
            name = data[at + 110:at + 110 + fields[11] - 1].decode()
            if name == "TRAILER!!!":
                break
            self.assertEqual((fields[2], fields[3], fields[5]), (0, 0, 0), name)
            if name == "dev/console":
                self.assertEqual((fields[1], fields[9], fields[10]), (0o020600, 5, 1))
            names.append(name)
            content = (at + 110 + fields[11] + 3) // 4 * 4
            at = (content + fields[6] + 3) // 4 * 4
        self.assertEqual(names, sorted(names))
        order = [name.split("/")[-1] for name in names if name.endswith(".ko")]
        for module in ("fixed.ko", "gpio_regulator.ko", "sdhci_iproc.ko", "genet.ko", "bcm2835_wdt.ko"):
            self.assertIn(module, order)


if __name__ == "__main__":
    unittest.main(verbosity=1)
