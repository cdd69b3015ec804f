// SPDX-License-Identifier: GPL-3.0-or-later
// How often dnsmasq may be started again: a few times in a while. More often means that something
// is wrong for good; a crash a week does not.
#pragma once

#include <QList>

#include <chrono>

namespace netboot
{

class RestartBudget
{
public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr qsizetype most = 3;
    static constexpr std::chrono::minutes window{10};

    // False: used up.
    [[nodiscard]] bool take(Time now = std::chrono::steady_clock::now())
    {
        m_taken.removeIf([now](Time each) { return each + window <= now; });
        if (m_taken.size() >= most)
            return false;
        m_taken.append(now);
        return true;
    }

private:
    QList<Time> m_taken;
};

} // namespace netboot
