// SPDX-License-Identifier: GPL-3.0-or-later
// The client's life: register, poll, do what is asked, tell the outcome; again and again.
#pragma once

#include "netclient/device_actions.h"
#include "netclient/device_facts.h"
#include "netclient/job_context.h"
#include "netclient/options.h"

namespace netclient
{

class Client
{
public:
    Client(const Options &options, const SystemPaths &paths, StationLink &link,
           DeviceActions &actions, StopSource &stop);

    // Until stopped; with --once until one action was done.
    [[nodiscard]] ExitCode run();

private:
    // One poll and what it asks for; the code to end with, nullopt: go on.
    [[nodiscard]] std::optional<ExitCode> round(Backoff &backoff);
    [[nodiscard]] Judgement ask(protocol::Action *action);
    // The code to end with under --once; nullopt: go on.
    [[nodiscard]] std::optional<ExitCode> perform(const protocol::Action &action);
    [[nodiscard]] std::optional<ExitCode> performOneShot(const protocol::Action &action);
    [[nodiscard]] std::optional<ExitCode> performJob(const protocol::Action &action);
    [[nodiscard]] bool wasOver(const protocol::Action &action);
    [[nodiscard]] protocol::Result<void> work(const protocol::Action &action, StopSource &stop);
    // What is to be reported at the end; nothing of a backup, whose commit has told.
    [[nodiscard]] protocol::Result<std::optional<protocol::Report>>
    carryOut(const protocol::Action &action, StopSource &stop, const QByteArray &target);
    [[nodiscard]] protocol::Result<QString> findDevice(const protocol::Action &action) const;
    void note(const Judgement &judgement);
    [[nodiscard]] DeviceState stateAtRest() const;

    const Options m_options;
    const SystemPaths m_paths;
    StationLink &m_link;
    DeviceActions &m_actions;
    StopSource &m_stop;
    imaging::WorkerPool m_pool;
    bool m_registered = false;
    bool m_cutOff = false; // the last job was: see StopReason
    std::optional<DeviceState> m_lastOutcome;
    QString m_lastNote; // said once, not at every try
};

} // namespace netclient
