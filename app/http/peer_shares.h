// SPDX-License-Identifier: GPL-3.0-or-later
// Who came when, by address: what has to give way is the oldest of the address that has most, so
// that one machine, or a few, that take all they get are in nobody's way.
#pragma once

#include <QList>
#include <QString>

#include <algorithm>
#include <map>

namespace http
{

template<class Member>
class PeerShares
{
public:
    void add(const QString &peer, Member member) { m_members[peer].append({member, m_arrivals++}); }

    void remove(const QString &peer, Member member)
    {
        const auto found = m_members.find(peer);
        if (found == m_members.end())
            return;
        found->second.removeIf([member](const Arrival &a) { return a.member == member; });
        if (found->second.isEmpty())
            m_members.erase(found);
    }

    [[nodiscard]] int count(const QString &peer) const
    {
        const auto found = m_members.find(peer);
        return found == m_members.end() ? 0 : int(found->second.size());
    }

    // Precondition: count(peer) > 0.
    [[nodiscard]] Member oldestOf(const QString &peer) const
    {
        return m_members.at(peer).first().member;
    }

    // Precondition: not empty.
    [[nodiscard]] Member oldestOfLargest() const
    {
        // Among equals the one that has waited longest: who comes with ever new addresses pushes
        // out his own, and nobody who has just arrived.
        const auto smaller = [](const auto &a, const auto &b) {
            if (a.second.size() != b.second.size())
                return a.second.size() < b.second.size();
            return a.second.first().order > b.second.first().order;
        };
        return std::max_element(m_members.begin(), m_members.end(), smaller)->second.first().member;
    }

private:
    struct Arrival {
        Member member;
        quint64 order = 0;
    };

    std::map<QString, QList<Arrival>> m_members; // oldest first
    quint64 m_arrivals = 0;
};

} // namespace http
