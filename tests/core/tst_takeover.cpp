// SPDX-License-Identifier: GPL-3.0-or-later
// Who may take a device over, as a table; and the kernel's word for who has an address.
#include "core/neighbour_search.h"
#include "core/neighbours.h"
#include "core/takeover.h"

#include <QTest>

#include <cstdlib>
#include <sched.h>

#include <arpa/inet.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using core::judge;
using core::Newcomer;
using core::Takeover;

namespace
{

Newcomer running(bool sameAddress)
{
    Newcomer newcomer;
    newcomer.sameAddress = sameAddress;
    newcomer.running = true;
    newcomer.online = true;
    return newcomer;
}

constexpr auto sought = "fe80::5";

QByteArray addressBytes(const char *text)
{
    QByteArray bytes(sizeof(in6_addr), '\0');
    if (::inet_pton(AF_INET6, text, bytes.data()) != 1)
        qFatal("no address: %s", text);
    return bytes;
}

template<class Struct>
QByteArray bytesOf(const Struct &value)
{
    return {reinterpret_cast<const char *>(&value), qsizetype(sizeof value)};
}

QByteArray padded(QByteArray bytes)
{
    return bytes.append(QByteArray((4 - bytes.size() % 4) % 4, '\0'));
}

QByteArray attribute(unsigned short type, const QByteArray &value)
{
    const rtattr head{(unsigned short)(sizeof(rtattr) + size_t(value.size())), type};
    return padded(bytesOf(head) + value);
}

QByteArray message(quint16 type, const QByteArray &body)
{
    nlmsghdr head{};
    head.nlmsg_len = quint32(sizeof head + size_t(body.size()));
    head.nlmsg_type = type;
    return padded(bytesOf(head) + body);
}

QByteArray neighbour(const char *address, const QString &mac, quint16 state = NUD_REACHABLE,
                     int interface = 2)
{
    ndmsg entry{};
    entry.ndm_family = AF_INET6;
    entry.ndm_ifindex = interface;
    entry.ndm_state = state;
    const QByteArray octets = QByteArray::fromHex(mac.toLatin1().replace(":", ""));
    return message(RTM_NEWNEIGH, bytesOf(entry) + attribute(NDA_DST, addressBytes(address)) +
                                     attribute(NDA_LLADDR, octets));
}

constexpr int cannotTell = 77;

// What of the kernel's answers is wrong; 0: nothing.
int lookInNetworkOfOurOwn()
{
    if (::unshare(CLONE_NEWNET) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return cannotTell;
    if (std::system("PATH=$PATH:/usr/sbin:/sbin; ip link set lo up && "
                    "ip -6 neigh add fe80::5 lladdr dc:a6:32:01:02:03 dev lo nud permanent && "
                    "ip -6 neigh add fd00::7 lladdr dc:a6:32:01:02:04 dev lo nud stale"))
        return cannotTell;
    const auto macAt = [](const char *address) {
        const core::Neighbour found = core::kernelNeighbour(QString::fromLatin1(address));
        return found.mac ? found.mac->toString() : QString();
    };
    return int(macAt("fe80::5%lo") != u"dc:a6:32:01:02:03") |
           int(macAt("fe80::5") != u"dc:a6:32:01:02:03") << 1 |
           int(macAt("fd00::7") != u"dc:a6:32:01:02:04") << 2 |
           int(!macAt("fe80::5%eth99").isEmpty()) << 3 | int(!macAt("fe80::6").isEmpty()) << 4 |
           int(!macAt("fe80::x").isEmpty()) << 5;
}

} // namespace

class TestTakeover : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aRunningJobNeedsProof()
    {
        for (const bool same : {false, true}) {
            const Takeover itself = same ? Takeover::Same : Takeover::Moved;
            QCOMPARE(judge(running(same)), Takeover::Refused);
            for (bool Newcomer::*proof :
                 {&Newcomer::ownSession, &Newcomer::accepted, &Newcomer::bootSeen}) {
                Newcomer newcomer = running(same);
                newcomer.*proof = true;
                QCOMPARE(judge(newcomer), itself);
            }
        }
    }

    // Only at the same address, and only once the old session is silent.
    void theKernelsWord_data()
    {
        QTest::addColumn<bool>("sameAddress");
        QTest::addColumn<bool>("agrees");
        QTest::addColumn<bool>("known");
        QTest::addColumn<qint64>("silentMs");
        QTest::addColumn<bool>("allowed");
        const auto row = [](const char *name, bool same, bool agrees, bool known, qint64 ms,
                            bool allowed) {
            QTest::newRow(name) << same << agrees << known << ms << allowed;
        };
        row("a moment too early", true, true, true, core::silentSessionMs - 1, false);
        row("silent", true, true, true, core::silentSessionMs, true);
        row("another address", false, true, true, core::unknownNeighbourMs, false);
        row("another machine there", true, false, true, 10 * core::unknownNeighbourMs, false);
        row("behind a router, early", true, false, false, core::unknownNeighbourMs - 1, false);
        row("behind a router", true, false, false, core::unknownNeighbourMs, true);
        row("behind a router, elsewhere", false, false, false, core::unknownNeighbourMs, false);
    }

    void theKernelsWord()
    {
        QFETCH(bool, sameAddress);
        QFETCH(bool, agrees);
        QFETCH(bool, known);
        QFETCH(qint64, silentMs);
        Newcomer newcomer = running(sameAddress);
        newcomer.online = false;
        newcomer.neighbourAgrees = agrees;
        newcomer.neighbourKnown = known;
        newcomer.silentMs = silentMs;
        QFETCH(bool, allowed);
        QCOMPARE(judge(newcomer), allowed ? Takeover::Same : Takeover::Refused);
    }

    void aPlainDeviceHasItsAddressAlone()
    {
        Newcomer newcomer = running(true);
        newcomer.wasPlain = true;
        QCOMPARE(judge(newcomer), Takeover::Same);
        newcomer.sameAddress = false;
        newcomer.silentMs = core::plainAwayMs - 1;
        QCOMPARE(judge(newcomer), Takeover::Refused);
        newcomer.silentMs = core::plainAwayMs;
        QCOMPARE(judge(newcomer), Takeover::Moved);
        newcomer.attached = true; // it flushes
        QCOMPARE(judge(newcomer), Takeover::Refused);
    }

    void anIdleDeviceIsShown()
    {
        Newcomer newcomer;
        newcomer.online = true;
        QCOMPARE(judge(newcomer), Takeover::Shown);
        newcomer.sameAddress = true;
        QCOMPARE(judge(newcomer), Takeover::Same);
        newcomer.sameAddress = false;
        newcomer.ownSession = true;
        QCOMPARE(judge(newcomer), Takeover::Moved);
        newcomer.ownSession = false;
        newcomer.online = false; // an ordinary new lease
        QCOMPARE(judge(newcomer), Takeover::Moved);
    }

    void anotherBoardWaitsUntilTheFirstIsGone()
    {
        Newcomer newcomer;
        newcomer.otherUnit = true;
        QCOMPARE(judge(newcomer), Takeover::OtherUnit);
        newcomer.online = true;
        QCOMPARE(judge(newcomer), Takeover::Refused);
        newcomer.sameAddress = true; // one of two cannot be there
        QCOMPARE(judge(newcomer), Takeover::OtherUnit);
        newcomer.running = true;
        newcomer.silentMs = core::plainAwayMs - 1;
        QCOMPARE(judge(newcomer), Takeover::Refused);
        newcomer.silentMs = core::plainAwayMs;
        QCOMPARE(judge(newcomer), Takeover::OtherUnit);
        newcomer.silentMs = 0;
        newcomer.accepted = true;
        QCOMPARE(judge(newcomer), Takeover::OtherUnit);
    }

    void arpTable()
    {
        const QString table =
            u"IP address       HW type     Flags       HW address            Mask     Device\n"
            u"10.77.0.100      0x1         0x2         dc:a6:32:01:02:03     *        eth1\n"
            u"10.77.0.101      0x1         0x0         dc:a6:32:01:02:04     *        eth1\n"
            u"10.77.0.102      0x1         0x6         dc:a6:32:01:02:05     *        eth1\n"_s;
        QCOMPARE(core::macInArpTable(table, u"10.77.0.100"),
                 protocol::MacAddress::parse(u"dc:a6:32:01:02:03"));
        QCOMPARE(core::macInArpTable(table, u"10.77.0.101"), std::nullopt); // not complete
        QCOMPARE(core::macInArpTable(table, u"10.77.0.102"),
                 protocol::MacAddress::parse(u"dc:a6:32:01:02:05"));
        QCOMPARE(core::macInArpTable(table, u"10.77.0.10"), std::nullopt);
        QCOMPARE(core::macInArpTable({}, u"10.77.0.100"), std::nullopt);
    }

    // Messages as the kernel writes them, of one table.
    void neighbourMessages_data()
    {
        QTest::addColumn<QByteArray>("messages");
        QTest::addColumn<QString>("mac"); // empty: not known
        const QString first = u"dc:a6:32:01:02:03"_s;
        QTest::newRow("reachable") << neighbour(sought, first) << first;
        QTest::newRow("stale") << neighbour(sought, first, NUD_STALE) << first;
        QTest::newRow("set by hand") << neighbour(sought, first, NUD_PERMANENT) << first;
        QTest::newRow("failed") << neighbour(sought, first, NUD_FAILED) << QString();
        QTest::newRow("being asked for") << neighbour(sought, first, NUD_INCOMPLETE) << QString();
        QTest::newRow("needs none") << neighbour(sought, first, NUD_NOARP) << QString();
        QTest::newRow("another address") << neighbour("fe80::6", first) << QString();
        QTest::newRow("another interface")
            << neighbour(sought, first, NUD_REACHABLE, 3) << QString();
        QTest::newRow("among others")
            << neighbour("fe80::6", u"dc:a6:32:01:02:09"_s) + neighbour(sought, first) +
                   neighbour("fe80::7", u"dc:a6:32:01:02:0a"_s)
            << first;
        QTest::newRow("twice the same")
            << neighbour(sought, first) + neighbour(sought, first) << first;
        QTest::newRow("two that disagree")
            << neighbour(sought, first) + neighbour(sought, u"dc:a6:32:01:02:04"_s) << QString();
        QTest::newRow("group address") << neighbour(sought, u"33:33:00:00:00:01"_s) << QString();
        QTest::newRow("nothing") << QByteArray() << QString();
        QByteArray cut = neighbour(sought, first);
        cut.chop(1);
        QTest::newRow("cut off") << cut << QString();
        QByteArray longer = neighbour(sought, first);
        longer[qsizetype(sizeof(nlmsghdr) + sizeof(ndmsg))] = char(0x7f); // its first attribute
        QTest::newRow("an attribute beyond the end") << longer << QString();
        QByteArray empty = neighbour(sought, first);
        empty[qsizetype(sizeof(nlmsghdr) + sizeof(ndmsg))] = 0;
        QTest::newRow("an attribute without length") << empty << QString();
    }

    void neighbourMessages()
    {
        QFETCH(QByteArray, messages);
        QFETCH(QString, mac);
        core::NeighbourSearch search(addressBytes(sought), 2);
        (void)search.take(std::as_bytes(std::span(messages.constData(), size_t(messages.size()))));
        QCOMPARE(search.found() ? search.found()->toString() : QString(), mac);
    }

    void theTableEnds()
    {
        core::NeighbourSearch search(addressBytes(sought), 0);
        const auto take = [&search](const QByteArray &bytes) {
            return search.take(std::as_bytes(std::span(bytes.constData(), size_t(bytes.size()))));
        };
        QVERIFY(take(neighbour(sought, u"dc:a6:32:01:02:03"_s, NUD_REACHABLE, 7)));
        QVERIFY(!take(message(NLMSG_DONE, QByteArray(4, '\0'))));
        QVERIFY(search.found());
    }

    // In a network of its own: the test's kernel, and nobody else's table.
    void theKernelsTable()
    {
        const pid_t child = ::fork();
        QVERIFY(child >= 0);
        if (child == 0)
            ::_exit(lookInNetworkOfOurOwn());
        int status = 0;
        QCOMPARE(::waitpid(child, &status, 0), child);
        if (WIFEXITED(status) && WEXITSTATUS(status) == cannotTell)
            QSKIP("no network of one's own here, or no ip(8)");
        QCOMPARE(status, 0);
    }

    void thisMachine()
    {
        QVERIFY(core::kernelNeighbour(u"127.0.0.1"_s).isLocal);
        QVERIFY(core::kernelNeighbour(u"::1"_s).isLocal);
        QVERIFY(!core::kernelNeighbour(u"203.0.113.77"_s).isLocal);
        QVERIFY(!core::kernelNeighbour(u"203.0.113.77"_s).mac);
    }
};

QTEST_APPLESS_MAIN(TestTakeover)
#include "tst_takeover.moc"
