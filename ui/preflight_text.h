// SPDX-License-Identifier: GPL-3.0-or-later
// The preflight's findings in words, for the window and for the command line.
#pragma once

#include "netboot/preflight.h"
#include "ui/tone.h"

#include <QJsonArray>
#include <QString>

namespace ui
{

[[nodiscard]] QString checkName(netboot::Check check); // "Spanning tree"
[[nodiscard]] QString levelName(netboot::Level level); // "Warning"
[[nodiscard]] Tone levelTone(netboot::Level level);
[[nodiscard]] Glyph levelGlyph(netboot::Level level);

// What was found and, where it is not right, what follows and what to do: one or more sentences.
[[nodiscard]] QString findingText(const netboot::Finding &finding);

// What the button says; empty: no button.
[[nodiscard]] QString mendText(const netboot::Finding &finding);

// A line for each finding, with what to type where there is such.
[[nodiscard]] QString preflightTable(const QList<netboot::Finding> &findings);
[[nodiscard]] QByteArray preflightJson(const QList<netboot::Finding> &findings);

} // namespace ui
