// SPDX-License-Identifier: GPL-3.0-or-later
// What is doubtful about an image, as sentences.
#pragma once

#include "core/image_warning.h"

#include <QString>
#include <QStringList>

namespace ui
{

// One or two sentences; the technical detail is not part of it.
[[nodiscard]] QString imageWarningText(const core::ImageWarning &warning);

// A line per warning; empty: none.
[[nodiscard]] QString imageWarningLines(const QList<core::ImageWarning> &warnings);

// "SHA512SUMS lies beside it and was not checked"; empty: there is none.
[[nodiscard]] QString uncheckedText(const QStringList &files);

} // namespace ui
