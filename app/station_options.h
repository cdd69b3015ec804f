// SPDX-License-Identifier: GPL-3.0-or-later
// The station's command line.
#pragma once

#include "core/station.h"
#include "netboot/boot_order.h"
#include "netboot/helper/wish.h"
#include "netboot/preflight.h"

#include <QHostAddress>
#include <QString>
#include <QStringList>

#include <optional>
#include <variant>

struct CommandLine {
    bool headless = false;
    QHostAddress address = QHostAddress(QHostAddress::AnyIPv4);
    quint16 port = 0;
    QString dataDir;
    QString image; // empty: none named
    core::StationOptions station;
    QString operatorTokenFile;
    bool operatorRemote = false;
    QStringList hostNames; // that devices and people call the station, besides the machine's own
    std::optional<netboot::BootOrder> bootOrder; // explain it and end
    bool cloudInit = false;                      // print the snippet that sets it instead
    bool preflight = false;                      // check, print and end
    bool json = false;                           // print it for programs
    netboot::ServiceWish netbootWish; // what --netboot asks for, or what the window begins with
    bool startNetboot = false;
};

// What to print, and the exit code: --help, --version or a mistake.
struct EarlyExit {
    QString text;
    int code = 0;
};

// What --preflight checks, and the window begins with.
[[nodiscard]] netboot::PreflightPlan preflightPlan(const CommandLine &line);

[[nodiscard]] std::variant<CommandLine, EarlyExit> parseCommandLine(const QStringList &arguments);
