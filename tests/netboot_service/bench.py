# SPDX-License-Identifier: GPL-3.0-or-later
"""A bench of network namespaces: the station's own (this process), a switch, devices, an uplink; and the real helper
as a process. Everything disappears with the processes that hold the namespaces."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
sys.path.insert(0, os.path.join(HERE, "..", "netboot"))

import kit_files
import namespaces
from harness import CLIENT, STATION, wait_for
from namespaces import Namespace, die_with_parent, run

HELPER = os.environ.get("PS_NETBOOT_HELPER", "build/dev/app/netboot/helper/provisioning-netboot-helper")


def enter_namespaces():
    """Runs the script again in namespaces of its own, with an empty /run."""
    namespaces.enter("dnsmasq", "nft", "curl", prepare="mount -t tmpfs none /run")


def remove_links():
    """The namespaces' end takes their interfaces along, but only when the kernel gets round to it."""
    for name in ("bench0", "up0"):
        run("ip", "link", "delete", name, check=False)


class Device(Namespace):
    """A machine on the bench; its interface is called eth0."""

    def dhcp(self, kind, *arguments):
        # An answer that must come is waited for longer; that none comes is seen in the usual time.
        patience = () if {"--all", "--discover-only"} & set(arguments) else ("--seconds", "4")
        output = self.run(sys.executable, "-B", os.path.join(HERE, "dhcp_client.py"), "eth0", kind, *arguments,
                          *patience)
        return json.loads(output)

    def crowd(self, machines):
        """The addresses that many machines get one after another; see dhcp_crowd.py."""
        done = subprocess.run(self.command(sys.executable, "-B", os.path.join(HERE, "dhcp_crowd.py"), "eth0"), check=True,
                              input=json.dumps(machines), stdout=subprocess.PIPE, text=True)
        return json.loads(done.stdout)

    def take(self, lease):
        """Configures the address of an acknowledged lease."""
        self.run("ip", "-4", "address", "flush", "dev", "eth0")
        self.run("ip", "address", "add", lease["address"] + "/24", "dev", "eth0")
        if 3 in lease["options"] or "3" in lease["options"]:
            self.run("ip", "route", "replace", "default", "via", lease["server"])

    def fetch(self, path, server="10.20.50.1"):
        """A file by TFTP with a block size as the firmware's; None when there is none."""
        with tempfile.NamedTemporaryFile() as file:
            done = subprocess.run(
                self.command("curl", "-sS", "--max-time", "20", "--tftp-blksize", "1468", "-o", file.name,
                             f"tftp://{server}/{path}"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            return file.read() if done.returncode == 0 else None


class Helper:
    """The real helper under the verb `run`; its events as they come."""

    def __init__(self, wish):
        self.process = subprocess.Popen([HELPER, "run"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        preexec_fn=die_with_parent)
        self.events = []
        self.lock = threading.Lock()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.send(wish)

    def read(self):
        for line in self.process.stdout:
            with self.lock:
                self.events.append(json.loads(line))

    def send(self, message):
        self.process.stdin.write((json.dumps(message) + "\n").encode())
        self.process.stdin.flush()

    def all(self, kind, **fields):
        with self.lock:
            found = [event for event in self.events if event["event"] == kind]
        return [event for event in found if all(event.get(key) == value for key, value in fields.items())]

    def wait(self, kind, seconds=15, **fields):
        def found():
            # A failure ends the wait for anything else.
            if kind != "failed" and self.all("failed"):
                raise AssertionError(self.all("failed"))
            return self.all(kind, **fields)
        return wait_for(found, seconds, f"{kind} {fields}; events {self.events[-5:]}")[0]

    def log(self):
        return [event["text"] for event in self.all("log")]

    def wait_log(self, part):
        return wait_for(lambda: [line for line in self.log() if part in line], what=f"log {part}")[0]

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
        code = self.process.wait(15)
        self.reader.join(5)
        self.process.stdout.close()
        return code

    def kill(self):
        self.process.kill()
        self.end()

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join(5)
        self.process.stdout.close()
        if not self.process.stdin.closed:
            self.process.stdin.close()


class BenchTest(unittest.TestCase):
    """A switch, this station's interface bench0 and a folder per test."""

    maxDiff = 3000

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ps-netboot-", dir="/var/tmp")
        os.chmod(self.folder, 0o755)
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.root = os.path.join(self.folder, "tftp")
        os.mkdir(self.root, 0o755)
        self.switch = self.namespace(Namespace())
        self.switch.run("ip", "link", "add", "switch", "type", "bridge")
        self.switch.run("ip", "link", "set", "switch", "up")
        self.ports = 0
        remove_links()
        self.plug(None, "bench0")

    def namespace(self, made):
        self.addCleanup(made.end)
        return made

    def plug(self, namespace, name, mac=None):
        """A cable from the switch to an interface of a namespace (None: the station's own)."""
        self.ports += 1
        port = f"port{self.ports}"
        run("ip", "link", "add", name, "type", "veth", "peer", "name", port)
        run("ip", "link", "set", port, "netns", str(self.switch.holder.pid))
        self.switch.run("ip", "link", "set", port, "master", "switch", "up")
        if mac:
            run("ip", "link", "set", name, "address", mac)
        if namespace:
            run("ip", "link", "set", name, "netns", str(namespace.holder.pid))
            namespace.run("ip", "link", "set", name, "up")

    def device(self, mac="dc:a6:32:01:02:03"):
        made = self.namespace(Device())
        run("ip", "link", "add", "dev_eth0", "type", "veth", "peer", "name", f"port{self.ports + 1}")
        self.ports += 1
        run("ip", "link", "set", f"port{self.ports}", "netns", str(self.switch.holder.pid))
        self.switch.run("ip", "link", "set", f"port{self.ports}", "master", "switch", "up")
        run("ip", "link", "set", "dev_eth0", "address", mac)
        run("ip", "link", "set", "dev_eth0", "netns", str(made.holder.pid))
        made.run("ip", "link", "set", "dev_eth0", "name", "eth0", "up")
        made.mac = mac
        return made

    def uplink(self):
        """Another network behind the interface up0 of the station, with a machine 192.0.2.1 in it."""
        made = self.namespace(Namespace())
        run("ip", "link", "add", "up0", "type", "veth", "peer", "name", "office0")
        run("ip", "link", "set", "office0", "netns", str(made.holder.pid))
        made.run("ip", "link", "set", "office0", "up")
        made.run("ip", "address", "add", "192.0.2.1/24", "dev", "office0")
        run("ip", "address", "add", "192.0.2.2/24", "dev", "up0")
        run("ip", "link", "set", "up0", "up")
        run("ip", "route", "replace", "default", "via", "192.0.2.1")
        return made

    def office_server(self):
        """Somebody else's DHCP server 10.20.50.2 on the switch, and this station's own address there."""
        office = self.namespace(Namespace())
        self.plug(office, "o0")
        office.run("ip", "address", "add", "10.20.50.2/24", "dev", "o0")
        server = office.start("dnsmasq", "-C", "/dev/null", "--keep-in-foreground", "--port=0", "--interface=o0",
                              "--except-interface=lo", "--bind-dynamic", "--no-ping", "--pid-file=", "--user=root",
                              "--dhcp-leasefile=" + os.path.join(self.folder, "leases"),
                              "--dhcp-range=10.20.50.50,10.20.50.60",
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (server.kill(), server.wait()))
        run("ip", "address", "add", "10.20.50.1/24", "dev", "bench0")
        run("ip", "link", "set", "bench0", "up")

    def file(self, name, content):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)

    def kit(self):
        """Files of different sizes that pass for a kit's."""
        for index, (name, content) in enumerate(kit_files.kit().items()):
            filler = b"\n" if name.endswith(".txt") else b"\0"
            self.file(name, content.ljust(2000 + 100 * index, filler))

    def port_of_bench(self):
        """The switch's end of this station's cable."""
        return "port1"

    def wish(self, **changes):
        return {"interface": "bench0", "address": "10.20.50.1/24", "range": ["10.20.50.100", "10.20.50.200"],
                "tftp_root": self.root, **changes}

    def helper(self, wish=None, started=True):
        helper = Helper(wish or self.wish())
        self.addCleanup(helper.end)
        if started:
            helper.wait("started")
        return helper


def main():
    unittest.main(verbosity=2)
