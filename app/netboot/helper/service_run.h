// SPDX-License-Identifier: GPL-3.0-or-later
// One run of the netboot service, from the wish to everything put back. The verb `run`.
#pragma once

#include "netboot/helper/dhcp_watch.h"
#include "netboot/helper/dnsmasq_process.h"
#include "netboot/helper/event.h"
#include "netboot/helper/line_channel.h"
#include "netboot/helper/link_watch.h"
#include "netboot/helper/network_changes.h"
#include "netboot/helper/restart_budget.h"
#include "netboot/helper/run_folder.h"

#include <QElapsedTimer>
#include <QObject>
#include <QSet>
#include <QTimer>

#include <optional>

namespace netboot
{

class ServiceRun : public QObject
{
    Q_OBJECT

public:
    explicit ServiceRun(QObject *parent = nullptr);
    ~ServiceRun() override;

    // Puts everything back and ends the event loop. May be called twice.
    void stop();
    [[nodiscard]] int exitCode() const { return m_exitCode; }

private:
    void takeLine(const QByteArray &line);
    void begin(const QByteArray &line);
    [[nodiscard]] protocol::Result<void> bringUp(const ServiceWish &wish);
    [[nodiscard]] protocol::Result<void> putBackLeftovers();
    [[nodiscard]] protocol::Result<void> startDnsmasq();
    void obey(const Command &command);
    void announce();
    void checkWayOut();
    void restart(const protocol::Failure &why);
    void warn(const QString &text);
    void fail(const protocol::Failure &failure);
    void noteLog(const QString &line);
    void noteDhcp(const DhcpMessage &message);
    void keepInterface();
    [[nodiscard]] bool followNewInterface(const MachineFacts &facts);
    void keepAddress(const InterfaceFacts &interface, const MachineFacts &facts);
    void judgeLink(const InterfaceFacts &interface);
    void wait(protocol::FailureCode code, const QString &why);
    void resume();
    void repairNetwork(const ServiceWish &wish, const MachineFacts &facts, const QString &cause);
    void send(Event event);

    RunFolder m_folder;
    LineChannel m_channel;
    DhcpWatch m_watch;
    std::unique_ptr<DnsmasqProcess> m_dnsmasq;
    LinkWatch m_links;
    QTimer m_interfaceTimer;
    QElapsedTimer m_sinceStart; // of serving
    QElapsedTimer m_sinceRepair;
    bool m_hadLink = false;
    std::optional<protocol::FailureCode> m_waiting; // what for
    ServiceWish m_wish;
    ServiceUser m_user;
    Journal m_journal;
    QSet<quint64> m_refused; // Ethernet addresses
    RestartBudget m_restarts;
    bool m_begun = false;
    bool m_announced = false;
    bool m_stopped = false;
    int m_exitCode = 0;
};

// What an earlier run left: puts it back, clears the journal. Returns what was put back. The folder
// is open. NetbootFailed with what could not be put back; the journal stays then.
[[nodiscard]] protocol::Result<QStringList> putBackFrom(const RunFolder &folder);

} // namespace netboot
