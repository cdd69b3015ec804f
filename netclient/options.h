// SPDX-License-Identifier: GPL-3.0-or-later
// The client's command line.
#pragma once

#include "protocol/mac_address.h"
#include "transport/http_client.h"

#include <QStringList>

#include <variant>

namespace netclient
{

// How the program ends. With --once 0 means verified, and nothing else does.
enum class ExitCode {
    Verified = 0,    // deployed and proven, or backed up and committed
    Usage = 2,       // wrong arguments, or this machine has no network address
    Failed = 3,      // the job failed; the reason was printed and reported
    JobOver = 4,     // the station ended the job: cancelled or superseded
    Interrupted = 5, // SIGINT or SIGTERM
    PoweredOff = 6,  // the action was a reboot or power-off, and was acknowledged
    Unsupported = 7, // the station does not speak the full level
};

struct Options {
    transport::Endpoint server;
    QString device; // empty: the eMMC, found by its type
    std::optional<protocol::MacAddress> mac;
    bool once = false;
    bool netboot =
        false; // the machine was booted for this program: LEDs, watchdog and clock are its
};

struct ShowText {
    QString text; // --help, --version
};
struct UsageError {
    QString text;
};

// `arguments` without the program's name; `serverFromEnvironment` is PROVISIONING_SERVER.
[[nodiscard]] std::variant<Options, ShowText, UsageError>
parseOptions(const QStringList &arguments, const QString &serverFromEnvironment);

} // namespace netclient
