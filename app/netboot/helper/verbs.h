// SPDX-License-Identifier: GPL-3.0-or-later
// What the helper can be asked for. The list is fixed: nothing else runs with root rights.
#pragma once

#include <QLatin1StringView>
#include <QStringList>

#include <span>

namespace netboot
{

struct Verb {
    const char *name;
    const char *synopsis;
    // Exit code: 0 done, 1 failed, 2 wrong arguments. The application exists; its loop does not run
    // yet.
    int (*run)(const QStringList &arguments);
};

[[nodiscard]] std::span<const Verb> verbs();

// One row of the list each.
int runService(const QStringList &arguments);     // run
int restoreMachine(const QStringList &arguments); // restore
int showStatus(const QStringList &arguments);     // status
int runProbe(const QStringList &arguments);       // probe; probe_report.h

} // namespace netboot
