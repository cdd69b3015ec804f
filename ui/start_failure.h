// SPDX-License-Identifier: GPL-3.0-or-later
// What the window says when the station cannot start: a program that is opened from a menu has no
// terminal to say it on.
#pragma once

#include "protocol/failure.h"

#include <QString>

namespace ui
{

struct BoxText;

// Why it does not start. `portHolders`: who listens on the port that was asked for; an empty name:
// somebody, whom the system does not tell; no names: nobody.
[[nodiscard]] BoxText startFailureBox(const protocol::Failure &failure, const QString &dataDir,
                                      quint16 port, const QStringList &portHolders);

// A box that is waited for; there is no window yet, and none will come.
void showStartFailure(const BoxText &text);

} // namespace ui
