// SPDX-License-Identifier: GPL-3.0-or-later
// provisioning-client: wires the parts together.
#include "netclient/client.h"
#include "netclient/log.h"
#include "netclient/signal_watcher.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <cstdio>

using namespace netclient;
using namespace Qt::StringLiterals;

namespace
{

int runClient(const Options &options)
{
    std::signal(SIGPIPE, SIG_IGN); // sendfile and closed pipes: errors, not the end
    StopSource stop;
    const SignalWatcher watcher(stop);

    const SystemPaths paths;
    const Route route = routeTo(options.server.host);
    protocol::RegisterRequest facts = readFacts(paths, options.device);
    const auto mac = options.mac ? options.mac : findMac(paths, route.interface);
    if (!mac) {
        logLine(u"this machine has no Ethernet interface: use --mac"_s);
        return int(ExitCode::Usage);
    }
    facts.mac = *mac;
    facts.ip = route.address;
    StationLink link(options.server, facts, Tuning{});
    const bool isRealDevice = options.device.isEmpty() || !QFileInfo(options.device).isFile();
    SystemActions actions(paths.leds, isRealDevice);
    return int(Client(options, paths, link, actions, stop).run());
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const auto parsed = parseOptions(QCoreApplication::arguments().sliced(1),
                                     qEnvironmentVariable("PROVISIONING_SERVER"));
    if (const auto *text = std::get_if<ShowText>(&parsed)) {
        std::fputs(qPrintable(text->text), stdout);
        return 0;
    }
    if (const auto *error = std::get_if<UsageError>(&parsed)) {
        logLine(u"provisioning-client: %1 (--help tells more)"_s.arg(error->text));
        return int(ExitCode::Usage);
    }
    return runClient(std::get<Options>(parsed));
}
