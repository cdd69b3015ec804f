// SPDX-License-Identifier: GPL-3.0-or-later
// A compressed file that is not what the end of its name says.
#pragma once

#include "core/import/source_file.h"

namespace core
{

// ImageFormatUnknown, with what it is instead, as far as formatOf() knows it. `expected` is the
// tool's name: "gzip".
[[nodiscard]] protocol::Failure namedWrongly(SourceFile &file, const QString &expected);

} // namespace core
