// SPDX-License-Identifier: GPL-3.0-or-later
// What a fuzz target gives: libFuzzer's function, and the well-formed inputs that changing begins
// with.
#pragma once

#include <QByteArray>
#include <QList>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

namespace fuzz
{

[[nodiscard]] QList<QByteArray> seeds();

// Ends the process, in every build type: what does not hold is a finding.
inline void require(bool holds)
{
    if (!holds)
        std::abort();
}

} // namespace fuzz
