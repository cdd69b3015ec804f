// SPDX-License-Identifier: GPL-3.0-or-later
// dnsmasq as a child: its start, its log line by line, its end.
#pragma once

#include "netboot/helper/run_folder.h"

#include <QObject>
#include <QProcess>
#include <QTimer>

namespace netboot
{

class DnsmasqProcess : public QObject
{
    Q_OBJECT

public:
    explicit DnsmasqProcess(QObject *parent = nullptr);
    ~DnsmasqProcess() override;

    // ready() or failed() follows. ProgramMissing.
    [[nodiscard]] protocol::Result<void> start(const QString &config, const ServiceUser &user);
    // Reads the folder of rules anew. Transfers go on.
    void reload();
    // Returns when it has ended; no signal follows.
    void stop();
    [[nodiscard]] qint64 pid() const { return m_process.processId(); }

Q_SIGNALS:
    void ready(); // its sockets are open
    void line(const QString &text);
    // It has ended or never became ready. PortTaken, NetbootFailed with the error that it told,
    // else with how it ended.
    void failed(const protocol::Failure &failure);

private:
    void readLog();
    void takeLine(const QByteArray &bytes);
    void handleEnd();
    [[nodiscard]] QString howItEnded() const;

    QProcess m_process;
    QTimer m_patience;
    QByteArray m_rest; // of a line that is not complete
    QString m_error;   // the last that it told
    QString m_lastWords;
    bool m_ready = false;
};

} // namespace netboot
