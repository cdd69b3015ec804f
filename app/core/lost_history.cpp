// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/lost_history.h"

#include "core/store.h"

namespace core
{

using namespace Qt::StringLiterals;

namespace
{

constexpr QLatin1StringView switchedOff{"off"};

} // namespace

void LostHistory::restore(const Snapshot &snapshot, bool isAutomatic)
{
    m_state = snapshot.settings.value(lostHistoryKey);
    follow(isAutomatic);
}

void LostHistory::follow(bool isAutomatic)
{
    const bool wasSwitchedOff = m_state == switchedOff;
    if (!isInDoubt() || isAutomatic != wasSwitchedOff)
        return;
    m_state = wasSwitchedOff ? QString() : QString(switchedOff);
    m_store.saveSetting(lostHistoryKey, m_state);
}

} // namespace core
