// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/options.h"

#include "protocol/limits.h"

#include <map>

namespace netclient
{

using namespace Qt::StringLiterals;
using Parsed = std::variant<Options, ShowText, UsageError>;

namespace
{

constexpr auto help = R"(Usage: provisioning-client [options]
Registers this machine with a provisioning station and does what the station asks for:
deploys an image to its eMMC and proves it, or backs the eMMC up.

  --server URL   the station, http://ADDRESS[:PORT] (default: $PROVISIONING_SERVER, port 5000)
  --device PATH  what to write and read: a block device or a regular file
                 (default: the eMMC, found by its type)
  --mac MAC      who to register as (default: the interface that leads to the station)
  --once         end after one action
  --netboot      this machine was booted for this program alone: shows its state by LEDs,
                 feeds the watchdog, sets the clock by the station's
  --version, --help

Ends with 0 when the action was verified (deploy proven, backup committed), 2 for wrong
arguments, 3 when the job failed, 4 when the station ended the job, 5 on SIGINT or SIGTERM,
6 after a reboot or power-off was acknowledged, 7 when the station does not speak the full
level (3, 4, 6 and 7 only with --once; without it the client goes on asking).
)"_L1;

struct RawOptions {
    QString server;
    QString device;
    QString mac;
    bool once = false;
    bool netboot = false;
};

Parsed check(const RawOptions &raw)
{
    Options options;
    if (raw.server.isEmpty())
        return UsageError{u"no station is named: use --server or PROVISIONING_SERVER"_s};
    const auto endpoint = transport::Endpoint::parse(raw.server, protocol::defaultPort);
    if (!endpoint)
        return UsageError{u"not a station's URL (http://ADDRESS[:PORT]): %1"_s.arg(raw.server)};
    options.server = *endpoint;
    options.device = raw.device;
    options.once = raw.once;
    options.netboot = raw.netboot;
    if (!raw.mac.isEmpty()) {
        options.mac = protocol::MacAddress::parse(raw.mac);
        if (!options.mac)
            return UsageError{u"not an Ethernet address: %1"_s.arg(raw.mac)};
    }
    return options;
}

// The option's value: "--name=value", or the next argument, which is taken away. nullopt when it is
// missing.
std::optional<QString> takeValue(const QString &argument, QStringList *rest)
{
    const qsizetype equals = argument.indexOf(u'=');
    if (equals >= 0)
        return argument.sliced(equals + 1);
    if (rest->isEmpty())
        return std::nullopt;
    return rest->takeFirst();
}

} // namespace

Parsed parseOptions(const QStringList &arguments, const QString &serverFromEnvironment)
{
    RawOptions raw;
    raw.server = serverFromEnvironment;
    const std::map<QString, QString *> valued = {
        {u"--server"_s, &raw.server}, {u"--device"_s, &raw.device}, {u"--mac"_s, &raw.mac}};
    QStringList rest = arguments;
    while (!rest.isEmpty()) {
        const QString argument = rest.takeFirst();
        const QString name = argument.section(u'=', 0, 0);
        const auto option = valued.find(name);
        if (argument == "--help"_L1 || argument == "-h"_L1)
            return ShowText{help};
        if (argument == "--version"_L1)
            return ShowText{u"provisioning-client %1\n"_s.arg(QLatin1StringView(PS_VERSION))};
        if (argument == "--once"_L1) {
            raw.once = true;
        } else if (argument == "--netboot"_L1) {
            raw.netboot = true;
        } else if (option != valued.end()) {
            const auto value = takeValue(argument, &rest);
            if (!value || value->isEmpty())
                return UsageError{u"%1 needs a value"_s.arg(name)};
            *option->second = *value;
        } else {
            return UsageError{u"unknown argument: %1"_s.arg(argument)};
        }
    }
    return check(raw);
}

} // namespace netclient
