// SPDX-License-Identifier: GPL-3.0-or-later
// Tells when the kernel says that an interface came, went, got or lost its link or an address
// (rtnetlink(7)), so that nobody has to look again and again.
#pragma once

#include "protocol/result.h"

#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

#include <memory>

namespace netboot
{

class LinkWatch : public QObject
{
    Q_OBJECT

public:
    explicit LinkWatch(QObject *parent = nullptr);
    ~LinkWatch() override;

    // NetbootFailed.
    [[nodiscard]] protocol::Result<void> start();

Q_SIGNALS:
    // Once for what comes together: plugging in an adapter makes a dozen messages.
    void changed();

private:
    void drain();

    int m_socket = -1;
    std::unique_ptr<QSocketNotifier> m_notifier;
    QTimer m_together;
};

} // namespace netboot
