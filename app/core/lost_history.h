// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of devices or jobs were lost with a damaged database, or make no sense: nobody knows which
// devices are done, so automatic mode waits at each one that is new to the station, until the
// operator has switched the mode off, knowing that, and on again. Kept over a restart; a start with
// the mode on alone is no such decision.
#pragma once

#include <QString>

namespace core
{

class Store;
struct Snapshot;

// The setting; its values are LostHistory's own, this one is what the store writes.
inline constexpr QLatin1StringView lostHistoryKey{"lost-history"};
inline constexpr QLatin1StringView historyWasLost{"lost"};

class LostHistory
{
public:
    explicit LostHistory(Store &store) : m_store(store) {} // outlives it

    // `isAutomatic`: automatic mode is on.
    void restore(const Snapshot &snapshot, bool isAutomatic);
    void follow(bool isAutomatic);

    [[nodiscard]] bool isInDoubt() const { return !m_state.isEmpty(); }

private:
    Store &m_store;
    QString m_state; // empty: nothing is missing
};

} // namespace core
