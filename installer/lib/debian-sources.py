#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints this system's own Debian package sources as one-line entries, `deb` and `deb-src` for each.

Reads /etc/apt/sources.list, sources.list.d/*.list and *.sources (deb822) under the directory given (default
/etc/apt). Entries of other vendors are left out: only suites of this release (VERSION_CODENAME, also with a suffix
such as -security) and its aliases count, and of them those that are enabled. With --component NAME that component is
asked for as well.
"""
import argparse
import glob
import os
import re
import sys


def codename():
    with open("/etc/os-release", encoding="utf-8") as release:
        return re.search(r'^VERSION_CODENAME="?([a-z]+)', release.read(), re.M).group(1)


def one_line_entries(text):
    for line in text.splitlines():
        match = re.match(r"deb(?:-src)?\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)", line.strip())
        if match:
            options, uri, suite, components = match.groups()
            signed = re.search(r"signed-by=(\S+)", options or "", re.I)
            yield signed.group(1) if signed else "", uri, suite, components.split()


def deb822_entries(text):
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        fields = dict(re.findall(r"^([A-Za-z-]+):[ \t]*((?:.*)(?:\n[ \t]+.*)*)", "\n".join(lines), re.M))
        fields = {name.lower(): value for name, value in fields.items()}
        if "uris" not in fields or fields.get("enabled", "yes").strip().lower() == "no":
            continue
        signed = fields.get("signed-by", "").strip()
        for uri in fields["uris"].split():
            for suite in fields.get("suites", "").split():
                yield signed if signed.startswith("/") else "", uri, suite, fields.get("components", "").split()


def entries(directory):
    for path in [f"{directory}/sources.list"] + sorted(glob.glob(f"{directory}/sources.list.d/*")):
        if os.path.isfile(path) and path.endswith((".list", ".sources")):
            with open(path, encoding="utf-8") as file:
                read = deb822_entries if path.endswith(".sources") else one_line_entries
                yield from read(file.read())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", nargs="?", default="/etc/apt")
    parser.add_argument("--component", action="append", default=[])
    arguments = parser.parse_args()
    release = codename()
    lines = []
    for signed, uri, suite, components in entries(arguments.directory):
        if re.split(r"[-/]", suite)[0] in (release, "stable") and "main" in components:
            option = f"[signed-by={signed}] " if signed else ""
            more = [name for name in arguments.component if name not in components]
            for kind in ("deb", "deb-src"):
                line = f"{kind} {option}{uri} {suite} {' '.join(components + more)}"
                if line not in lines:
                    lines.append(line)
    if not lines:
        sys.exit(f"no package source for '{release}' found under {arguments.directory}")
    print("\n".join(lines))


main()
