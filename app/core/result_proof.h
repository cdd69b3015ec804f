// SPDX-License-Identifier: GPL-3.0-or-later
// A finished backup, written down elsewhere: whether a file of its name is that one, where nothing
// but its bytes tells. It may be replaced then, so all of them count.
#pragma once

#include "core/file_proof.h"

#include <QString>

#include <chrono>

namespace core
{

// A file that takes longer to compare counts as another one.
inline constexpr std::chrono::seconds comparePatience{300};

struct ResultProof {
    FileProof sample;           // of the whole file: tells most others apart at once
    imaging::Digest identity{}; // of the image in it, see imaging::BlockMap

    // `descriptor`: of the file at `path`, which ends as a backup's name does. Reads all of it.
    [[nodiscard]] bool matches(const QString &path, int descriptor) const;
};

} // namespace core
