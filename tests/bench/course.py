# SPDX-License-Identifier: GPL-3.0-or-later
"""What a measured job writes to, and when its parts began and ended; moments in seconds since the epoch."""
import datetime
import os
import time

from harness import MIB, bytes_read, wait_for


def fresh_target(path, size):
    """A file that stands in for an eMMC; what the one before left to be written is out of the way."""
    if os.path.exists(path):
        os.remove(path)
    with open(path, "wb") as file:
        file.truncate(size)
    os.sync()
    return path


def seen_since(station, when, *macs):
    """Of these devices, or of all, those that asked the station for something since `when`. That of a client which has
    ended counts as online for a while."""
    return [device for device in station.operator("GET", "devices")["devices"]
            if (not macs or device["mac"] in macs)
            and datetime.datetime.fromisoformat(device["last_seen"]).timestamp() > when]


def wait_read_back(process):
    """When the client began to read its device back, or ended."""
    before = bytes_read(process.pid) or 0
    wait_for(lambda: (lambda now: now is None or now > before + 4 * MIB)(bytes_read(process.pid)), 3600, "read-back",
             every=0.005)
    return time.time()


def began_and_ended(job):
    """Of a job as the operator level tells it."""
    return tuple(datetime.datetime.fromisoformat(job[key]).timestamp() for key in ("started", "ended"))
