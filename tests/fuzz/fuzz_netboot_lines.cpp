// SPDX-License-Identifier: GPL-3.0-or-later
// What goes between station and helper, and dnsmasq's log.
#include "fuzz_target.h"
#include "netboot/helper/event.h"
#include "netboot/helper/wish.h"
#include "netboot/log_line.h"
#include "protocol/messages.h"

using namespace netboot;

QList<QByteArray> fuzz::seeds()
{
    return {
        R"({"interface":"eth1","address":"10.20.50.1/24","range":["10.20.50.100","10.20.50.200"],)"
        R"("tftp_root":"/srv/tftp","uplink":"eth0","refused":["dc:a6:32:01:02:03"]})",
        R"({"command":"refuse","mac":"dc:a6:32:01:02:03"})",
        R"({"event":"dhcp","mac":"dc:a6:32:01:02:03","dhcp":{"type":"discover","raspberry":true}})",
        "dnsmasq-dhcp[7]: 99 DHCPOFFER(eth1) 10.20.50.173 dc:a6:32:01:02:03 ",
        "dnsmasq-dhcp[7]: 99 DHCPDISCOVER(eth1) dc:a6:32:01:02:03 ignored",
        "dnsmasq-tftp[7]: sent /srv/tftp/kernel8.img to 10.20.50.173"};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray line(reinterpret_cast<const char *>(data), qsizetype(size));
    if (const auto wish = parseWish(line)) {
        const auto again = parseWish(protocol::toBody(toJson(*wish)));
        fuzz::require(again.ok() && *again == *wish);
    }
    if (const auto command = parseCommand(line))
        fuzz::require(parseCommand(protocol::toBody(toJson(*command))).ok());
    if (const auto event = parseEvent(line))
        fuzz::require(parseEvent(protocol::toBody(toJson(*event))).ok());
    if (const auto parsed = parseLogLine(QString::fromUtf8(line)))
        fuzz::require(parsed->mac.isNull() != parsed->file.isEmpty());
    return 0;
}
