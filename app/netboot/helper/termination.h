// SPDX-License-Identifier: GPL-3.0-or-later
// SIGTERM, SIGINT and SIGHUP as a call on the event loop's thread.
#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <functional>
#include <memory>

namespace netboot
{

// In main(), before anything else: blocks these signals, so that they reach the descriptor alone.
void blockTerminationSignals();

class Termination : public QObject
{
    Q_OBJECT

public:
    explicit Termination(std::function<void()> end, QObject *parent = nullptr);
    ~Termination() override;

private:
    int m_descriptor;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace netboot
