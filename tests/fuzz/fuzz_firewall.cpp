// SPDX-License-Identifier: GPL-3.0-or-later
// Rulesets and reports: the judge ends on every ruleset, and a report goes there and back.
#include "fuzz_target.h"
#include "netboot/helper/firewall.h"
#include "netboot/helper/probe_report.h"
#include "protocol/messages.h"

using namespace netboot;

QList<QByteArray> fuzz::seeds()
{
    return {
        R"({"nftables":[{"chain":{"family":"inet","table":"f","name":"in","hook":"input","policy":"drop"}},)"
        R"({"chain":{"family":"inet","table":"f","name":"b"}},)"
        R"({"rule":{"family":"inet","table":"f","chain":"in","expr":[{"match":{"op":"==","left":{"meta":{"key":)"
        R"("iifname"}},"right":"eth*"}},{"jump":{"target":"b"}}]}},)"
        R"({"rule":{"family":"inet","table":"f","chain":"b","expr":[{"match":{"op":"in","left":{"payload":)"
        R"({"protocol":"udp","field":"dport"}},"right":{"set":[67,{"range":[69,70]}]}}},{"accept":null}]}}]})",
        R"({"nftables":[{"chain":{"family":"ip","table":"f","name":"in","hook":"input","policy":"drop"}},)"
        R"({"rule":{"family":"ip","table":"f","chain":"in","expr":[{"goto":{"target":"in"}}]}},)"
        R"({"rule":{"family":"ip","table":"f","chain":"in","expr":[{"vmap":{"key":1,"data":"@x"}},{"drop":null}]}}]})",
        R"({"interface":"eth1","dhcp":[{"server":"10.0.0.1","offered":"10.0.0.9"}],"bpdus":[{"kind":"rstp",)"
        R"("bridge":"00:1c:0e:87:78:00","hello_ms":2000}],"ports":[{"kind":"udp","port":69,"pid":7}],"ruleset":"{}"})",
    };
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), qsizetype(size));
    (void)judgeRuleset(text, {PortKind::Udp, 67, QStringLiteral("eth1")});
    (void)judgeRuleset(text, {PortKind::Tcp, 5000, {}});
    if (const auto report = parseProbeReport(text)) {
        const auto again = parseProbeReport(protocol::toBody(toJson(*report)));
        fuzz::require(again && again->ports == report->ports &&
                      again->wire.has_value() == report->wire.has_value());
    }
    return 0;
}
