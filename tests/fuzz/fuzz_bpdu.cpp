// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of the bridges' group: whatever is read as a spanning tree message was long enough for it.
#include "fuzz_target.h"
#include "netboot/frames.h"
#include "netboot/helper/bpdu.h"

using netboot::Bpdu;

QList<QByteArray> fuzz::seeds()
{
    const QByteArray stp = frames::configuration("0000");
    const QByteArray rstp = frames::configuration("0202") + '\0';
    QByteArray tagged = frames::perVlanBpdu(rstp);
    tagged.insert(12, frames::hex("81000007"));
    return {frames::bpdu(stp), frames::bpdu(rstp), frames::bpdu(frames::hex("00000080")),
            frames::perVlanBpdu(rstp), tagged};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const auto bpdu = netboot::parseBpdu(std::as_bytes(std::span(data, size)));
    if (!bpdu)
        return 0;
    fuzz::require(size >= 14 + 3 + 4);
    fuzz::require(bpdu->kind == Bpdu::Kind::TopologyChange || size >= 14 + 3 + 35);
    fuzz::require(bpdu->helloMs >= 0 && bpdu->forwardDelayMs >= 0);
    return 0;
}
