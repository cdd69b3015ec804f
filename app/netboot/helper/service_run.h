// SPDX-License-Identifier: GPL-3.0-or-later
// One run of the netboot service, from the wish to everything put back. The verb `run`.
#pragma once

#include "netboot/helper/dhcp_watch.h"
#include "netboot/helper/dnsmasq_process.h"
#include "netboot/helper/event.h"
#include "netboot/helper/line_channel.h"
#include "netboot/helper/network_changes.h"
#include "netboot/helper/run_folder.h"

#include <QObject>
#include <QTimer>

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
    void restart(const protocol::Failure &why);
    void fail(const protocol::Failure &failure);
    void noteLog(const QString &line);
    void noteDhcp(const DhcpMessage &message);
    void keepAddress();
    void send(Event event);

    RunFolder m_folder;
    LineChannel m_channel;
    DhcpWatch m_watch;
    std::unique_ptr<DnsmasqProcess> m_dnsmasq;
    QTimer m_addressTimer;
    ServiceWish m_wish;
    ServiceUser m_user;
    Journal m_journal;
    bool m_begun = false;
    bool m_announced = false;
    bool m_stopped = false;
    int m_restarts = 0;
    int m_exitCode = 0;
};

// What an earlier run left: puts it back, clears the journal. Returns what was put back. The folder
// is open. NetbootFailed with what could not be put back; the journal stays then.
[[nodiscard]] protocol::Result<QStringList> putBackFrom(const RunFolder &folder);

// Name servers of this machine that another one can ask, for devices behind NAT.
[[nodiscard]] QList<quint32> resolversIn(const QByteArray &resolvConf);

} // namespace netboot
