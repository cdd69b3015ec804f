// SPDX-License-Identifier: GPL-3.0-or-later
// Rulesets as nft prints them in JSON, and whether a device's packet passes.
#include "netboot/helper/firewall.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace netboot;
using enum Passage;

namespace
{

const ImaginedPacket http{PortKind::Tcp, 5000, u"eth1"_s};
const ImaginedPacket dhcp{PortKind::Udp, 67, u"eth1"_s};

QByteArray chain(const char *policy, const char *hook = "input", const char *family = "inet")
{
    return QByteArray(R"({"chain":{"family":"@F","table":"filter","name":"in","handle":1,)"
                      R"("type":"filter","hook":"@H","prio":0,"policy":"@P"}})")
        .replace("@F", family)
        .replace("@H", hook)
        .replace("@P", policy);
}

QByteArray plainChain(const char *name)
{
    return QByteArray(R"({"chain":{"family":"inet","table":"filter","name":"@N","handle":2}})")
        .replace("@N", name);
}

QByteArray rule(const char *statements, const char *name = "in")
{
    return QByteArray(
               R"({"rule":{"family":"inet","table":"filter","chain":"@N","handle":9,"expr":[@S]}})")
        .replace("@N", name)
        .replace("@S", statements);
}

QByteArray ruleset(const QList<QByteArray> &items)
{
    return R"({"nftables":[{"metainfo":{"version":"1.0.6","json_schema_version":1}})" +
           (items.isEmpty() ? QByteArray() : ',' + items.join(',')) + "]}";
}

constexpr const char *accept = R"({"accept":null})";
constexpr const char *drop = R"({"drop":null})";

QByteArray match(const char *left, const char *right, const char *op = "==")
{
    return QByteArray(R"({"match":{"op":"@O","left":@L,"right":@R}})")
        .replace("@O", op)
        .replace("@L", left)
        .replace("@R", right);
}

constexpr const char *udpPort = R"({"payload":{"protocol":"udp","field":"dport"}})";
constexpr const char *tcpPort = R"({"payload":{"protocol":"tcp","field":"dport"}})";
constexpr const char *anyPort = R"({"payload":{"protocol":"th","field":"dport"}})";
constexpr const char *iifname = R"({"meta":{"key":"iifname"}})";
constexpr const char *oifname = R"({"meta":{"key":"oifname"}})";
constexpr const char *l4proto = R"({"meta":{"key":"l4proto"}})";
constexpr const char *state = R"({"ct":{"key":"state"}})";
constexpr const char *source = R"({"payload":{"protocol":"ip","field":"saddr"}})";

QByteArray acceptIf(const QByteArray &matches)
{
    return rule((matches + ',' + accept).constData());
}

QByteArray dropIf(const QByteArray &matches)
{
    return rule((matches + ',' + drop).constData());
}

} // namespace

class TestFirewall : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void waysOut_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<int>("passage");
        const auto row = [](const char *name, const QList<QByteArray> &items, Passage passage) {
            QTest::addRow("%s", name) << ruleset(items) << int(passage);
        };
        const QByteArray closed = chain("drop", "forward");
        const QByteArray there =
            acceptIf(match(iifname, R"("eth1")") + ',' + match(oifname, R"("eth0")"));
        const QByteArray back =
            acceptIf(match(state, R"({"set":["established","related"]})", "in"));
        row("no rules at all", {}, Open);
        row("what comes in does not count", {chain("drop", "input")}, Open);
        row("Docker's and ufw's policy", {closed}, Blocked);
        row("answers only", {closed, back}, Blocked);
        row("questions only", {closed, there}, Blocked);
        row("both", {closed, back, there}, Open);
        row("by the other interface", {closed, back, acceptIf(match(iifname, R"("docker0")"))},
            Blocked);
        row("a match that is not known", {closed, back, acceptIf(match(source, R"("10.0.0.0")"))},
            Uncertain);
    }

    void waysOut()
    {
        QFETCH(QByteArray, json);
        QFETCH(int, passage);
        const auto judged = judgeWayOut(json, u"eth1"_s, u"eth0"_s);
        QVERIFY(judged.has_value());
        QCOMPARE(int(*judged), passage);
    }

    void ourOwnTableIsNotJudged()
    {
        QByteArray own = ruleset({chain("drop", "forward"), dropIf(match(iifname, R"("eth1")"))});
        own.replace(R"("table":"filter")", R"("table":"provisioning_netboot")");
        QCOMPARE(judgeWayOut(own, u"eth1"_s, u"eth0"_s), std::optional(Open));
    }

    void noRulesetNoVerdict() { QVERIFY(!judgeWayOut("junk", u"eth1"_s, u"eth0"_s)); }

    void judges_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<int>("toDhcp");
        QTest::addColumn<int>("toHttp");
        const auto row = [](const char *name, const QList<QByteArray> &items, Passage toDhcp,
                            Passage toHttp) {
            QTest::addRow("%s", name) << ruleset(items) << int(toDhcp) << int(toHttp);
        };
        const QByteArray closed = chain("drop");
        const QByteArray open = chain("accept");
        row("no rules at all", {}, Open, Open);
        row("accept by default", {open}, Open, Open);
        row("drop by default", {closed}, Blocked, Blocked);
        row("other hooks do not count", {chain("drop", "forward"), chain("drop", "output")}, Open,
            Open);
        row("IPv6 does not count", {chain("drop", "input", "ip6")}, Open, Open);
        row("one port", {closed, acceptIf(match(udpPort, "67"))}, Open, Blocked);
        row("a set of ports",
            {closed, acceptIf(match(udpPort, R"({"set":[67,69]})")),
             acceptIf(match(tcpPort, R"({"set":[22,{"range":[4000,6000]}]})"))},
            Open, Open);
        row("a range that ends before it",
            {closed, acceptIf(match(tcpPort, R"({"range":[1,4999]})"))}, Blocked, Blocked);
        row("the interface", {closed, acceptIf(match(iifname, R"("eth1")"))}, Open, Open);
        row("another interface", {closed, acceptIf(match(iifname, R"("lo")"))}, Blocked, Blocked);
        row("interfaces by pattern", {closed, acceptIf(match(iifname, R"("eth*")"))}, Open, Open);
        row("all but one interface", {closed, acceptIf(match(iifname, R"("eth0")", "!="))}, Open,
            Open);
        row("established only",
            {closed, acceptIf(match(state, R"({"set":["established","related"]})", "in"))}, Blocked,
            Blocked);
        row("new ones as well", {closed, acceptIf(match(state, R"(["established","new"])", "in"))},
            Open, Open);
        row("protocol and port",
            {closed, acceptIf(match(l4proto, R"("tcp")") + ',' + match(anyPort, "5000"))}, Blocked,
            Open);
        row("any protocol's port", {closed, acceptIf(match(anyPort, R"({"set":[67,5000]})"))}, Open,
            Open);
        row("a source address may or may not match",
            {closed, acceptIf(match(source, R"("10.0.0.1")"))}, Uncertain, Uncertain);
        row("an unsure drop before a sure accept",
            {open, dropIf(match(source, R"("10.0.0.1")")), acceptIf(match(udpPort, "67"))},
            Uncertain, Uncertain);
        row("a named set can change", {closed, acceptIf(match(udpPort, R"("@bench")"))}, Uncertain,
            Blocked);
        row("what no reader knows", {closed, acceptIf(R"({"xt":{"type":"match","name":"owner"}})")},
            Uncertain, Uncertain);
        row("limited", {closed, acceptIf(R"({"limit":{"rate":10,"per":"second"}})")}, Uncertain,
            Uncertain);
        row("a verdict map",
            {closed, rule(R"({"vmap":{"key":{"meta":{"key":"iifname"}},"data":"@zones"}})")},
            Uncertain, Uncertain);
        row("dropped at the end", {open, rule(drop)}, Blocked, Blocked);
        row("rejected at the end",
            {open, acceptIf(match(tcpPort, "5000")), rule(R"({"reject":null})")}, Blocked, Open);
        row("counters and logs decide nothing",
            {closed, rule(R"({"counter":{"packets":1,"bytes":2}},{"log":null},{"accept":null})")},
            Open, Open);
        row("a jump that accepts",
            {closed, plainChain("bench"), rule(R"({"jump":{"target":"bench"}})"),
             rule((match(udpPort, "67") + ',' + accept).constData(), "bench")},
            Open, Blocked);
        row("a jump that returns",
            {closed, plainChain("bench"), rule(R"({"jump":{"target":"bench"}})"),
             rule(R"({"return":null})", "bench"), rule(accept, "bench")},
            Blocked, Blocked);
        row("a goto does not come back",
            {closed, plainChain("bench"), rule(R"({"goto":{"target":"bench"}})"), rule(accept)},
            Blocked, Blocked);
        row("a jump for another interface",
            {open, plainChain("bench"),
             rule((match(iifname, R"("eth0")") + R"(,{"jump":{"target":"bench"}})").constData()),
             rule(drop, "bench")},
            Open, Open);
        row("a loop of jumps", {closed, rule(R"({"jump":{"target":"in"}})")}, Blocked, Blocked);
        row("more jumps than anybody follows",
            QList<QByteArray>{closed} + QList<QByteArray>(20, rule(R"({"jump":{"target":"in"}})")),
            Uncertain, Uncertain);
        QByteArray second = chain("drop").replace("\"filter\"", "\"late\"");
        row("every base chain has a say", {open, acceptIf(match(udpPort, "67")), second}, Blocked,
            Blocked);
    }

    void judges()
    {
        QFETCH(QByteArray, json);
        QFETCH(int, toDhcp);
        QFETCH(int, toHttp);
        QCOMPARE(judgeRuleset(json, dhcp), std::optional(Passage(toDhcp)));
        QCOMPARE(judgeRuleset(json, http), std::optional(Passage(toHttp)));
    }

    void anInterfaceThatIsNotKnownMakesItUnsure()
    {
        const QByteArray json = ruleset({chain("drop"), acceptIf(match(iifname, R"("eth1")"))});
        QCOMPARE(judgeRuleset(json, {PortKind::Tcp, 5000, {}}), std::optional(Uncertain));
    }

    void whatIsNoRulesetIsNotJudged()
    {
        for (const char *text : {"", "{}", "[]", "no", R"({"nftables":5})"})
            QVERIFY(!judgeRuleset(text, http));
        QVERIFY(
            judgeRuleset(R"({"nftables":[5,{"rule":7},{"chain":{}},{"rule":{"expr":9}}]})", http));
    }
};

QTEST_GUILESS_MAIN(TestFirewall)
#include "tst_firewall.moc"
