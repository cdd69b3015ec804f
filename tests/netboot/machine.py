# SPDX-License-Identifier: GPL-3.0-or-later
"""QEMU's virt machine with a network card on a tap device: one that boots over the network and has nothing else, U-Boot being
its boot ROM, and one that starts with a kernel. And the bench's wire: a bridge in the network namespace of this process."""
import os
import shutil
import socket
import subprocess
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
U_BOOT = "/usr/lib/u-boot/qemu_arm64/u-boot.bin"
FLASH_SIZE = 64 * 1024 * 1024
# As u-boot.env has them.
MAC = "dc:a6:32:be:ef:01"
SERIAL = "a1b2c3d4"
BRIDGE, TAP = "br0", "tap0"


def ip(arguments):
    subprocess.run(["ip"] + arguments.split(), check=True)


def make_bench():
    ip("link set lo up")
    ip(f"link add {BRIDGE} type bridge stp_state 0 forward_delay 0")
    ip(f"tuntap add {TAP} mode tap")
    ip(f"link set {TAP} master {BRIDGE} up")
    ip(f"link set {BRIDGE} up")


def remove_bench():
    ip(f"link del {TAP}")
    ip(f"link del {BRIDGE}")


def make_flash(folder):
    """Boot ROM and its environment, as the two flash chips of the virt machine."""
    rom, environment = os.path.join(folder, "rom"), os.path.join(folder, "environment")
    shutil.copy(U_BOOT, rom)
    with open(os.path.join(HERE, "u-boot.env"), encoding="utf-8") as lines:
        text = "".join(line for line in lines if not line.startswith("#"))
    subprocess.run(["mkenvimage", "-s", "0x40000", "-o", environment, "-"], input=text.encode(), check=True)
    for path in (rom, environment):
        os.truncate(path, FLASH_SIZE)
    return rom, environment


class Machine:
    """Power-on is the constructor. `lines` collects (seconds since then, text) from the serial console. `boots_from`: QEMU's
    arguments for what the machine starts with."""

    def __init__(self, boots_from, cores=2):
        self.lines = []
        self.started = time.monotonic()
        self.process = subprocess.Popen([
            "qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a72", "-smp", str(cores), "-m", "1024",
            "-display", "none", "-serial", "stdio",
            "-rtc", "base=2020-01-01",  # a Pi has no clock of its own
            "-netdev", f"tap,id=net,ifname={TAP},script=no,downscript=no",
            "-device", f"virtio-net-pci,id=card0,netdev=net,mac={MAC},romfile=",
            "-device", "i6300esb", *boots_from],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append((self.seconds(), line.decode(errors="replace").strip()))

    def seconds(self):
        return time.monotonic() - self.started

    def is_on(self):
        return self.process.poll() is None

    def find(self, text, after=0.0):
        """When the console first said so, or None."""
        return next((at for at, line in list(self.lines) if at > after and text in line), None)

    def type(self, text):
        """A line on the serial console's keyboard."""
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def console(self):
        return "\n".join(f"{at:7.2f} {line}" for at, line in self.lines[-60:])

    def switch_off(self):
        if self.is_on():
            self.process.kill()
        self.process.wait()
        self.reader.join(5)
        self.process.stdin.close()
        self.process.stdout.close()


class NetbootMachine(Machine):
    """U-Boot as boot ROM, and an SD card; nothing else."""

    def __init__(self, folder, card, cores=2):
        rom, environment = make_flash(folder)
        super().__init__([
            "-monitor", "none",
            "-drive", f"if=pflash,format=raw,readonly=on,file={rom}",
            "-drive", f"if=pflash,format=raw,file={environment}",
            "-device", "sdhci-pci", "-device", "sd-card,drive=card",
            "-drive", f"id=card,if=none,format=raw,cache=unsafe,file={card}"], cores)


class KernelMachine(Machine):
    """Kernel and initramfs as they are, without a boot ROM. It has no link until it is given one."""

    def __init__(self, folder, kernel, initramfs, command_line):
        self.monitor_path = os.path.join(folder, "monitor")
        super().__init__([
            "-S", "-monitor", f"unix:{self.monitor_path},server=on,wait=off",
            "-kernel", kernel, "-initrd", initramfs, "-append", command_line])
        while not os.path.exists(self.monitor_path):
            time.sleep(0.02)
        self.monitor("set_link card0 off", "cont")

    def monitor(self, *commands):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.monitor_path)
            answers = connection.makefile("rwb")
            for command in commands:
                answers.write(command.encode() + b"\n")
            answers.flush()
            connection.shutdown(socket.SHUT_WR)
            return answers.read().decode(errors="replace")
