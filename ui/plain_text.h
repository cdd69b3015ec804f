// SPDX-License-Identifier: GPL-3.0-or-later
// Text from devices, files and people is text everywhere. Where Qt guesses whether a text is HTML
// (tooltips, a message box's second text, labels of format AutoText) and loads what it names, the
// text passes through here first.
#pragma once

#include <QString>

namespace ui
{

// Looks the same, and Qt::mightBeRichText() is false. For showing only: what is copied or compared
// is the text itself.
[[nodiscard]] QString plain(const QString &text);

} // namespace ui
