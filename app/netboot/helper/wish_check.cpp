// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/wish_check.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>

#include <sys/stat.h>

namespace netboot
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

// Wide enough for a bench, narrow enough that a slip of the finger is no class A network.
constexpr int shortestPrefix = 16;
constexpr int longestPrefix = 29;

Failure failed(FailureCode code, const QString &detail)
{
    return {code, Stage::None, detail};
}

Result<void> checkInterface(const ServiceWish &wish, const MachineFacts &facts)
{
    if (!isPlainInterfaceName(wish.interface))
        return failed(FailureCode::InterfaceUnusable, u"not the name of an interface"_s);
    const InterfaceFacts *interface = facts.find(wish.interface);
    if (!interface)
        return failed(FailureCode::InterfaceUnusable, u"there is no %1"_s.arg(wish.interface));
    if (!interface->ethernet)
        return failed(FailureCode::InterfaceUnusable,
                      u"%1 is not an Ethernet interface"_s.arg(wish.interface));
    if (wish.mode == Mode::Dhcp && facts.defaultRoutes.contains(wish.interface))
        return failed(FailureCode::InterfaceIsUplink, wish.interface);
    return {};
}

Result<void> checkUplink(const ServiceWish &wish, const MachineFacts &facts)
{
    if (wish.uplink.isEmpty())
        return {};
    const InterfaceFacts *uplink =
        isPlainInterfaceName(wish.uplink) ? facts.find(wish.uplink) : nullptr;
    if (!uplink || uplink->loopback)
        return failed(FailureCode::UplinkUnusable, u"there is no such interface"_s);
    if (wish.uplink == wish.interface)
        return failed(FailureCode::UplinkUnusable, u"%1 serves the devices"_s.arg(wish.uplink));
    if (wish.mode == Mode::Proxy)
        return failed(FailureCode::UplinkUnusable,
                      u"beside another DHCP server the devices have a way out already"_s);
    return {};
}

// Networks that nobody on the internet has: RFC 1918, RFC 6598 (behind a provider's NAT, where it
// is as private), RFC 3927. Whoever served another one would shut itself off from its owner.
bool isPrivate(const Subnet &network)
{
    static const QList<Subnet> ranges{{0x0a000000, 8},   // 10.0.0.0
                                      {0xac100000, 12},  // 172.16.0.0
                                      {0xc0a80000, 16},  // 192.168.0.0
                                      {0x64400000, 10},  // 100.64.0.0
                                      {0xa9fe0000, 16}}; // 169.254.0.0
    return std::ranges::any_of(ranges, [&network](const Subnet &range) {
        return range.prefix <= network.prefix && range.contains(network.address);
    });
}

// A network that the interface has already takes nothing away that was there before.
Result<void> checkOthersAddresses(const ServiceWish &wish, const MachineFacts &facts)
{
    const Subnet &own = wish.address;
    if (facts.find(wish.interface)->addresses.contains(own))
        return {};
    for (const quint32 gateway : facts.gateways) {
        if (own.contains(gateway))
            return failed(FailureCode::AddressUnusable,
                          u"%1 covers this machine's way out, the gateway %2"_s.arg(
                              own.toString(), ipv4Text(gateway)));
    }
    for (const quint32 resolver : facts.resolvers) {
        if (own.contains(resolver) && resolver != own.address)
            return failed(FailureCode::AddressUnusable, u"%1 covers the name server %2"_s.arg(
                                                            own.toString(), ipv4Text(resolver)));
    }
    return {};
}

Result<void> checkOwnAddress(const ServiceWish &wish, const MachineFacts &facts)
{
    const Subnet &own = wish.address;
    if (own.prefix < shortestPrefix || own.prefix > longestPrefix)
        return failed(FailureCode::AddressUnusable,
                      u"%1: the prefix must be %2 to %3"_s.arg(own.toString())
                          .arg(shortestPrefix)
                          .arg(longestPrefix));
    if (!isPrivate(own))
        return failed(FailureCode::AddressUnusable,
                      u"%1 is not a private network (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, "
                      "100.64.0.0/10 or 169.254.0.0/16)"_s.arg(own.toString()));
    if (!own.hasHost(own.address))
        return failed(FailureCode::AddressUnusable,
                      u"%1 is not an address of a host"_s.arg(own.toString()));
    for (const InterfaceFacts &other : facts.interfaces) {
        for (const Subnet &used : other.addresses) {
            if (other.name != wish.interface && used.overlaps(own))
                return failed(FailureCode::AddressUnusable,
                              u"%1 overlaps with %2 of %3"_s.arg(own.toString(), used.toString(),
                                                                 other.name));
        }
    }
    return checkOthersAddresses(wish, facts);
}

Result<void> checkRange(const ServiceWish &wish)
{
    const QString text = ipv4Text(wish.firstLease) + u'-' + ipv4Text(wish.lastLease);
    if (!wish.address.hasHost(wish.firstLease) || !wish.address.hasHost(wish.lastLease))
        return failed(FailureCode::AddressUnusable,
                      u"%1 is not inside %2"_s.arg(text, wish.address.toString()));
    if (wish.firstLease > wish.lastLease)
        return failed(FailureCode::AddressUnusable, u"%1 runs backwards"_s.arg(text));
    if (wish.firstLease == wish.address.address && wish.lastLease == wish.address.address)
        return failed(FailureCode::AddressUnusable, u"%1 is the station itself"_s.arg(text));
    return {};
}

Result<Subnet> proxyAddress(const ServiceWish &wish, const MachineFacts &facts)
{
    const QList<Subnet> own = facts.find(wish.interface)->addresses;
    if (own.isEmpty())
        return failed(FailureCode::AddressUnusable, u"%1 has no address yet"_s.arg(wish.interface));
    if (wish.address.prefix == 0)
        return own.first();
    if (!own.contains(wish.address))
        return failed(FailureCode::AddressUnusable,
                      u"%1 does not have %2"_s.arg(wish.interface, wish.address.toString()));
    return wish.address;
}

// The system's own folders and whatever is below them; then those that hold other people's folders.
// What is in them is not meant for devices, however many may read it.
bool isSystemFolder(const QString &path)
{
    static const QStringList trees{u"/boot"_s, u"/dev"_s, u"/etc"_s, u"/proc"_s,
                                   u"/root"_s, u"/run"_s, u"/sys"_s};
    static const QStringList folders{
        u"/"_s,         u"/bin"_s,       u"/home"_s,     u"/lib"_s,       u"/lib64"_s,
        u"/media"_s,    u"/mnt"_s,       u"/opt"_s,      u"/sbin"_s,      u"/srv"_s,
        u"/tmp"_s,      u"/usr"_s,       u"/usr/bin"_s,  u"/usr/lib"_s,   u"/usr/lib64"_s,
        u"/usr/sbin"_s, u"/usr/share"_s, u"/var"_s,      u"/var/cache"_s, u"/var/lib"_s,
        u"/var/log"_s,  u"/var/tmp"_s,   u"/usr/local"_s};
    static const QRegularExpression home(uR"(\A/home/[^/]+\z)"_s);
    const auto isBelow = [&path](const QString &tree) {
        return path == tree || path.startsWith(tree + u'/');
    };
    return std::ranges::any_of(trees, isBelow) || folders.contains(path) ||
           home.match(path).hasMatch();
}

// dnsmasq follows links, and its user may read much. Empty: all of them stay inside.
QString linkOutOf(const QString &root)
{
    constexpr int mostEntries = 20'000; // more is no folder of boot files
    QDirIterator entries(root,
                         QDir::AllEntries | QDir::System | QDir::Hidden | QDir::NoDotAndDotDot,
                         QDirIterator::Subdirectories);
    for (int count = 0; entries.hasNext(); ++count) {
        const QFileInfo entry(entries.next());
        if (count >= mostEntries)
            return u"%1 has too many files in it"_s.arg(root);
        if (!entry.isSymLink())
            continue;
        // One that leads nowhere may lead somewhere later.
        const QString target =
            entry.exists() ? entry.canonicalFilePath() : QDir::cleanPath(entry.symLinkTarget());
        if (target != root && !target.startsWith(root + u'/'))
            return u"%1 leads out of the folder, to %2"_s.arg(entry.filePath(), target);
    }
    return {};
}

} // namespace

bool isPlainInterfaceName(const QString &name)
{
    // IFNAMSIZ is 16 with the closing zero.
    static const QRegularExpression form(uR"(\A[A-Za-z0-9_][A-Za-z0-9._-]{0,14}\z)"_s);
    return form.match(name).hasMatch();
}

Result<ServiceWish> checkNetwork(ServiceWish wish, const MachineFacts &facts)
{
    if (const auto good = checkInterface(wish, facts); !good)
        return good.failure();
    if (const auto good = checkUplink(wish, facts); !good)
        return good.failure();
    if (wish.mode == Mode::Proxy) {
        const auto own = proxyAddress(wish, facts);
        if (!own)
            return own.failure();
        wish.address = *own;
        return wish;
    }
    if (const auto good = checkOwnAddress(wish, facts); !good)
        return good.failure();
    if (const auto good = checkRange(wish); !good)
        return good.failure();
    return wish;
}

Result<QString> checkTftpRoot(const QString &path)
{
    const auto unusable = [](const QString &why) {
        return failed(FailureCode::TftpRootUnusable, why);
    };
    if (!path.startsWith(u'/'))
        return unusable(u"the path is not absolute"_s);
    const QString real = QFileInfo(path).canonicalFilePath();
    if (real.isEmpty())
        return unusable(u"%1 does not exist"_s.arg(path.left(200)));
    // What means something in a dnsmasq configuration, and every kind of white space.
    static const QRegularExpression safe(uR"(\A[A-Za-z0-9/._+@=~:-]+\z)"_s);
    if (isSystemFolder(real))
        return unusable(u"%1 is one of this computer's own folders"_s.arg(real));
    if (!safe.match(real).hasMatch())
        return unusable(u"its path may have letters, digits and / . _ + @ = ~ : - only"_s);
    struct stat status {
    };
    if (::stat(QFile::encodeName(real).constData(), &status) != 0 || !S_ISDIR(status.st_mode))
        return unusable(u"%1 is not a folder"_s.arg(real));
    if (status.st_mode & S_IWOTH)
        return unusable(u"%1 can be written by everybody"_s.arg(real));
    if ((status.st_mode & (S_IROTH | S_IXOTH)) != (S_IROTH | S_IXOTH))
        return unusable(u"%1 cannot be read by everybody"_s.arg(real));
    for (QString up = QFileInfo(real).path(); up != "/"_L1; up = QFileInfo(up).path()) {
        if (::stat(QFile::encodeName(up).constData(), &status) != 0 || !(status.st_mode & S_IXOTH))
            return unusable(u"%1 cannot be entered by everybody"_s.arg(up));
    }
    if (const QString out = linkOutOf(real); !out.isEmpty())
        return unusable(out);
    return real;
}

} // namespace netboot
