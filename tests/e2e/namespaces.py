# SPDX-License-Identifier: GPL-3.0-or-later
"""Network namespaces as machines of a test: each held by a process that ends with the test's own."""
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time

INSIDE = "PS_INSIDE_NAMESPACES"
CANNOT_JUDGE = 77
SBIN = ":/usr/sbin:/sbin"  # where Debian has ip and tc, and a user's PATH has not


def enter(*programs, prepare="true"):
    """Runs the script again in network and mount namespaces of its own, after the shell commands `prepare`; exits with
    77 where that, or one of the programs, is not to be had."""
    if os.environ.get(INSIDE):
        return
    path = os.environ["PATH"] + SBIN
    missing = [program for program in ("ip", "unshare", "nsenter", *programs) if not shutil.which(program, path=path)]
    if os.geteuid() != 0 or missing:
        print(f"skipped: needs root and {', '.join(missing) or 'nothing else'}")
        sys.exit(CANNOT_JUDGE)
    command = ["unshare", "--net", "--mount", "--propagation", "private", "sh", "-c",
               f'ip link set lo up && {prepare} && exec "$@"', "sh", sys.executable, "-B", *sys.argv]
    os.execvpe(command[0], command, {**os.environ, INSIDE: "yes", "PATH": path})


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def run(*command, check=True, **options):
    """What the command printed."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{command}: {done.stdout.decode(errors='replace')}")
    return done.stdout.decode(errors="replace")


class Namespace:
    """Held by a process that does nothing."""

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"], preexec_fn=die_with_parent)
        own = os.readlink("/proc/self/ns/net")
        while os.readlink(f"/proc/{self.holder.pid}/ns/net") == own:
            if self.holder.poll() is not None:
                raise AssertionError("no network namespace is to be had")
            time.sleep(0.01)
        self.run("ip", "link", "set", "lo", "up")

    def command(self, *command):
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", *command]

    def run(self, *command, check=True):
        return run(*self.command(*command), check=check)

    def start(self, *command, **options):
        return subprocess.Popen(self.command(*command), preexec_fn=die_with_parent, **options)

    def end(self):
        self.holder.kill()
        self.holder.wait()
