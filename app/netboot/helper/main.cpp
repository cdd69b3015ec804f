// SPDX-License-Identifier: GPL-3.0-or-later
// The station's root helper: a small program with a fixed set of verbs, started by pkexec, or
// directly by a station that runs as root. README.md beside this file has its contract.
#include "netboot/helper/termination.h"
#include "netboot/helper/verbs.h"

#include <QCoreApplication>

#include <csignal>
#include <cstdio>
#include <cstring>

#include <sys/stat.h>

namespace
{

constexpr int usageExit = 2;

int showUsage()
{
    std::fputs("usage: provisioning-netboot-helper VERB\n", stderr);
    for (const netboot::Verb &verb : netboot::verbs())
        std::fprintf(stderr, "  %-10s %s\n", verb.name, verb.synopsis);
    return usageExit;
}

} // namespace

int main(int argc, char *argv[])
{
    std::signal(SIGPIPE, SIG_IGN);
    netboot::blockTerminationSignals();
    ::umask(022);
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    for (const netboot::Verb &verb : netboot::verbs()) {
        if (argc > 1 && std::strcmp(argv[1], verb.name) == 0) {
            const int code = verb.run(arguments.mid(2));
            return code == usageExit ? showUsage() : code;
        }
    }
    return showUsage();
}
