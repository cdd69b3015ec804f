// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/firewall.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace netboot
{

using namespace Qt::StringLiterals;

namespace
{

constexpr int deepestJump = 16;   // as the kernel's NFT_JUMP_STACK_SIZE
constexpr int mostRules = 50'000; // walked through; jumps can multiply them beyond any patience

enum class Truth { No, Maybe, Yes };
enum class Fate { Accept, Drop, GoOn, Return };

struct Chain {
    QString hook; // empty: only jumped to
    bool dropsByDefault = false;
    int priority = 0;
    QList<QJsonArray> rules; // each a list of statements
};

QString chainKey(const QJsonObject &object, const QString &chain)
{
    return object["family"_L1].toString() + u' ' + object["table"_L1].toString() + u' ' + chain;
}

bool seesIpv4(const QString &family)
{
    return family == "ip"_L1 || family == "inet"_L1;
}

QHash<QString, Chain> readChains(const QJsonArray &items)
{
    QHash<QString, Chain> chains;
    for (const QJsonValueConstRef item : items) {
        const QJsonObject chain = item.toObject()["chain"_L1].toObject();
        const QJsonObject rule = item.toObject()["rule"_L1].toObject();
        if (chain["table"_L1] == ownTableName)
            continue; // its rules are left without a base chain
        if (!chain.isEmpty()) {
            Chain &known = chains[chainKey(chain, chain["name"_L1].toString())];
            if (seesIpv4(chain["family"_L1].toString()))
                known.hook = chain["hook"_L1].toString();
            known.dropsByDefault = chain["policy"_L1].toString() == "drop"_L1;
            known.priority = chain["prio"_L1].toInt();
        } else if (!rule.isEmpty()) {
            chains[chainKey(rule, rule["chain"_L1].toString())].rules.append(
                rule["expr"_L1].toArray());
        }
    }
    return chains;
}

Truth both(Truth a, Truth b)
{
    return std::min(a, b);
}

Truth truthOf(bool holds)
{
    return holds ? Truth::Yes : Truth::No;
}

Truth negated(Truth truth)
{
    return truth == Truth::Maybe ? Truth::Maybe : truthOf(truth == Truth::No);
}

// Whether a number or name is what the right side of a match says: a value, a range, or a set.
Truth isAmong(const QJsonValue &right, const QJsonValue &value)
{
    if (right.isArray() || right["set"_L1].isArray()) {
        Truth found = Truth::No;
        for (const QJsonValueConstRef each :
             right.isArray() ? right.toArray() : right["set"_L1].toArray())
            found = std::max(found, isAmong(each, value));
        return found;
    }
    if (right["range"_L1].isArray() && value.isDouble())
        return truthOf(value.toInt() >= right["range"_L1][0].toInt() &&
                       value.toInt() <= right["range"_L1][1].toInt());
    if (right.isString() && right.toString().startsWith(u'@'))
        return Truth::Maybe; // a named set: its elements can change at any time
    if (right.isString() && right.toString().endsWith(u'*'))
        return truthOf(value.toString().startsWith(right.toString().chopped(1)));
    if (right.isDouble() || right.isString())
        return truthOf(right == value);
    return Truth::Maybe;
}

// What the packet has where a match looks; undefined: not known.
QJsonValue valueAt(const QJsonValue &left, const ImaginedPacket &packet)
{
    const QString protocol = packet.kind == PortKind::Tcp ? u"tcp"_s : u"udp"_s;
    const QString meta = left["meta"_L1]["key"_L1].toString();
    if (meta == "iifname"_L1 || meta == "iif"_L1)
        return packet.interface;
    if ((meta == "oifname"_L1 || meta == "oif"_L1) && !packet.outInterface.isEmpty())
        return packet.outInterface;
    if (meta == "l4proto"_L1)
        return protocol;
    if (meta == "nfproto"_L1)
        return u"ipv4"_s;
    if (left["ct"_L1]["key"_L1].toString() == "state"_L1)
        return packet.state;
    const QJsonValue payload = left["payload"_L1];
    if (payload["protocol"_L1].toString() == "ip"_L1 &&
        payload["field"_L1].toString() == "protocol"_L1)
        return protocol;
    if (payload["field"_L1].toString() == "dport"_L1 && packet.port != 0)
        return int(packet.port);
    return QJsonValue(QJsonValue::Undefined);
}

// A port is looked at in packets of that protocol alone.
bool isOfAnotherProtocol(const QJsonValue &left, const ImaginedPacket &packet)
{
    const QString protocol = left["payload"_L1]["protocol"_L1].toString();
    const QString own = packet.kind == PortKind::Tcp ? u"tcp"_s : u"udp"_s;
    static const QStringList others{u"tcp"_s,    u"udp"_s, u"icmp"_s,
                                    u"icmpv6"_s, u"ip6"_s, u"sctp"_s};
    return others.contains(protocol) && protocol != own;
}

Truth holds(const QJsonValue &match, const ImaginedPacket &packet)
{
    const QJsonValue left = match["left"_L1];
    if (isOfAnotherProtocol(left, packet))
        return Truth::No;
    const QJsonValue value = valueAt(left, packet);
    if (value.isUndefined() || (value.isString() && value.toString().isEmpty()))
        return Truth::Maybe;
    const Truth among = isAmong(match["right"_L1], value);
    const QString op = match["op"_L1].toString();
    if (op == "=="_L1 || op == "in"_L1)
        return among;
    return op == "!="_L1 ? negated(among) : Truth::Maybe;
}

class Walk
{
public:
    Walk(const QHash<QString, Chain> &chains, const ImaginedPacket &packet)
        : m_chains(chains), m_packet(packet)
    {
    }

    // What a base chain does with the packet.
    [[nodiscard]] Passage through(const QString &key)
    {
        m_mayAccept = m_mayDrop = false;
        m_rulesLeft = mostRules;
        const Chain chain = m_chains.value(key);
        Fate fate = follow(key, 0);
        if (fate == Fate::GoOn || fate == Fate::Return)
            fate = chain.dropsByDefault ? Fate::Drop : Fate::Accept;
        if (fate == Fate::Drop)
            return m_mayAccept ? Passage::Uncertain : Passage::Blocked;
        return m_mayDrop ? Passage::Uncertain : Passage::Open;
    }

private:
    Fate follow(const QString &key, int depth)
    {
        if (depth > deepestJump)
            return Fate::GoOn;
        for (const QJsonArray &rule : m_chains.value(key).rules) {
            const Fate fate = apply(rule, key, depth);
            if (fate != Fate::GoOn)
                return fate;
        }
        return Fate::GoOn;
    }

    Fate apply(const QJsonArray &rule, const QString &key, int depth)
    {
        if (--m_rulesLeft < 0) {
            m_mayAccept = true;
            return Fate::Drop; // that is, uncertain
        }
        Truth truth = Truth::Yes;
        for (const QJsonValueConstRef item : rule) {
            const QJsonObject statement = item.toObject();
            if (statement.contains("match"_L1))
                truth = both(truth, holds(statement["match"_L1], m_packet));
            else if (statement.contains("xt"_L1) || statement.contains("vmap"_L1) ||
                     statement.contains("limit"_L1) || statement.contains("ct count"_L1))
                truth = both(truth, Truth::Maybe); // may decide in a way that is not read here
            if (truth == Truth::No)
                return Fate::GoOn;
            const Fate fate = verdict(statement, truth, key, depth);
            if (fate != Fate::GoOn)
                return fate;
        }
        // A map's or an extension's verdict may be anything.
        return Fate::GoOn;
    }

    Fate verdict(const QJsonObject &statement, Truth truth, const QString &key, int depth)
    {
        if (statement.contains("vmap"_L1) || statement.contains("xt"_L1))
            m_mayAccept = m_mayDrop = true;
        if (statement.contains("accept"_L1))
            return certain(truth, Fate::Accept);
        if (statement.contains("drop"_L1) || statement.contains("reject"_L1))
            return certain(truth, Fate::Drop);
        if (statement.contains("return"_L1))
            return truth == Truth::Yes ? Fate::Return : Fate::GoOn;
        if (statement.contains("jump"_L1))
            return jumpTo(statement["jump"_L1]["target"_L1].toString(), truth, key, depth);
        if (!statement.contains("goto"_L1))
            return Fate::GoOn;
        const Fate fate = jumpTo(statement["goto"_L1]["target"_L1].toString(), truth, key, depth);
        return fate == Fate::GoOn && truth == Truth::Yes ? Fate::Return : fate; // no way back
    }

    Fate certain(Truth truth, Fate fate)
    {
        if (truth == Truth::Yes)
            return fate;
        (fate == Fate::Accept ? m_mayAccept : m_mayDrop) = true;
        return Fate::GoOn;
    }

    Fate jumpTo(const QString &target, Truth truth, const QString &key, int depth)
    {
        const QString own = key.section(u' ', 0, 1) + u' ' + target;
        const Fate fate = follow(own, depth + 1);
        if (fate == Fate::Accept || fate == Fate::Drop)
            return certain(truth, fate);
        return Fate::GoOn;
    }

    const QHash<QString, Chain> &m_chains;
    const ImaginedPacket &m_packet;
    bool m_mayAccept = false;
    bool m_mayDrop = false;
    int m_rulesLeft = 0;
};

} // namespace

std::optional<Passage> judgeRuleset(const QByteArray &json, const ImaginedPacket &packet)
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (!document["nftables"_L1].isArray())
        return std::nullopt;
    const QHash<QString, Chain> chains = readChains(document["nftables"_L1].toArray());
    // An accept in one base chain does not save the packet from the next one.
    const QLatin1StringView hook = packet.outInterface.isEmpty() ? "input"_L1 : "forward"_L1;
    Walk walk(chains, packet);
    Passage worst = Passage::Open;
    for (auto chain = chains.begin(); chain != chains.end(); ++chain) {
        if (chain->hook != hook)
            continue;
        const Passage passage = walk.through(chain.key());
        if (passage == Passage::Blocked)
            return passage;
        if (passage == Passage::Uncertain)
            worst = passage;
    }
    return worst;
}

std::optional<Passage> judgeWayOut(const QByteArray &json, const QString &bench,
                                   const QString &uplink)
{
    constexpr quint16 https = 443;
    const auto out = judgeRuleset(json, {PortKind::Tcp, https, bench, uplink});
    const auto back = judgeRuleset(json, {PortKind::Tcp, 0, uplink, bench, u"established"_s});
    if (!out || !back || *out == Passage::Blocked || *back == Passage::Open)
        return out;
    return back;
}

} // namespace netboot
