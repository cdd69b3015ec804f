// SPDX-License-Identifier: GPL-3.0-or-later
// Who may touch a backup's files: one at a time for each path, in the order in which they came.
// Lives on one thread.
#pragma once

#include <QHash>
#include <QString>

#include <deque>
#include <functional>

namespace core
{

class PathTurns
{
public:
    // Calls `begin` once nobody else is at that path, which may be now. Each has its turn until it
    // ends it.
    void take(const QString &path, std::function<void()> begin);
    void end(const QString &path);

private:
    QHash<QString, std::deque<std::function<void()>>> m_waiting; // by clean path; there: taken
};

} // namespace core
