#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves that layers.py finds what it is there to find: violations are planted in a copy of a small tree.

    test_layers.py QT_INCLUDE_FOLDER
"""
import os
import sys
import tempfile
import unittest

import layers

CLEAN = {
    "app/protocol/limits.h": "#include <QtGlobal>\n#include <chrono>\n",
    "app/transport/socket.h": "#include <QByteArray>\n#include <boost/beast/http.hpp>\n",
    "app/imaging/pack.h": '#include "protocol/limits.h"\n#include <zstd.h>\n',
    "app/core/jobs.h": '#include "imaging/pack.h"\n#include <QSqlQuery>\n#include <archive.h>\n',
    "app/http/door.cpp": '#include "core/jobs.h"\n#include "transport/socket.h"\n#include <QTcpServer>\n',
    "app/netboot/dhcp.h": '#include "core/jobs.h"\n#include <QUdpSocket>\n',
    "app/options.h": '#include "core/jobs.h"\n#include <QHostAddress>\n',
    "app/main.cpp": '#include "http/door.h"\n#include "options.h"\n#include "ui/window.h"\n#include <QApplication>\n',
    "ui/window.h": '#include "core/jobs.h"\n#include "table.h"\n#include <QMainWindow>\n',
    "ui/table.h": "#include <QPainter>\n",
    "netclient/client.cpp": '#include "transport/socket.h"\n#include "client.moc"\n',
    "tests/core/tst_jobs.cpp": '#include "http/door.h"\n#include <QNetworkReply>\n',
    "README.md": "",
    "docs/picture.md": "",
    ".ci/run": "",
}

PLANTED = {
    "protocol knows imaging": ("app/protocol/a.h", '#include "imaging/pack.h"'),
    "transport knows protocol": ("app/transport/a.h", '#include "protocol/limits.h"'),
    "imaging knows transport": ("app/imaging/a.cpp", '#include "transport/socket.h"'),
    "core knows http": ("app/core/a.cpp", '# include "http/door.cpp"'),
    "core by a relative path": ("app/core/a.cpp", '#include "../http/door.cpp"'),
    "http knows ui": ("app/http/a.cpp", '#include "ui/window.h"'),
    "ui knows http": ("ui/a.cpp", '#include "http/door.cpp"'),
    "ui knows transport": ("ui/a.cpp", "#include <transport/socket.h>"),
    "netboot knows http": ("app/netboot/a.cpp", '#include "http/door.cpp"'),
    "netclient knows core": ("netclient/a.cpp", '#include "core/jobs.h"'),
    "a header that is not there": ("app/core/a.cpp", '#include "ui/nowhere.h"'),
    "widgets in core": ("app/core/a.h", "#include <QLabel>"),
    "widgets by module path": ("app/core/a.h", "#include <QtWidgets/QLabel>"),
    "a whole module": ("app/core/a.h", "#include <QtWidgets>"),
    "lower-case header": ("app/core/a.h", "#include <qlabel.h>"),
    "network in core": ("app/core/a.h", "#include <QTcpSocket>"),
    "network in ui": ("ui/a.h", "#include <QNetworkAccessManager>"),
    "network in netclient": ("netclient/a.cpp", "#include <QHostAddress>"),
    "sql in http": ("app/http/a.cpp", "#include <QSqlDatabase>"),
    "gui in protocol": ("app/protocol/a.h", "#include <QColor>"),
    "a Qt header that no module has": ("app/core/a.h", "#include <QFlyingCarpet>"),
    "zstd outside imaging": ("app/core/a.cpp", "#include <zstd.h>"),
    "boost outside transport": ("app/imaging/a.cpp", "#include <boost/crc.hpp>"),
    "a folder that is no layer": ("app/helpers/a.h", ""),
    "a layer in the wrong place": ("app/ui/a.h", ""),
    "a layer knows the wiring": ("app/core/a.cpp", '#include "options.h"'),
    "the wiring knows http": ("app/a.cpp", '#include "http/door.cpp"'),
    "a folder of its own": ("src/a.cpp", ""),
}


def write_tree(root, files):
    for path, text in files.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text + "\n")


class Layers(unittest.TestCase):
    def found_in(self, files):
        with tempfile.TemporaryDirectory() as root:
            write_tree(root, files)
            return layers.violations(root, QT_FOLDER)

    def test_clean_tree_passes(self):
        self.assertEqual(self.found_in(CLEAN), [])

    def test_each_planted_violation_is_found(self):
        for name, (path, text) in PLANTED.items():
            with self.subTest(name):
                found = self.found_in({**CLEAN, path: text})
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith(path + ":"), found)


if __name__ == "__main__":
    QT_FOLDER = sys.argv.pop()
    unittest.main()
