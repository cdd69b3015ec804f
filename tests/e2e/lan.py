# SPDX-License-Identifier: GPL-3.0-or-later
"""A network as the field has it: a switch, the station and devices, a gigabit link each, both ways.

Ports are network namespaces on one bridge; a token bucket on both ends of each cable is its speed. What runs in them
disappears with the process that made them.
"""
import json
import os
import time

from harness import Station
from namespaces import Namespace, run

LINK_BITS = 1_000_000_000
# Of 1514 bytes on the cable (preamble and gap are not counted by the token bucket) 1448 are TCP payload.
PAYLOAD_BYTES_PER_S = LINK_BITS / 8 * 1448 / 1514
STATION_ADDRESS = "10.77.0.1"
PROGRAMS = ("tc",)  # beside what namespaces need


def shape(interface, run_there):
    run_there("tc", "qdisc", "add", "dev", interface, "root", "tbf", "rate", f"{LINK_BITS}bit", "burst", "256kb",
              "latency", "20ms")


def name_addresses(station):
    """After each start: it listens on the switch, and is asked over loopback."""
    station.host, station.url = "127.0.0.1", f"http://{STATION_ADDRESS}:5000"


def start_station(folder, *arguments):
    station = Station(folder, *arguments, listen="0.0.0.0:5000")
    name_addresses(station)
    return station


class Lan:
    """The switch, and the station's port: this process' own namespace."""

    def __init__(self, devices):
        self.switch = Namespace()
        self.switch.run("ip", "link", "add", "switch0", "type", "bridge")
        self.switch.run("ip", "link", "set", "switch0", "up")
        self.plug("station0", os.getpid(), STATION_ADDRESS, run)
        self.devices = [Port(self, number) for number in range(devices)]

    def set_cable(self, port, plugged):
        self.switch.run("ip", "link", "set", "s-" + port.name, "up" if plugged else "down")

    def end(self):
        """The station's end goes with the switch's."""
        for namespace in (*self.devices, self.switch):
            namespace.end()
        while self.has_station_port():
            time.sleep(0.01)

    def has_station_port(self):
        return "station0" in run("ip", "link", "show")

    def plug(self, name, pid, address, run_there, mac=None):
        """A cable from the switch to the namespace of process `pid`."""
        end = "s-" + name
        self.switch.run("ip", "link", "add", end, "type", "veth", "peer", "name", name, "netns", str(pid))
        self.switch.run("ip", "link", "set", end, "master", "switch0", "up")
        shape(end, self.switch.run)
        if mac:
            run_there("ip", "link", "set", name, "address", mac)
        run_there("ip", "address", "add", address + "/24", "dev", name)
        run_there("ip", "link", "set", name, "up")
        shape(name, run_there)


class Port(Namespace):
    """A device's namespace and its cable."""

    def __init__(self, network, number):
        super().__init__()
        self.name = f"device{number}"
        self.mac = f"02:00:00:00:1a:{number:02x}"
        # What the device says it is, the station finds in its neighbour table.
        network.plug(self.name, self.holder.pid, f"10.77.0.{100 + number}", self.run, self.mac)

    def sent_bytes(self):
        """What this port has put on its cable."""
        return self.counted("tx")

    def received_bytes(self):
        return self.counted("rx")

    def counted(self, direction):
        told = self.run("ip", "-json", "-stats", "link", "show", "dev", self.name)
        return json.loads(told)[0]["stats64"][direction]["bytes"]
