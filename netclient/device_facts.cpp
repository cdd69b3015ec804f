// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/device_facts.h"

#include "imaging/storage_finder.h"
#include "protocol/names.h"

#include <QDir>
#include <QFile>
#include <QtEndian>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

namespace netclient
{

using protocol::MacAddress;
using namespace Qt::StringLiterals;

namespace
{

// A property of the device tree ends with a NUL, a file of sysfs with a line feed.
QString readLine(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArray text = file.read(4096);
    text.replace('\0', ' ');
    return QString::fromUtf8(text).trimmed();
}

// "Revision : c03140", the board's revision code (Raspberry Pi documentation, revision codes).
QString readRevision(const QString &cpuInfo)
{
    QFile file(cpuInfo);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QString text = QString::fromUtf8(file.read(64 * 1024));
    for (const QString &line : text.split(u'\n')) {
        if (line.startsWith("Revision"_L1))
            return line.section(u':', 1).trimmed();
    }
    return {};
}

bool isEthernet(const QString &interface)
{
    return readLine(interface + "/type"_L1).toInt() == ARPHRD_ETHER;
}

std::optional<MacAddress> macOf(const QString &interface)
{
    return MacAddress::parse(readLine(interface + "/address"_L1));
}

socklen_t toSocketAddress(const QByteArray &host, sockaddr_storage *storage)
{
    auto *v4 = reinterpret_cast<sockaddr_in *>(storage);
    auto *v6 = reinterpret_cast<sockaddr_in6 *>(storage);
    constexpr quint16 anyPort = 9;
    if (::inet_pton(AF_INET, host.constData(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(anyPort);
        return sizeof *v4;
    }
    if (::inet_pton(AF_INET6, host.constData(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(anyPort);
        return sizeof *v6;
    }
    return 0;
}

QString addressText(const sockaddr *address)
{
    char text[INET6_ADDRSTRLEN] = "";
    if (address && address->sa_family == AF_INET)
        ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in *>(address)->sin_addr, text,
                    sizeof text);
    else if (address && address->sa_family == AF_INET6)
        ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6 *>(address)->sin6_addr, text,
                    sizeof text);
    return QString::fromLatin1(text);
}

// A connected datagram socket sends nothing, but has chosen its own address.
QString localAddressTowards(const QString &host)
{
    sockaddr_storage peer{};
    const socklen_t length = toSocketAddress(host.toLatin1(), &peer);
    if (length == 0)
        return {};
    const int fd = ::socket(peer.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return {};
    sockaddr_storage own{};
    socklen_t ownLength = sizeof own;
    const bool known = ::connect(fd, reinterpret_cast<sockaddr *>(&peer), length) == 0 &&
                       ::getsockname(fd, reinterpret_cast<sockaddr *>(&own), &ownLength) == 0;
    ::close(fd);
    return known ? addressText(reinterpret_cast<sockaddr *>(&own)) : QString();
}

// A cell of the device tree: big-endian (Devicetree Specification, 2.2.4). `otherwise` where it is
// not there.
qint64 readCell(const QString &path, qint64 otherwise)
{
    QFile file(path);
    const QByteArray bytes = file.open(QIODevice::ReadOnly) ? file.read(4) : QByteArray();
    return bytes.size() == 4 ? qint64(qFromBigEndian<quint32>(bytes.constData())) : otherwise;
}

protocol::BootFacts bootFacts(const QString &bootloader)
{
    protocol::BootFacts boot;
    boot.mode = int(readCell(bootloader + "/boot-mode"_L1, boot.mode));
    boot.partition = int(readCell(bootloader + "/partition"_L1, boot.partition));
    boot.bootloaderVersion = readLine(bootloader + "/version"_L1);
    boot.bootloaderBuilt = readCell(bootloader + "/build-timestamp"_L1, boot.bootloaderBuilt);
    return boot;
}

protocol::StorageFacts storageFacts(const SystemPaths &paths, const QString &device)
{
    const auto found = device.isEmpty() ? imaging::findStorage(paths.sysBlock, paths.dev, true)
                                        : imaging::describeStorage(device, paths.sysBlock);
    return found ? found->facts : protocol::StorageFacts{};
}

} // namespace

Route routeTo(const QString &host)
{
    Route route;
    route.address = localAddressTowards(host);
    ifaddrs *all = nullptr;
    if (route.address.isEmpty() || ::getifaddrs(&all) != 0)
        return route;
    for (const ifaddrs *one = all; one; one = one->ifa_next) {
        if (addressText(one->ifa_addr) == route.address)
            route.interface = QString::fromLocal8Bit(one->ifa_name);
    }
    ::freeifaddrs(all);
    return route;
}

std::optional<MacAddress> findMac(const SystemPaths &paths, const QString &preferred)
{
    const QDir net(paths.netClass);
    QStringList names = net.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    std::ranges::stable_sort(names, std::ranges::greater{}, [&](const QString &name) {
        if (name == preferred)
            return 2;
        return readLine(net.filePath(name) + "/carrier"_L1) == "1"_L1 ? 1 : 0;
    });
    for (const QString &name : names) {
        const QString interface = net.filePath(name);
        if (const auto mac = isEthernet(interface) ? macOf(interface) : std::nullopt)
            return mac;
    }
    return std::nullopt;
}

protocol::RegisterRequest readFacts(const SystemPaths &paths, const QString &device)
{
    protocol::RegisterRequest facts;
    facts.features = {QString(protocol::names::featureFull)};
    facts.bootId = readLine(paths.bootId);
    facts.serial = readLine(paths.deviceTree + "/serial-number"_L1);
    facts.model = readLine(paths.deviceTree + "/model"_L1);
    facts.boardRevision = readRevision(paths.cpuInfo);
    facts.clientVersion = QStringLiteral(PS_VERSION);
    facts.storage = storageFacts(paths, device);
    facts.boot = bootFacts(paths.deviceTree + "/chosen/bootloader"_L1);
    return facts;
}

} // namespace netclient
