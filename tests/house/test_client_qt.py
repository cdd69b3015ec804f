#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves that client_qt.py sees other Qt libraries where they are.

    test_client_qt.py EXECUTABLE    one that is linked to more of Qt than QtCore
"""
import sys
import unittest

import client_qt

LINK_MAP = """
Archive member included to satisfy reference by file (symbol)

/cache/qtcore/lib/libQt6Core.a(qjsonarray.cpp.o)
                              CMakeFiles/client.dir/main.cpp.o (QJsonArray::size() const)
LOAD /cache/qtcore/lib/libQt6BundledPcre2.a
LOAD /usr/lib/gcc-cross/aarch64-linux-gnu/12/libstdc++.a
"""


class ClientQt(unittest.TestCase):
    def test_dynamic_section(self):
        self.assertIn("libQt6Test", client_qt.qt_libraries("--binary", EXECUTABLE))

    def test_link_map_of_core_alone(self):
        self.assertEqual(client_qt.qt_in_link_map(LINK_MAP), ["libQt6Core"])

    def test_link_map_with_network(self):
        for line in ("LOAD /cache/qtcore/lib/libQt6Network.a", "/x/libQt6Network.a(qtcpsocket.cpp.o)"):
            self.assertEqual(client_qt.qt_in_link_map(LINK_MAP + line + "\n"), ["libQt6Core", "libQt6Network"])


if __name__ == "__main__":
    EXECUTABLE = sys.argv.pop()
    unittest.main()
