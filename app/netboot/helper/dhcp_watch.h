// SPDX-License-Identifier: GPL-3.0-or-later
// Listens to the DHCP that comes in by one interface (packet(7)), answers nothing.
#pragma once

#include "netboot/helper/dhcp_message.h"
#include "protocol/result.h"

#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace netboot
{

class DhcpWatch : public QObject
{
    Q_OBJECT

public:
    explicit DhcpWatch(QObject *parent = nullptr);
    ~DhcpWatch() override;

    // NotPermitted, InterfaceUnusable.
    [[nodiscard]] protocol::Result<void> start(const QString &interface);

    // Opens anew when another interface has the old name now, as an adapter that was plugged in
    // again; true then. As start().
    [[nodiscard]] protocol::Result<bool> followInterface();

    // Tells what has come in until now.
    void read();

Q_SIGNALS:
    void seen(const netboot::DhcpMessage &message);

private:
    void close();

    QString m_interface;
    unsigned m_index = 0;
    int m_socket = -1;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace netboot
