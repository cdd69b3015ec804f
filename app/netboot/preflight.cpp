// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/preflight.h"

#include "netboot/bench_interfaces.h"
#include "netboot/preflight_range.h"

#include <QFileInfo>
#include <QStorageInfo>

#include <algorithm>
#include <array>

namespace netboot
{

using namespace Qt::StringLiterals;

namespace
{

struct CheckName {
    Check check;
    QLatin1StringView name;
};
constexpr std::array checkNames{
    CheckName{Check::Netboot, "netboot"_L1},
    CheckName{Check::Interface, "interface"_L1},
    CheckName{Check::Link, "link"_L1},
    CheckName{Check::Address, "address"_L1},
    CheckName{Check::Range, "range"_L1},
    CheckName{Check::OtherDhcp, "other-dhcp"_L1},
    CheckName{Check::SpanningTree, "spanning-tree"_L1},
    CheckName{Check::HttpPort, "http-port"_L1},
    CheckName{Check::DhcpPort, "dhcp-port"_L1},
    CheckName{Check::TftpPort, "tftp-port"_L1},
    CheckName{Check::TftpRoot, "tftp-root"_L1},
    CheckName{Check::Firewall, "firewall"_L1},
    CheckName{Check::Uplink, "uplink"_L1},
    CheckName{Check::DataDisk, "data-disk"_L1},
    CheckName{Check::BackupDisk, "backup-disk"_L1},
};

struct LevelName {
    Level level;
    QLatin1StringView name;
};
constexpr std::array levelNames{
    LevelName{Level::Ok, "ok"_L1}, LevelName{Level::Unknown, "unknown"_L1},
    LevelName{Level::Warning, "warning"_L1}, LevelName{Level::Error, "error"_L1}};

// Of a folder that is still to be made, its nearest parent counts.
DiskFacts readDisk(QString folder)
{
    while (!folder.isEmpty() && !QFileInfo::exists(folder) && QFileInfo(folder).path() != folder)
        folder = QFileInfo(folder).path();
    const QStorageInfo storage(folder);
    const bool known = storage.isValid() && storage.isReady();
    return {known, storage.isReadOnly() || !QFileInfo(folder).isWritable(),
            storage.bytesAvailable()};
}

} // namespace

QList<quint16> PreflightPlan::ports() const
{
    return netboots() ? QList<quint16>{httpPort, dhcpPort, tftpPort} : QList<quint16>{httpPort};
}

QLatin1StringView nameOf(Check check)
{
    return std::ranges::find(checkNames, check, &CheckName::check)->name;
}

QLatin1StringView nameOf(Level level)
{
    return std::ranges::find(levelNames, level, &LevelName::level)->name;
}

Observations observe(const PreflightPlan &plan)
{
    Observations seen;
    seen.machine = readMachineFacts();
    seen.links = readLinks(seen.machine);
    seen.probed.ports = portsInUse(plan.ports());
    if (plan.netboots()) {
        seen.tftp = inspectTftpRoot(plan.tftpRoot);
        seen.leases = readLeases();
    }
    seen.dataDisk = readDisk(plan.dataDir);
    if (!plan.backupDir.isEmpty())
        seen.backupDisk = readDisk(plan.backupDir);
    return seen;
}

bool hasError(const QList<Finding> &findings)
{
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding &each) { return each.level == Level::Error; });
}

} // namespace netboot
