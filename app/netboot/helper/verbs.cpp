// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/verbs.h"

#include "netboot/helper/service_run.h"
#include "netboot/helper/termination.h"
#include "protocol/messages.h"

#include <QCoreApplication>

#include <array>
#include <cstdio>

namespace netboot
{

using namespace Qt::StringLiterals;

namespace
{

constexpr int failedExit = 1;
constexpr int usageExit = 2;

constexpr auto list = std::to_array<Verb>({
    {"run", "serve what the standard input asks for, until it ends", runService},
    {"restore", "put back what a run that was killed has left", restoreMachine},
    {"status", "say whether a run serves, and what it has changed", showStatus},
    {"probe", "INTERFACE [PORT…]: say who else is on that wire (-: none), and what is in the way",
     runProbe},
});

void print(const QJsonObject &object)
{
    std::fputs(protocol::toBody(object).constData(), stdout); // ends in a line feed
}

int failWith(const protocol::Failure &failure)
{
    print(toJson(Event{.kind = Event::Kind::Failed, .failure = failure}));
    return failedExit;
}

} // namespace

std::span<const Verb> verbs()
{
    return list;
}

int runService(const QStringList &arguments)
{
    if (!arguments.isEmpty())
        return usageExit;
    ServiceRun run;
    const Termination termination([&run] { run.stop(); });
    QCoreApplication::exec();
    return run.exitCode();
}

int restoreMachine(const QStringList &arguments)
{
    if (!arguments.isEmpty())
        return usageExit;
    RunFolder folder;
    const auto opened = folder.open();
    if (!opened && opened.failure().code == protocol::FailureCode::NetbootInUse)
        return 0; // what a run has changed, it puts back itself
    if (!opened)
        return failWith(opened.failure());
    const auto done = putBackFrom(folder);
    if (!done)
        return failWith(done.failure());
    for (const QString &what : *done)
        print(toJson(Event{.kind = Event::Kind::Restored, .text = what}));
    return 0;
}

int showStatus(const QStringList &arguments)
{
    if (!arguments.isEmpty())
        return usageExit;
    const RunFolder folder;
    const auto journal = loadJournal(folder.journal());
    if (!journal)
        return failWith(journal.failure());
    print({{"serving"_L1, folder.isInUse()},
           {"changed"_L1, !journal->isEmpty()},
           {"interface"_L1, journal->interface},
           {"dnsmasq_pid"_L1, isAlive(journal->dnsmasq) ? journal->dnsmasq.pid : 0}});
    return 0;
}

} // namespace netboot
