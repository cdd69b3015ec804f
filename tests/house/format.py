#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails when a source is not as .clang-format wants it.   format.py ROOT CLANG_FORMAT

Versions of clang-format disagree in details, so that only the one of Debian 12 counts; with others the check is
skipped (exit code 77).
"""
import re
import subprocess
import sys

from tree import project_files

VERSION = "14"


def main():
    root, tool = sys.argv[1:3]
    told = subprocess.run([tool, "--version"], capture_output=True, check=True).stdout.decode()
    if re.search(r"version (\d+)", told).group(1) != VERSION:
        print(f"skipped: {told.strip()}, not {VERSION}")
        sys.exit(77)
    sources = [name for name in project_files(root) if name.endswith((".h", ".cpp"))]
    sys.exit(subprocess.run([tool, "--dry-run", "-Werror", *sources], cwd=root, check=False).returncode)


if __name__ == "__main__":
    main()
