// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store_queue.h"

#include <iterator>

namespace core
{

using namespace Qt::StringLiterals;

namespace
{

struct KeyOf {
    QString operator()(const Device &device) const { return "device "_L1 + device.mac.toString(); }
    QString operator()(const Job &job) const { return "job "_L1 + job.id; }
    QString operator()(const Image &image) const { return "image "_L1 + image.id; }
    QString operator()(const Setting &setting) const { return "setting "_L1 + setting.key; }
    QString operator()(const Removal &removal) const { return removal.table + u' ' + removal.key; }
};

} // namespace

void ChangeQueue::add(Change change)
{
    const QString key = std::visit(KeyOf(), change);
    const auto waiting = m_positions.constFind(key);
    // A save after a removal is a new row behind the others, so the removal has to happen.
    if (waiting != m_positions.constEnd() &&
        !std::holds_alternative<Removal>(m_changes[*waiting])) {
        m_changes[*waiting] = std::move(change);
        return;
    }
    m_positions.insert(key, m_changes.size());
    m_changes.push_back(std::move(change));
}

std::vector<Change> ChangeQueue::take()
{
    m_positions.clear();
    return std::exchange(m_changes, {});
}

void ChangeQueue::putBack(std::vector<Change> changes)
{
    std::vector<Change> newer = take();
    for (Change &change : changes)
        add(std::move(change));
    for (Change &change : newer)
        add(std::move(change));
}

} // namespace core
