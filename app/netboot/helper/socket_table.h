// SPDX-License-Identifier: GPL-3.0-or-later
// Which local ports are in use, and by whom. The tables are readable by everybody (proc(5),
// /proc/net/tcp and udp); whose a socket is can be seen for one's own processes, and for all by
// root.
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

namespace netboot
{

enum class PortKind { Tcp, Udp };

struct PortUse {
    PortKind kind = PortKind::Tcp;
    quint16 port = 0;
    QString address; // that it is bound to; "0.0.0.0", "::", …
    quint64 inode = 0;
    qint64 pid = 0;  // 0: not told
    QString program; // empty: not told
    QString unit;    // systemd's, "tftpd-hpa.service"; empty: none or not told

    friend bool operator==(const PortUse &, const PortUse &) = default;
};

// Listening TCP and all UDP sockets of one table's text. What is malformed is left out.
[[nodiscard]] QList<PortUse> parseSocketTable(const QByteArray &table, PortKind kind);

// The systemd service in the text of /proc/PID/cgroup; empty: none.
[[nodiscard]] QString unitInCgroup(const QByteArray &cgroup);

// Who uses any of these ports now, IPv4 and IPv6, in this process's network namespace.
[[nodiscard]] QList<PortUse> portsInUse(const QList<quint16> &ports);

} // namespace netboot
