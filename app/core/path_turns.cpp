// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/path_turns.h"

#include <QDir>

#include <utility>

namespace core
{

void PathTurns::take(const QString &path, std::function<void()> begin)
{
    const QString key = QDir::cleanPath(path);
    if (const auto taken = m_waiting.find(key); taken != m_waiting.end()) {
        taken->push_back(std::move(begin));
        return;
    }
    m_waiting.insert(key, {});
    begin();
}

void PathTurns::end(const QString &path)
{
    const auto taken = m_waiting.find(QDir::cleanPath(path));
    if (taken == m_waiting.end())
        return;
    if (taken->empty()) {
        m_waiting.erase(taken);
        return;
    }
    const auto next = std::move(taken->front());
    taken->pop_front();
    next(); // which may bring others
}

} // namespace core
