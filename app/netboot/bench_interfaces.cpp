// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/bench_interfaces.h"

#include <algorithm>

namespace netboot
{

QStringList benchInterfaces(const MachineFacts &machine, const QHash<QString, LinkFacts> &links,
                            bool proxy)
{
    QStringList names;
    for (const InterfaceFacts &each : machine.interfaces) {
        const bool out = machine.defaultRoutes.contains(each.name);
        if (each.ethernet && !each.loopback && (proxy || !out))
            names.append(each.name);
    }
    std::ranges::stable_sort(names, {}, [&links](const QString &name) {
        const LinkFacts link = links.value(name);
        return (link.made ? 2 : 0) + (link.connected ? 0 : 1);
    });
    return names;
}

QHash<QString, LinkFacts> readLinks(const MachineFacts &machine)
{
    QHash<QString, LinkFacts> links;
    for (const InterfaceFacts &each : machine.interfaces)
        links.insert(each.name, readLink(each.name));
    return links;
}

} // namespace netboot
