// SPDX-License-Identifier: GPL-3.0-or-later
// Shared by an import with who watches or cancels it.
#pragma once

#include "protocol/result.h"

#include <atomic>

namespace core
{

struct WorkControl {
    std::atomic<qint64> done{0}; // bytes of the file that is imported
    std::atomic<bool> cancelled{false};
};

[[nodiscard]] inline protocol::Failure importCancelled()
{
    return {protocol::FailureCode::Cancelled, protocol::Stage::Import, {}};
}

[[nodiscard]] inline protocol::Failure importFailure(protocol::FailureCode code,
                                                     const QString &path, const QString &why)
{
    return {code, protocol::Stage::Import, QStringLiteral("%1: %2").arg(path, why)};
}

} // namespace core
