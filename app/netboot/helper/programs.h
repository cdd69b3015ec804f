// SPDX-License-Identifier: GPL-3.0-or-later
// The system's programs that the helper uses, by fixed paths and without a shell.
#pragma once

#include "protocol/result.h"

#include <QByteArray>
#include <QProcessEnvironment>
#include <QStringList>

namespace netboot
{

// The program's path. ProgramMissing, with its name.
[[nodiscard]] protocol::Result<QString> findProgram(const QString &name);

// A path to programs and an untranslated language; nothing of whoever started the helper.
[[nodiscard]] QProcessEnvironment plainEnvironment();

// Runs it to its end, at most ten seconds. ProgramMissing; NetbootFailed with what it said.
[[nodiscard]] protocol::Result<void> runProgram(const QString &name, const QStringList &arguments,
                                                const QByteArray &input = {});

// What `nft -j list ruleset` prints. ProgramMissing; NetbootFailed with what it said.
[[nodiscard]] protocol::Result<QByteArray> readRuleset();

} // namespace netboot
