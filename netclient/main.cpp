// SPDX-License-Identifier: GPL-3.0-or-later
// provisioning-client: wires the parts together.
#include "netclient/client.h"
#include "netclient/log.h"
#include "netclient/log_sender.h"
#include "netclient/signal_watcher.h"
#include "protocol/guarded.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <cstdio>

using namespace netclient;
using namespace Qt::StringLiterals;

namespace
{

constexpr std::chrono::milliseconds lastWordsTime{1'000};

// What --netboot adds: this machine is the program's alone.
struct Machine {
    explicit Machine(const SystemPaths &paths) : leds(paths.leds), dog(paths.watchdog, heart) {}

    Heartbeat heart;
    StateLeds leds;
    Watchdog dog;
};

// Lines go to `buffer` from here on, behind those that init wrote before us.
struct LogCollection {
    explicit LogCollection(const QString &initLog)
    {
        if (!initLog.isEmpty()) {
            for (const protocol::LogLine &line : takeInitLog(initLog))
                buffer.add(line);
        }
        setLogBuffer(&buffer);
    }
    ~LogCollection() { setLogBuffer(nullptr); }

    LogBuffer buffer;
};

int runClient(const Options &options)
{
    std::signal(SIGPIPE, SIG_IGN); // sendfile and closed pipes: errors, not the end
    StopSource stop;
    const SignalWatcher watcher(stop);

    const SystemPaths paths;
    LogCollection log(options.netboot ? paths.initLog : QString());
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
    LogSender sender(link, log.buffer);
    std::optional<Machine> machine;
    if (options.netboot)
        machine.emplace(paths);
    const bool isRealDevice = options.device.isEmpty() || !QFileInfo(options.device).isFile();
    SystemActions actions(paths.leds,
                          {machine ? &machine->leds : nullptr, machine ? &machine->heart : nullptr,
                           isRealDevice, options.netboot, [&] { sender.flush(lastWordsTime); }});
    const ExitCode code = Client(options, paths, link, actions, stop).run();
    sender.flush(lastWordsTime);
    return int(code);
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
    int code = int(ExitCode::Failed);
    protocol::survives("provisioning-client", [&] { code = runClient(std::get<Options>(parsed)); });
    return code;
}
