# SPDX-License-Identifier: GPL-3.0-or-later
"""Every mode of the bench, one after another, and at the end each goal and whether it was met. Started by run.sh --all.

A mode that cannot run here leaves its goals unmeasured. Exit code 0 only when every mode ended well and every goal
was met.
"""
import argparse
import itertools
import os
import shutil
import subprocess
import sys
import tempfile

import goals
from figures import print_columns

RUN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run.sh")
MODES = {"lan": ["--lan"], "loopback": [], "machine": ["--machine"], "fair": ["--fair"]}
NEEDED = 28e9  # bytes free: --lan's image, its packs and four targets; the other modes need less
SKIPPED = 77


def check_place(folder):
    if os.geteuid() != 0:
        raise SystemExit("--all needs root, for network namespaces")
    free = shutil.disk_usage(folder).free
    if free < NEEDED:
        raise SystemExit(f"--all needs {NEEDED / 1e9:.0f} GB, and {folder} has {free / 1e9:.1f} GB free; "
                         "--folder names another place")


def measure(mode, arguments, folder):
    """Whether the mode ended well, and its rows. What it leaves is gone before the next one starts."""
    print(f"\n=== {mode}", flush=True)
    with tempfile.TemporaryDirectory(prefix=f"ps-bench-{mode}-", dir=folder) as work:
        kept = os.path.join(work, "goals")
        code = subprocess.run([RUN, *arguments], env={**os.environ, "TMPDIR": work, "PS_GOALS": kept}).returncode
        if code:
            print(f"=== {mode}: " + ("skipped" if code == SKIPPED else f"exit code {code}"))
        return code == 0, goals.kept(kept)


def verdict(goal, value):
    if value is None:
        return "-", "not measured"
    return f"{value:.4g}", "met" if goal.holds(value) else "MISSED"


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh --all", description=__doc__.splitlines()[0])
    parser.add_argument("--folder", default=tempfile.gettempdir(),
                        help="where images and targets lie (default: the temporary folder)")
    folder = os.path.abspath(parser.parse_args().folder)
    check_place(folder)
    ended, rows = zip(*(measure(mode, arguments, folder) for mode, arguments in MODES.items()))
    values = goals.worst(itertools.chain(*rows))
    lines = [(goal.what, str(goal), *verdict(goal, values.get(goal))) for goal in goals.ALL]
    print("\n=== goals, by each mode's medians, bests or peaks; the worst where it has several")
    print_columns([("what", "goal", "measured", ""), *lines])
    sys.exit(int(not all(ended) or any(line[-1] != "met" for line in lines)))


if __name__ == "__main__":
    main()
