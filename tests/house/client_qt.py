#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails when the client holds any of Qt but QtCore.

    client_qt.py --binary FILE    a shared build: by the NEEDED entries of its dynamic section
    client_qt.py --map FILE       a static build: by the archives in its link map (ld -Map)
"""
import re
import subprocess
import sys

# QtCore's own third-party parts, which Qt builds as archives beside it.
BUNDLED = re.compile(r"libQt6Bundled\w+\.a$")


def qt_in_dynamic_section(text):
    return sorted(set(re.findall(r"\(NEEDED\).*\[(libQt\w+)\.so", text)))


def qt_in_link_map(text):
    archives = set(re.findall(r"(?:^|/)(libQt\w+\.a)(?=[(\s])", text, re.M))
    return sorted(name[:-len(".a")] for name in archives if not BUNDLED.match(name))


def is_dynamic(path):
    return "(NEEDED)" in dynamic_section(path)


def dynamic_section(path):
    return subprocess.run(["readelf", "-dW", path], capture_output=True, check=True).stdout.decode()


def qt_libraries(option, path):
    if option == "--binary":
        return qt_in_dynamic_section(dynamic_section(path))
    with open(path, encoding="utf-8", errors="replace") as file:
        return qt_in_link_map(file.read())


def main():
    found = qt_libraries(*sys.argv[1:3])
    print(f"{sys.argv[2]}: of Qt it holds {found}")
    # An empty list would mean that we looked in the wrong place.
    sys.exit(0 if found == ["libQt6Core"] else 1)


if __name__ == "__main__":
    main()
