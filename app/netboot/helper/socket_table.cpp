// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/socket_table.h"

#include <QDir>
#include <QFile>
#include <QHash>

#include <array>
#include <optional>

#include <arpa/inet.h>
#include <unistd.h>

namespace netboot
{

using namespace Qt::StringLiterals;

namespace
{

constexpr int listening = 0x0a; // TCP_LISTEN, net/tcp_states.h

// Fields of a line, proc(5).
enum Field { LocalAddress = 1, State = 3, Inode = 9, FieldCount = 10 };

// Groups of 32 bits, each in the machine's byte order.
QString addressText(const QByteArray &hex)
{
    if (hex.size() != 8 && hex.size() != 32)
        return {};
    std::array<quint32, 4> words{};
    for (qsizetype i = 0; i < hex.size() / 8; ++i)
        words[size_t(i)] = hex.mid(i * 8, 8).toUInt(nullptr, 16);
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(hex.size() == 8 ? AF_INET : AF_INET6, words.data(), text.data(), text.size());
    return QString::fromLatin1(text.data());
}

std::optional<PortUse> parseLine(const QByteArray &line, PortKind kind)
{
    const QList<QByteArray> fields = line.simplified().split(' ');
    if (fields.size() < FieldCount)
        return std::nullopt;
    const QList<QByteArray> local = fields[LocalAddress].split(':');
    bool goodPort = false;
    bool goodInode = false;
    PortUse use;
    use.kind = kind;
    use.port = local.size() == 2 ? local[1].toUShort(&goodPort, 16) : quint16(0);
    use.address = addressText(local[0]);
    use.inode = fields[Inode].toULongLong(&goodInode);
    if (!goodPort || !goodInode || use.address.isEmpty())
        return std::nullopt;
    if (kind == PortKind::Tcp && fields[State].toInt(nullptr, 16) != listening)
        return std::nullopt;
    return use;
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// The inode of "socket:[12345]", 0 for anything else.
quint64 socketInode(const QString &path)
{
    std::array<char, 64> target{};
    const ssize_t length =
        ::readlink(QFile::encodeName(path).constData(), target.data(), target.size() - 1);
    const QByteArray text(target.data(), length > 0 ? length : 0);
    return text.startsWith("socket:[") ? text.mid(8, text.size() - 9).toULongLong() : 0;
}

void nameHolders(QList<PortUse> &uses, const QString &process)
{
    const QString folder = u"/proc/%1/fd"_s.arg(process);
    for (const QString &entry : QDir(folder).entryList(QDir::Files | QDir::System)) {
        const quint64 inode = socketInode(folder + u'/' + entry);
        for (PortUse &use : uses) {
            if (inode == 0 || use.inode != inode || use.pid != 0)
                continue;
            use.pid = process.toLongLong();
            use.program = QString::fromUtf8(contents(u"/proc/%1/comm"_s.arg(process))).trimmed();
            use.unit = unitInCgroup(contents(u"/proc/%1/cgroup"_s.arg(process)));
        }
    }
}

} // namespace

QList<PortUse> parseSocketTable(const QByteArray &table, PortKind kind)
{
    QList<PortUse> uses;
    for (const QByteArray &line : table.split('\n'))
        if (const auto use = parseLine(line, kind))
            uses.append(*use);
    return uses;
}

QString unitInCgroup(const QByteArray &cgroup)
{
    for (const QByteArray &line : cgroup.split('\n'))
        for (const QByteArray &part : line.mid(line.lastIndexOf(':') + 1).split('/'))
            if (part.endsWith(".service") && !part.startsWith("user@"))
                return QString::fromUtf8(part);
    return {};
}

QList<PortUse> portsInUse(const QList<quint16> &ports)
{
    QList<PortUse> uses;
    for (const auto &[name, kind] :
         {std::pair{"tcp"_L1, PortKind::Tcp}, std::pair{"tcp6"_L1, PortKind::Tcp},
          std::pair{"udp"_L1, PortKind::Udp}, std::pair{"udp6"_L1, PortKind::Udp}})
        uses += parseSocketTable(contents(u"/proc/self/net/%1"_s.arg(name)), kind);
    uses.removeIf([&ports](const PortUse &use) { return !ports.contains(use.port); });
    if (uses.isEmpty())
        return uses;
    for (const QString &entry : QDir(u"/proc"_s).entryList(QDir::Dirs))
        if (entry.at(0).isDigit())
            nameHolders(uses, entry);
    return uses;
}

} // namespace netboot
