# SPDX-License-Identifier: GPL-3.0-or-later
"""The real station and the real client as processes, for end-to-end tests.

The programs come from the environment: PS_STATION, PS_CLIENT (and PS_CLIENT_RUNNER, an emulator's command).
"""
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from urllib.parse import urlsplit

STATION = os.environ.get("PS_STATION", "build/dev/app/provisioning-station")
CLIENT = os.environ.get("PS_CLIENT", "build/dev/netclient/provisioning-client")
RUNNER = os.environ.get("PS_CLIENT_RUNNER", "").split()
MIB = 1024 * 1024


def bytes_read(pid):
    """From files and devices, by a process: what it receives from the network does not count. None: it has ended."""
    try:
        with open(f"/proc/{pid}/io") as file:
            return int(file.readline().split()[1])
    except (OSError, ValueError, IndexError):
        return None


def wait_for(condition, seconds=60, what="condition", every=0.05):
    """The condition's first true value; it may raise to give up early."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(every)


def run(command, **options):
    """Runs a command to its end; returns (exit code, stdout)."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    return done.returncode, done.stdout


def sh(script, **environment):
    """A plain shell script, as a device without our client has it."""
    return run(["sh", "-c", script], env={**os.environ, **environment})


class Station:
    """A headless station in a data directory of its own; may be killed and started again."""

    def __init__(self, folder, *arguments, listen="127.0.0.1:0", limits=None, window=False):
        self.window = window
        self.data = os.path.join(folder, "data")
        self.arguments = list(arguments)
        self.listen = listen
        self.limits = limits
        self.log_path = os.path.join(folder, "station.log")
        self.process = None
        self.start()

    def start(self):
        command = [STATION, *([] if self.window else ["--headless"]), "--listen", self.listen, "--data-dir", self.data]
        environment = self.environment()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(command + self.arguments, stdout=subprocess.PIPE, stderr=log,
                                            preexec_fn=self.limits, env=environment)
        line = self.process.stdout.readline().decode()
        match = re.match(r"listening on (http://([0-9.]+):(\d+))$", line.strip())
        if not match:
            raise AssertionError(f"station said {line!r}; log: {self.log()}")
        self.url, self.host, self.port = match[1], match[2], int(match[3])
        # A restart takes the same port, as a station in the field does.
        self.listen = f"{self.host}:{self.port}"
        with open(os.path.join(self.data, "operator-token")) as file:
            self.token = file.read().strip()

    def environment(self):
        environment = {k: v for k, v in os.environ.items()
                       if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
        if self.window:
            environment["QT_QPA_PLATFORM"] = "offscreen"
            environment["XDG_CONFIG_HOME"] = os.path.join(os.path.dirname(self.log_path), "config")
        return environment

    def log(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()[-4000:]

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        """Ends it as a technician would; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        self.process.stdout.close()
        return code

    def peak_memory(self):
        """VmHWM in bytes."""
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"VmHWM:\s+(\d+) kB", file.read())[1]) * 1024

    def bytes_written(self):
        """To whatever, sendfile(2) included."""
        with open(f"/proc/{self.process.pid}/io") as file:
            return int(re.search(r"wchar: (\d+)", file.read())[1])

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def request(self, method, path, body=None, token=None, source=None, headers=None):
        """One control request; returns (status, parsed JSON)."""
        origin = (source, 0) if source else None
        connection = http.client.HTTPConnection(self.host, self.port, timeout=20, source_address=origin)
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        payload = json.dumps(body) if isinstance(body, (dict, list)) else body
        try:
            connection.request(method, path, payload, sent)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")
        finally:
            connection.close()

    def operator(self, method, what, body=None, expect=None):
        status, answer = self.request(method, "/api/operator/" + what, body, self.token)
        if expect is None:
            expect = (200, 201, 202)
        assert status in (expect if isinstance(expect, tuple) else (expect,)), (method, what, status, answer)
        return answer

    def import_image(self, path, seconds=300, every=0.05):
        """Imports and waits until it is ready; returns its id."""
        image = self.operator("POST", "images", {"path": path})["id"]

        def ready():
            state = self.operator("GET", f"images/{image}")
            assert state["state"] != "failed", state
            return state["state"] == "ready"

        wait_for(ready, seconds, "import", every)
        return image

    def register(self, mac, source=None, **facts):
        return self.request("POST", "/api/register-device", {"mac": mac, "ip": "", **facts}, source=source)

    def poll(self, mac, source=None, session=None):
        return self.request("GET", f"/api/device-action-poll?mac={mac}", token=session, source=source)

    def job(self, job_id):
        return self.operator("GET", f"jobs/{job_id}")

    def deploy(self, mac, image, **options):
        return self.operator("POST", "jobs", {"mac": mac, "kind": "deploy", "image": image, **options})["id"]

    def backup(self, mac, path, **options):
        return self.operator("POST", "jobs", {"mac": mac, "kind": "backup", "path": path, **options})["id"]

    def accept(self, mac):
        """Whoever claims the device; nobody does: who is at its address."""
        row = next(device for device in self.operator("GET", "devices")["devices"] if device["mac"] == mac)
        address = row.get("other_unit_address") or row.get("other_address") or row["address"]
        self.operator("POST", f"devices/{mac}/actions", {"action": "accept", "address": address})

    def is_online(self, mac):
        devices = self.operator("GET", "devices")["devices"]
        return any(device["mac"] == mac and device["online"] for device in devices)

    def wait_job(self, job_id, *states, seconds=300):
        """Waits until the job is in one of the states (ended ones by default); returns it."""
        wanted = states or ("succeeded", "failed", "cancelled")
        return wait_for(lambda: (lambda j: j if j["state"] in wanted else None)(self.job(job_id)),
                        seconds, f"job {wanted}")


class Client:
    """The real client on a file that stands in for an eMMC."""

    def __init__(self, station, device, mac, *arguments, log=None):
        command = RUNNER + [CLIENT, "--server", station.url, "--device", device, "--mac", mac]
        self.log_path = log or device + ".log"
        self.log_file = open(self.log_path, "ab")
        self.process = subprocess.Popen(command + list(arguments), stdout=self.log_file,
                                        stderr=subprocess.STDOUT)

    def log(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()[-4000:]

    def wait(self, seconds=300):
        return self.process.wait(seconds)

    def kill(self):
        """Also when it has ended, or was killed, before."""
        self.process.kill()
        self.process.wait()
        self.log_file.close()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(30)
        self.log_file.close()
        return code


class StationTest(unittest.TestCase):
    """A folder and a station per test."""

    station_arguments = ()
    maxDiff = 2000

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ps-e2e-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.station = self.start_station()

    def start_station(self):
        station = Station(self.folder, *self.station_arguments)
        self.addCleanup(self.end_station, station)
        return station

    def end_station(self, station):
        if station.process.poll() is None:
            code = station.stop()
            # A sanitizer's complaint at the end is a failure of the test.
            self.assertEqual(code, 0, station.log())

    def start_client(self, device, mac, *arguments):
        client = Client(self.station, device, mac, *arguments)
        self.addCleanup(client.kill)
        return client

    def path(self, name):
        return os.path.join(self.folder, name)

    def assertSameFile(self, a, b, size=None):
        command = ["cmp"] + (["-n", str(size)] if size else []) + [a, b]
        code, output = run(command)
        self.assertEqual(code, 0, output)


def random_file(path, size, seed=1):
    """Reproducible incompressible bytes, quickly."""
    with open(path, "wb") as file:
        subprocess.run(["openssl", "enc", "-aes-128-ctr", "-nosalt", "-K", f"{seed:032x}", "-iv", "0" * 32,
                        "-in", "/dev/zero"], stdout=file, stderr=subprocess.DEVNULL,
                       preexec_fn=lambda: limit_output(size), check=False)
    os.truncate(path, size)


def random_disk(path, size, seed=1):
    """The same, with what an MBR ends with: nothing of it compresses."""
    random_file(path, size, seed)
    with open(path, "r+b") as file:
        file.seek(510)
        file.write(b"\x55\xaa")


def add_mbr(path, first, count):
    """A partition table with one partition, in sectors of 512 bytes."""
    with open(path, "r+b") as file:
        file.seek(446)
        file.write(bytes(4) + b"\x83" + bytes(3) + first.to_bytes(4, "little") + count.to_bytes(4, "little"))
        file.write(bytes(48) + b"\x55\xaa")


def limit_output(size):
    import resource
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def disk_image(path, size, seed=1, fill=24 * MIB):
    """A bootable-looking image: MBR, an ext4 partition with files, random data; `size` may be any number of 512-byte blocks."""
    with open(path, "wb") as file:
        file.truncate(size)
    table = f"label: dos\nlabel-id: 0x{seed:08x}\nstart=2048, size=65536, type=c, bootable\nstart=67584, type=83\n"
    code, output = run(["/usr/sbin/sfdisk", "-q", path], input=table.encode())
    assert code == 0, output
    files = path + ".files"
    os.mkdir(files)
    random_file(os.path.join(files, "random"), fill, seed)
    with open(STATION, "rb") as program, open(os.path.join(files, "program"), "wb") as copy:
        copy.write(program.read(6 * MIB))  # compresses as programs do
    start = 67584 * 512
    blocks = (size - start) // 4096
    code, output = run(["/usr/sbin/mkfs.ext4", "-q", "-F", "-E", f"offset={start}", "-d", files, "-b", "4096",
                        path, str(blocks)])
    shutil.rmtree(files)
    assert code == 0, output
    with open(path, "r+b") as file:
        file.seek(2048 * 512)
        file.write(os.urandom(3 * MIB))
        file.seek(size - 512)
        file.write(b"the last block of the image".ljust(512, b"\xa5"))


def main():
    unittest.main(verbosity=2, argv=[sys.argv[0]] + sys.argv[1:])
