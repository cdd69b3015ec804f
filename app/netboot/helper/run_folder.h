// SPDX-License-Identifier: GPL-3.0-or-later
// The helper's own folder: lock, journal, and what dnsmasq reads and writes. In /run, so that a
// restart of the machine, which puts everything back by itself, forgets it, too.
#pragma once

#include "netboot/helper/dnsmasq_config.h"
#include "netboot/helper/journal.h"

#include <sys/types.h>

namespace netboot
{

inline constexpr QLatin1StringView runFolderPath{"/run/provisioning-netboot"};

// Whom dnsmasq runs as. ProgramMissing when the system has no such user.
struct ServiceUser {
    uid_t uid = 0;
    gid_t gid = 0;
};
[[nodiscard]] protocol::Result<ServiceUser> findServiceUser();

class RunFolder
{
public:
    explicit RunFolder(const QString &path = runFolderPath) : m_path(path) {}
    RunFolder(const RunFolder &) = delete;
    RunFolder &operator=(const RunFolder &) = delete;
    ~RunFolder();

    // Makes the folder and takes its lock, which lives as long as this object.
    // NetbootInUse: another helper serves. NotPermitted: no rights here. NetbootFailed.
    [[nodiscard]] protocol::Result<void> open();
    // Whether another helper serves at the moment.
    [[nodiscard]] bool isInUse() const;

    [[nodiscard]] QString journal() const { return file(QStringLiteral("state.json")); }
    [[nodiscard]] QString config() const { return file(QStringLiteral("dnsmasq.conf")); }
    [[nodiscard]] DnsmasqPaths dnsmasqPaths() const;

    // The configuration, an empty folder of rules with these in it, and the file of leases, which
    // is kept from run to run, so that devices keep their addresses. NetbootFailed.
    [[nodiscard]] protocol::Result<void> prepare(const QByteArray &config,
                                                 const QList<MacAddress> &refused,
                                                 const ServiceUser &user) const;
    // dnsmasq sees a new rule by itself; that one is gone it sees at the next SIGHUP.
    // NetbootFailed.
    [[nodiscard]] protocol::Result<void> addRule(MacAddress mac) const;
    [[nodiscard]] protocol::Result<void> removeRule(MacAddress mac) const;

private:
    [[nodiscard]] QString file(const QString &name) const { return m_path + u'/' + name; }
    [[nodiscard]] QString rulePath(MacAddress mac) const;

    QString m_path;
    int m_lock = -1;
};

} // namespace netboot
