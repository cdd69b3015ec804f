// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/preflight_range.h"

#include "netboot/helper/run_folder.h"
#include "netboot/service.h"

#include <QDateTime>
#include <QFile>
#include <QSet>

namespace netboot
{
namespace
{

// Without the station's own address, which dnsmasq leaves out.
qint64 addressesOf(const PreflightPlan &plan)
{
    ServiceWish wish;
    wish.address = plan.address;
    wish.firstLease = plan.firstLease;
    wish.lastLease = plan.lastLease;
    if (wish.firstLease == 0)
        fillRange(wish);
    const quint32 own = wish.address.address;
    const bool ownInside = own >= wish.firstLease && own <= wish.lastLease;
    return qint64(wish.lastLease) - wish.firstLease + (ownInside ? 0 : 1);
}

} // namespace

// A line: seconds at which it ends (0: never), MAC, address, name, client-id.
QList<MacAddress> leasesIn(const QByteArray &leases, qint64 nowSeconds)
{
    QList<MacAddress> found;
    for (const QByteArray &line : leases.split('\n')) {
        const QList<QByteArray> fields = line.simplified().split(' ');
        const qint64 ends = fields.value(0).toLongLong();
        const auto mac = MacAddress::parse(QString::fromLatin1(fields.value(1)));
        if (fields.size() >= 4 && mac && (ends == 0 || ends > nowSeconds))
            found.append(*mac);
    }
    return found;
}

QList<MacAddress> readLeases()
{
    QFile file(RunFolder().dnsmasqPaths().leases);
    return file.open(QIODevice::ReadOnly)
               ? leasesIn(file.readAll(), QDateTime::currentSecsSinceEpoch())
               : QList<MacAddress>();
}

// A device that got an address keeps it for the lease's time, also when it is gone by then.
std::optional<Finding> judgeRange(const PreflightPlan &plan, const QList<MacAddress> &leases)
{
    if (plan.mode == Mode::Proxy || plan.address.prefix == 0)
        return std::nullopt;
    QSet<MacAddress> devices(plan.devices.begin(), plan.devices.end());
    devices.unite({leases.begin(), leases.end()});
    const qint64 addresses = addressesOf(plan);
    const bool enough = devices.size() <= addresses;
    return Finding{Check::Range,
                   enough ? Level::Ok : Level::Warning,
                   enough ? Reason::RangeEnough : Reason::RangeSmall,
                   {QString::number(addresses), QString::number(devices.size())},
                   Mend::None,
                   {}};
}

} // namespace netboot
