# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup of what is used, restored to another device: file systems are whole, files the same, nothing else is sent.

The device is full of noise, so that whatever a file system calls free would be seen in the backup's size.
"""
import os

from harness import MIB, StationTest, main, random_file, run, sh, wait_for

MAC = "02:00:00:00:00:05"
SIZE = 400 * MIB
# name: first MiB, length in MiB, type for sfdisk
PARTITIONS = {"boot": (1, 64, "uefi"), "swap": (65, 64, "swap"), "root": (129, 256, "linux")}
FILES = 24 * MIB
SBIN = "PATH=$PATH:/usr/sbin:/sbin; export MTOOLS_SKIP_CHECK=1; set -e; "


class UsedTest(StationTest):
    def command(self, script, **environment):
        code, output = sh(SBIN + script, D=self.folder, **environment)
        self.assertEqual(code, 0, output.decode(errors="replace"))
        return output

    def make_device(self, path):
        random_file(path, SIZE, 1)
        table = "label: gpt\n" + "".join(f"start={first}MiB, size={length}MiB, type={kind}\n"
                                         for first, length, kind in PARTITIONS.values())
        code, output = run(["/usr/sbin/sfdisk", "-q", "-w", "never", path], input=table.encode())
        self.assertEqual(code, 0, output)
        os.makedirs(self.path("tree/deep"))
        random_file(self.path("tree/deep/kernel8.img"), FILES // 2, 5)
        random_file(self.path("tree/deep/config"), 12345, 6)
        random_file(self.path("tree/gone"), FILES, 7)
        for name in PARTITIONS:
            self.extract(path, name, name)
        self.command('mkfs.vfat -F 32 -s 1 "$D/boot"; mcopy -s -i "$D/boot" "$D"/tree/deep "$D"/tree/gone ::/;'
                     'mdel -i "$D/boot" ::/gone; mkswap -q -L exchange "$D/swap";'
                     'mke2fs -q -F -t ext4 -E nodiscard,lazy_itable_init=0,lazy_journal_init=0 -d "$D/tree" "$D/root"; debugfs -w -R "rm /gone" "$D/root"')
        for name, (first, _, _) in PARTITIONS.items():
            self.command('dd if="$D/$N" of="$T" bs=1M seek=$S conv=notrunc status=none', N=name, T=path, S=str(first))

    def extract(self, device, name, to):
        first, length, _ = PARTITIONS[name]
        self.command('dd if="$T" of="$D/$O" bs=1M skip=$S count=$C status=none', T=device, O=to, S=str(first), C=str(length))

    def device_once(self, target, order):
        """One job of a client on this device."""
        client = self.start_client(target, MAC, "--once")
        wait_for(lambda: [d for d in self.station.operator("GET", "devices")["devices"] if d["online"]], 60, "registration")
        job = self.station.wait_job(order())
        self.assertEqual(job["state"], "succeeded", (job, client.log()))
        self.assertEqual(client.wait(), 0, client.log())
        return job

    def backup(self, target, path):
        return self.device_once(target, lambda: self.station.backup(MAC, path))

    def restore(self, path, target):
        image = self.station.import_image(path)
        with open(target, "wb") as file:
            file.truncate(SIZE)
        return self.device_once(target, lambda: self.station.deploy(MAC, image))

    def check_restored(self, device):
        for name in PARTITIONS:
            self.extract(device, name, "restored-" + name)
        self.command('fsck.vfat -n "$D/restored-boot"; e2fsck -fn "$D/restored-root"')
        self.assertIn(b"exchange", self.command('swaplabel "$D/restored-swap"'))
        self.command('mkdir "$D/out-boot" "$D/out-root"; mcopy -s -i "$D/restored-boot" ::/deep "$D/out-boot/";'
                     'debugfs -R "rdump /deep $D/out-root" "$D/restored-root";'
                     'diff -r "$D/tree/deep" "$D/out-boot/deep"; diff -r "$D/tree/deep" "$D/out-root/deep"')

    def check_mounts(self):
        with open("/proc/filesystems") as file:
            known = file.read().split()
        for name, kind in (("boot", "vfat"), ("root", "ext4")):
            if kind not in known:
                print(f"this kernel mounts no {kind}")
                continue
            code, output = run(["unshare", "--mount", "sh", "-c",
                                'mkdir -p "$0/mnt" && mount -o loop,ro -t "$1" "$0/restored-$2" "$0/mnt" &&'
                                ' diff -r "$0/tree/deep" "$0/mnt/deep"', self.folder, kind, name])
            self.assertEqual(code, 0, (name, output))

    def test_only_what_is_used_and_all_of_it(self):
        device, restored = self.path("emmc"), self.path("restored")
        self.make_device(device)
        job = self.backup(device, self.path("b.img.zst"))
        self.assertNotIn("note", job)
        noise = (1 + SIZE // MIB - 385) * MIB  # outside of all partitions
        size = os.path.getsize(self.path("b.img.zst"))
        print(f"used {FILES / MIB:.0f} MiB of files on {SIZE // MIB} MiB of noise, backup {size / MIB:.1f} MiB")
        self.assertLess(size, FILES + noise + 12 * MIB)
        self.restore(self.path("b.img.zst"), restored)
        self.check_restored(restored)
        if os.geteuid() == 0 and os.path.exists("/dev/loop-control"):
            self.check_mounts()

    def test_a_dirty_file_system_is_copied_whole(self):
        device = self.path("emmc")
        self.make_device(device)
        first = PARTITIONS["boot"][0] * MIB
        with open(device, "r+b") as file:
            file.seek(first + 65)
            file.write(b"\1")  # mounted, says FAT32's boot sector
        job = self.backup(device, self.path("b.img"))
        self.assertIn("partition 1: not cleanly unmounted, copied whole", job["note"])
        code, output = run(["cmp", "-i", str(first), "-n", str(64 * MIB), device, self.path("b.img")])
        self.assertEqual(code, 0, output)


if __name__ == "__main__":
    main()
