# SPDX-License-Identifier: GPL-3.0-or-later
"""A network as the field has it: a switch, the station and devices, a gigabit link each, both ways.

Ports are network namespaces on one bridge; a token bucket on both ends of each cable is its speed. What runs in them
disappears with the process that made them.
"""
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time

LINK_BITS = 1_000_000_000
# Of 1514 bytes on the cable (preamble and gap are not counted by the token bucket) 1448 are TCP payload.
PAYLOAD_BYTES_PER_S = LINK_BITS / 8 * 1448 / 1514
STATION_ADDRESS = "10.77.0.1"
INSIDE = "PS_INSIDE_LAN"
CANNOT_JUDGE = 77


def enter():
    """Runs the program again in a network namespace of its own, which becomes the station's."""
    if os.environ.get(INSIDE):
        return
    missing = [tool for tool in ("ip", "tc", "unshare", "nsenter")
               if not shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin:/sbin")]
    if os.geteuid() != 0 or missing:
        print(f"skipped: needs root and {', '.join(missing) or 'nothing else'}")
        sys.exit(CANNOT_JUDGE)
    command = ["unshare", "--net", "--mount", "--propagation", "private", sys.executable, "-B", *sys.argv]
    os.execvpe(command[0], command, {**os.environ, INSIDE: "yes", "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})


def run(*command):
    subprocess.run(command, check=True)


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def shape(interface, *prefix):
    run(*prefix, "tc", "qdisc", "add", "dev", interface, "root", "tbf", "rate", f"{LINK_BITS}bit", "burst", "256kb",
        "latency", "20ms")


class Namespace:
    """Held by a process that does nothing."""

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"], preexec_fn=die_with_parent)
        own = os.readlink("/proc/self/ns/net")
        while os.readlink(f"/proc/{self.holder.pid}/ns/net") == own:
            time.sleep(0.01)
        run(*self.prefix, "ip", "link", "set", "lo", "up")

    @property
    def prefix(self):
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net"]

    def start(self, command, **options):
        return subprocess.Popen([*self.prefix, *command], preexec_fn=die_with_parent, **options)


class Lan:
    """The switch, and the station's port: this process' own namespace."""

    def __init__(self, devices):
        run("ip", "link", "set", "lo", "up")
        self.switch = Namespace()
        run(*self.switch.prefix, "ip", "link", "add", "switch0", "type", "bridge")
        run(*self.switch.prefix, "ip", "link", "set", "switch0", "up")
        self.plug("station0", str(os.getpid()), STATION_ADDRESS)
        self.devices = [Port(self, number) for number in range(devices)]

    def set_cable(self, port, plugged):
        run(*self.switch.prefix, "ip", "link", "set", "s-" + port.name, "up" if plugged else "down")

    def end(self):
        """The station's end goes with the switch's."""
        for namespace in (*self.devices, self.switch):
            namespace.holder.kill()
            namespace.holder.wait()
        while self.has_station_port():
            time.sleep(0.01)

    def has_station_port(self):
        return subprocess.run(["ip", "link", "show", "dev", "station0"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0

    def plug(self, name, pid, address, *prefix):
        """A cable from the switch to the namespace of process `pid`."""
        run(*self.switch.prefix, "ip", "link", "add", "s-" + name, "type", "veth", "peer", "name", name, "netns", pid)
        run(*self.switch.prefix, "ip", "link", "set", "s-" + name, "master", "switch0", "up")
        shape("s-" + name, *self.switch.prefix)
        run(*prefix, "ip", "address", "add", address + "/24", "dev", name)
        run(*prefix, "ip", "link", "set", name, "up")
        shape(name, *prefix)


class Port(Namespace):
    """A device's namespace and its cable."""

    def __init__(self, network, number):
        super().__init__()
        self.name = f"device{number}"
        self.mac = f"02:00:00:00:1a:{number:02x}"
        network.plug(self.name, str(self.holder.pid), f"10.77.0.{100 + number}", *self.prefix)

    def sent_bytes(self):
        """What this port has put on its cable."""
        return self.counted("tx")

    def received_bytes(self):
        return self.counted("rx")

    def counted(self, direction):
        told = subprocess.run([*self.prefix, "ip", "-json", "-stats", "link", "show", "dev", self.name],
                              stdout=subprocess.PIPE, check=True).stdout
        return json.loads(told)[0]["stats64"][direction]["bytes"]
