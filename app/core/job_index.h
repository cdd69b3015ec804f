// SPDX-License-Identifier: GPL-3.0-or-later
// Where jobs stand in the station's list, which only grows: by id, by device, and which have not
// ended. What the station does all the time must not take longer as the history grows.
#pragma once

#include "core/model.h"

#include <QHash>
#include <QList>

#include <optional>

namespace core
{

class JobIndex
{
public:
    using Position = qsizetype;

    // Jobs come in the order of the list; one that has ended already is not among open().
    void add(const Job &job, Position at);
    void close(const JobId &id);

    [[nodiscard]] std::optional<Position> find(const JobId &id) const;
    [[nodiscard]] std::optional<Position> latest(MacAddress mac) const;
    // All of the device's, ascending.
    [[nodiscard]] QList<Position> of(MacAddress mac) const { return m_byDevice.value(mac); }
    // Not ended, ascending; as many as there are devices at work.
    [[nodiscard]] const QList<Position> &open() const { return m_open; }

private:
    QHash<JobId, Position> m_byId;
    QHash<MacAddress, QList<Position>> m_byDevice;
    QList<Position> m_open;
};

} // namespace core
