// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clocks.h"

#include <QDateTime>

#include <chrono>

namespace core
{

qint64 systemClock()
{
    return QDateTime::currentMSecsSinceEpoch();
}

qint64 steadyClock()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

} // namespace core
