// SPDX-License-Identifier: GPL-3.0-or-later
// What the process as a whole needs before anything runs: signals, limits, allocator, file modes.
#pragma once

#include "transport/socket.h"

#include <QObject>
#include <QSocketNotifier>

#include <functional>
#include <memory>

// Ignores SIGPIPE (sendfile raises it whatever flags one gives), raises the limit of open files to
// what is allowed, keeps freed buffers from staying with the process, and makes no file that others
// may read.
void setUpProcess();

// Calls `quit` on the event loop's thread at SIGINT or SIGTERM.
class TerminationSignals : public QObject
{
    Q_OBJECT
public:
    explicit TerminationSignals(std::function<void()> quit, QObject *parent = nullptr);
    ~TerminationSignals() override;

private:
    transport::Descriptor m_descriptor;
    std::unique_ptr<QSocketNotifier> m_notifier;
};
