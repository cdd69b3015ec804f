#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads every #include of the project and fails on one that runs the wrong way between layers, on a header of a
Qt module or library that the layer may not use, and on a top-level folder that is not the owner's.

    layers.py ROOT QT_INCLUDE_FOLDER

QT_INCLUDE_FOLDER holds one folder per Qt module (QtCore, QtNetwork, …): a header's module is where it lies.
"""
import os
import re
import sys

from tree import project_files

TOP_FOLDERS = {"app", "ui", "netclient", "resources", "translations", "tests", "installer"}
DOCUMENTS = (".md", ".txt", ".png", ".svg")

EVERYTHING = "everything"
NOT_IN_APP = ("ui", "netclient", "wiring")

# Layer: the layers that it may know besides itself, its Qt modules, its other libraries' header prefixes.
LAYERS = {
    "protocol": ((), ("QtCore",), ()),
    "transport": ((), ("QtCore",), ("boost/",)),
    "imaging": (("protocol",), ("QtCore",), ("zstd", "openssl/", "ext2fs/", "et/")),
    "core": (("protocol", "transport", "imaging"), ("QtCore", "QtSql"), ("archive", "blkid/", "zlib.h")),
    "http": (("core", "protocol", "transport", "imaging"), ("QtCore", "QtNetwork", "QtHttpServer"), ("boost/",)),
    "netboot": (("core", "protocol", "transport", "imaging"), ("QtCore", "QtNetwork"), ()),
    "ui": (("core", "netboot", "protocol", "imaging"), ("QtCore", "QtGui", "QtWidgets"), ()),
    "netclient": (("protocol", "transport", "imaging"), ("QtCore",), ()),
    # What main.cpp leaves to files beside it: process set-up and command line. No layer may know them.
    "wiring": (("core", "netboot", "protocol", "transport"), ("QtCore", "QtNetwork"), ()),
}
# Headers of Qt versions later than the oldest that the project builds with.
NEWER_HEADERS = {"QHttpHeaders": {"QtNetwork"}}
# Libraries that only the layers above name.
LIBRARIES = ("boost/", "zstd", "openssl/", "ext2fs/", "et/", "archive", "blkid/", "zlib.h", "sqlite3", "curl/")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def layer_of(path):
    """The layer that a file belongs to, EVERYTHING for the wiring, None outside the layers."""
    if path == "app/main.cpp":
        return EVERYTHING
    parts = path.split("/")
    if parts[0] == "app" and len(parts) == 2:
        return "wiring"
    if parts[0] == "app":
        return parts[1] if parts[1] in LAYERS and parts[1] not in NOT_IN_APP else "?"
    return parts[0] if parts[0] in ("ui", "netclient") else None


def qt_modules(folder):
    """Header name (QLabel, qlabel.h, QtWidgets): the modules that have it."""
    modules = {name: set(module) for name, module in NEWER_HEADERS.items()}
    for module in os.listdir(folder):
        if module.startswith("Qt") and os.path.isdir(os.path.join(folder, module)):
            for header in os.listdir(os.path.join(folder, module)):
                modules.setdefault(header, set()).add(module)
    return modules


def resolve(files, includer, name):
    """The project's file that an include means, or None."""
    beside = os.path.normpath(os.path.join(os.path.dirname(includer), name))
    for candidate in (beside, f"app/{name}", name):
        if candidate in files:
            return candidate
    return None


def qt_verdict(name, allowed, modules):
    first, _, rest = name.partition("/")
    found = {first} if rest and first.startswith("Qt") else modules.get(name, set())
    if not found and re.match(r"Q[A-Z]|Qt[A-Z]", name):
        return f"<{name}> is of no known Qt module"
    if found and not found & set(allowed):
        return f"<{name}> is of {'/'.join(sorted(found))}"
    return None


def verdict(files, modules, path, quote, name):
    """What is wrong with one include, or None."""
    layer = layer_of(path)
    if layer == EVERYTHING or name.endswith(".moc"):
        return None
    known, qt, libraries = LAYERS[layer]
    target = resolve(files, path, name)
    if target is not None:
        other = layer_of(target)
        return None if other == layer or other in known else f'"{name}" is of {other or target}'
    if name.split("/")[0] in LAYERS and "/" in name:
        return f'"{name}" does not exist'
    for library in LIBRARIES:
        if name.startswith(library):
            return None if library in libraries else f"<{name}>: the layer may not use this library"
    return qt_verdict(name, qt, modules) if quote == "<" else None


def include_violations(root, files, modules):
    for path in sorted(files):
        layer = layer_of(path)
        if layer is None or not path.endswith((".h", ".cpp")):
            continue
        if layer == "?":
            yield f"{path}: belongs to no layer"
            continue
        with open(os.path.join(root, path), encoding="utf-8") as file:
            for quote, name in INCLUDE.findall(file.read()):
                wrong = verdict(files, modules, path, quote, name)
                if wrong:
                    yield f"{path}: {layer} may not include this: {wrong}"


def folder_violations(files):
    for path in sorted(files):
        top = path.split("/")[0]
        if "/" in path and top not in TOP_FOLDERS and not top.startswith(".") and not path.endswith(DOCUMENTS):
            yield f"{path}: '{top}' is not one of the project's top-level folders"


def violations(root, qt_folder):
    files = set(project_files(root))
    return list(include_violations(root, files, qt_modules(qt_folder))) + list(folder_violations(files))


def main():
    found = violations(sys.argv[1], sys.argv[2])
    print("\n".join(found) or "every include runs the right way")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
