// SPDX-License-Identifier: GPL-3.0-or-later
// What only root can find out about a wire and this machine, as one JSON object: the answer of the
// helper's verb "probe".
#pragma once

#include "netboot/helper/socket_table.h"
#include "netboot/helper/wire_probe.h"
#include "protocol/result.h"

#include <QJsonObject>

#include <optional>

namespace netboot
{

struct ProbeReport {
    QString interface;
    std::optional<WireFacts> wire; // nothing: see wireFailure
    protocol::Failure wireFailure;
    QList<PortUse> ports;
    QByteArray ruleset; // "nft -j list ruleset"; empty: see rulesetFailure
    protocol::Failure rulesetFailure;
};

[[nodiscard]] QJsonObject toJson(const ProbeReport &report);
// BadRequest.
[[nodiscard]] protocol::Result<ProbeReport> parseProbeReport(const QByteArray &body);

// Blocks for wireProbeTime, without an interface hardly at all. What cannot be found out is said in
// the report.
[[nodiscard]] ProbeReport probe(const QString &interface, const QList<quint16> &ports,
                                const std::atomic<bool> *stop = nullptr);

} // namespace netboot
