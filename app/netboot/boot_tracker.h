// SPDX-License-Identifier: GPL-3.0-or-later
// Makes boot timelines of what the helper tells: one per machine, by its MAC. No clock and no
// network of its own.
#pragma once

#include "core/boot_timeline.h"
#include "netboot/helper/event.h"
#include "netboot/log_line.h"

#include <QHash>
#include <QSet>

namespace netboot
{

class BootTracker
{
public:
    // `tftpRoot` as the service was given it. With `raspberriesOnly` (somebody else's network)
    // machines that are no Raspberry Pis are left out.
    explicit BootTracker(QString tftpRoot = {}, bool raspberriesOnly = false);

    // Whose timeline changed; null: nobody's.
    [[nodiscard]] MacAddress take(const Event &event, const QDateTime &now);
    [[nodiscard]] MacAddress takeRegistration(MacAddress mac, const QDateTime &now);
    // The loop guard's word; only these can be seen as refused.
    void setRefused(MacAddress mac, bool refused);
    [[nodiscard]] const core::BootTimeline *find(MacAddress mac) const;
    // Whether a machine asks for an address in vain, because the range has none left.
    [[nodiscard]] bool isPoolFull(const QDateTime &now) const;
    void forget(MacAddress mac);

private:
    core::BootTimeline &entry(MacAddress mac);
    [[nodiscard]] MacAddress takeClient(MacAddress mac, const DhcpSeen &seen, const QDateTime &now);
    [[nodiscard]] MacAddress takeBootRom(MacAddress mac, const DhcpSeen &seen,
                                         const QDateTime &now);
    [[nodiscard]] MacAddress takeKit(MacAddress mac, const DhcpSeen &seen, const QDateTime &now);
    [[nodiscard]] MacAddress takeSystem(MacAddress mac, const DhcpSeen &seen, const QDateTime &now);
    [[nodiscard]] MacAddress takeLog(const LogLine &line, const Event &event, const QDateTime &now);
    [[nodiscard]] MacAddress takeFile(core::BootTimeline &timeline, const LogLine &line,
                                      qint64 bytes, const QDateTime &now);
    void noteEnd(const LogLine &line);
    [[nodiscard]] MacAddress noteNoAddress(core::BootTimeline &timeline, const QDateTime &now);
    [[nodiscard]] bool noteAddress(core::BootTimeline &timeline);
    [[nodiscard]] MacAddress macOf(const LogLine &line, const Event &event) const;
    void makeRoom();

    QString m_root;
    bool m_raspberriesOnly;
    QHash<MacAddress, core::BootTimeline> m_timelines;
    QHash<QString, MacAddress> m_leases; // address: machine
    QSet<MacAddress> m_refused;
    QHash<MacAddress, QDateTime> m_withoutAddress; // when each asked last
    QHash<QString, LogLine::Kind> m_ended; // by address: Ended or Error of the transfer under way
};

} // namespace netboot
