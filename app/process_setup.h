// SPDX-License-Identifier: GPL-3.0-or-later
// What the process as a whole needs before anything runs: signals, limits, allocator, and the data
// directory's lock.
#pragma once

#include "protocol/result.h"
#include "transport/socket.h"

#include <QObject>
#include <QSocketNotifier>
#include <QString>

#include <functional>
#include <memory>

// Ignores SIGPIPE (sendfile raises it whatever flags one gives), raises the limit of open files to
// what is allowed, and keeps freed buffers from staying with the process.
void setUpProcess();

// Held as long as this station uses its data directory; the system lets go of it when the process
// dies, however it dies. StationIoError: not to be created or written; DeviceInUse: another station
// holds it.
[[nodiscard]] protocol::Result<transport::Descriptor> lockDataDirectory(const QString &path);

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
