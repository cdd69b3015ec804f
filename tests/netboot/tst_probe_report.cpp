// SPDX-License-Identifier: GPL-3.0-or-later
// The helper's report on the way to the station and back; what it asks on the wire.
#include "frames.h"
#include "netboot/helper/dhcp_discover.h"
#include "netboot/helper/dhcp_message.h"
#include "netboot/helper/probe_report.h"
#include "netboot/helper/verbs.h"
#include "protocol/messages.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace netboot;
using protocol::MacAddress;

namespace
{

MacAddress mac(const char *text)
{
    return *MacAddress::parse(QString::fromLatin1(text));
}

ProbeReport full()
{
    ProbeReport report;
    report.interface = u"eth1"_s;
    Bpdu bpdu;
    bpdu.kind = Bpdu::Kind::Rstp;
    bpdu.perVlan = true;
    bpdu.sender = bpdu.root = bpdu.bridge = mac("00:1c:0e:87:78:00");
    bpdu.helloMs = 2000;
    bpdu.forwardDelayMs = 15000;
    report.wire = WireFacts{{{0x0a323202, 0x0a323264}, {0x0a323203, 0}}, {bpdu}};
    report.ports = {
        {PortKind::Udp, 69, u"0.0.0.0"_s, 0, 812, u"in.tftpd"_s, u"tftpd-hpa.service"_s}};
    report.ruleset = R"({"nftables":[]})";
    return report;
}

} // namespace

class TestProbeReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goesThereAndBack()
    {
        const ProbeReport before = full();
        const auto after = parseProbeReport(protocol::toBody(toJson(before)));
        QVERIFY(after);
        QCOMPARE(after->interface, before.interface);
        QVERIFY(after->wire);
        QCOMPARE(after->wire->dhcp, before.wire->dhcp);
        QCOMPARE(after->wire->bpdus, before.wire->bpdus);
        QCOMPARE(after->ports, before.ports);
        QCOMPARE(after->ruleset, before.ruleset);
    }

    void failuresGoThereAndBack()
    {
        ProbeReport before;
        before.wireFailure = {protocol::FailureCode::NotPermitted, protocol::Stage::None, u"x"_s};
        before.rulesetFailure = {protocol::FailureCode::ProgramMissing, protocol::Stage::None,
                                 u"nft"_s};
        const auto after = parseProbeReport(protocol::toBody(toJson(before)));
        QVERIFY(after && !after->wire && after->ruleset.isEmpty());
        QCOMPARE(after->wireFailure.code, protocol::FailureCode::NotPermitted);
        QCOMPARE(after->rulesetFailure.detail, u"nft"_s);
    }

    void anythingElseIsRefusedOrEmpty()
    {
        for (const char *text : {"", "x", "[]", "5"})
            QVERIFY(!parseProbeReport(text));
        const auto odd = parseProbeReport(
            R"({"ports":[5,{"port":-3}],"dhcp":{"a":1},"bpdus":[{"kind":"x","sender":7}]})");
        QVERIFY(odd && odd->wire);
        QCOMPARE(odd->ports.size(), 2);
    }

    void theDiscoverIsOne_data()
    {
        QTest::addColumn<bool>("pxe");
        QTest::addRow("any machine") << false;
        QTest::addRow("boot ROM") << true;
    }

    void theDiscoverIsOne()
    {
        QFETCH(bool, pxe);
        const QByteArray packet = dhcpDiscover(mac("e4:5f:01:02:03:04"), 0xcafe0123,
                                               pxe ? Asking::PxeClient : Asking::AnyMachine);
        const auto message = parseDhcpPacket(frames::bytes(packet));
        QVERIFY(message && message->fromClient);
        QCOMPARE(message->type, DhcpType::Discover);
        QCOMPARE(message->mac, mac("e4:5f:01:02:03:04"));
        QCOMPARE(message->transaction, 0xcafe0123U);
        QCOMPARE(message->vendorClass.startsWith("PXEClient"_L1), pxe);
        QVERIFY(packet.size() >= 20 + 8 + 300);
        QCOMPARE(packet.size(), qsizetype(quint8(packet[2]) << 8 | quint8(packet[3])));
        quint32 sum = 0; // a right header's sum, itself included, is all ones: RFC 1071
        for (qsizetype i = 0; i < 20; i += 2)
            sum += quint32(quint8(packet[i])) << 8 | quint8(packet[i + 1]);
        QCOMPARE((sum & 0xffff) + (sum >> 16), 0xffffU);
    }

    void noInterfaceNoAnswer()
    {
        const auto facts = probeWire(u"no-such-if"_s, std::chrono::milliseconds(10));
        QVERIFY(!facts);
        QCOMPARE(facts.failure().code, protocol::FailureCode::InterfaceUnusable);
    }

    void theVerbChecksItsArguments()
    {
        for (const QStringList &wrong :
             {QStringList(), QStringList{{}}, QStringList{u"a-name-that-is-too-long"_s},
              QStringList{u"eth0"_s, u"http"_s}, QStringList{u"eth0"_s, u"65536"_s},
              QStringList(20, u"1"_s)})
            QCOMPARE(runProbe(wrong), 2);
    }
};

QTEST_GUILESS_MAIN(TestProbeReport)
#include "tst_probe_report.moc"
