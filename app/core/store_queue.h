// SPDX-License-Identifier: GPL-3.0-or-later
// Changes that wait for the database, in order; a newer save of a key takes the place of the one
// that waits, so that the queue stays as small as the station's state, however slow the disk is.
// Not thread-safe.
#pragma once

#include "core/model.h"

#include <QHash>

#include <variant>
#include <vector>

namespace core
{

struct Setting {
    QString key;
    QString value;
};

struct Removal {
    QLatin1StringView table;
    QLatin1StringView keyColumn;
    QString key;
};

using Change = std::variant<Device, Job, Image, Setting, Removal>;

class ChangeQueue
{
public:
    void add(Change change);
    [[nodiscard]] std::vector<Change> take(); // and is empty afterwards
    // Changes that could not be written go before the ones that came since.
    void putBack(std::vector<Change> changes);
    [[nodiscard]] bool isEmpty() const { return m_changes.empty(); }

private:
    std::vector<Change> m_changes;
    QHash<QString, size_t> m_positions; // of a key's newest change
};

} // namespace core
