// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/dnsmasq_config.h"

#include "netboot/helper/pi_identity.h"

namespace netboot
{

using namespace Qt::StringLiterals;

namespace
{

// Devices come and go within minutes, and an installed system on the bench renews by itself.
constexpr auto leaseTime = "1h"_L1;

// What may be going on at once: 48 devices with a few files each. dnsmasq's own limit is 50.
constexpr int tftpTransfers = 200;

QString generalLines(const ServiceWish &wish, const DnsmasqPaths &paths)
{
    return u"port=0\n"
           "interface=%1\n"
           "except-interface=lo\n"
           "bind-dynamic\n"
           "no-ping\n"
           "log-dhcp\n"
           "log-facility=-\n"
           "pid-file=\n"
           "dhcp-leasefile=%2\n"
           "dhcp-hostsdir=%3\n"_s.arg(wish.interface, paths.leases, paths.rules);
}

// A boot ROM is what calls itself a PXE client or sends a Raspberry Pi's mark in option 97.
QString matchLines()
{
    QString lines = u"dhcp-vendorclass=set:netboot,PXEClient\n"_s;
    for (const MachineMark &mark : machineMarks()) {
        const QByteArray bytes(reinterpret_cast<const char *>(mark.bytes.data()), 4);
        const QString hex = QString::fromLatin1(bytes.toHex(':'));
        lines += u"dhcp-match=set:netboot,97,00:%1\ndhcp-match=set:raspberry,97,00:%1\n"_s.arg(hex);
    }
    // Only boot ROMs are refused: an installed system on the same MAC still gets its address.
    return lines + "dhcp-ignore=tag:known,tag:netboot\n"_L1;
}

// The firmware takes an offer with this text in option 43, or with an address in option 66. The
// service has no tag: with one that does not match, a short option 43 is sent all the same, and the
// firmware ignores the offer in silence.
QString bootLines(const ServiceWish &wish)
{
    return u"enable-tftp=%1\n"
           "tftp-root=%2\n"
           "tftp-max=%3\n"
           "pxe-service=0,\"Raspberry Pi Boot\"\n"
           "dhcp-option-force=tag:netboot,66,%4\n"_s.arg(wish.interface, wish.tftpRoot)
               .arg(tftpTransfers)
               .arg(ipv4Text(wish.address.address));
}

QString wayOutLines(const ServiceWish &wish, const QList<quint32> &resolvers)
{
    if (wish.uplink.isEmpty())
        return u"dhcp-option=3\ndhcp-option=6\n"_s; // no way out: an empty option is not sent
    QStringList names;
    for (const quint32 resolver : resolvers)
        names.append(ipv4Text(resolver));
    return names.isEmpty() ? QString() : u"dhcp-option=6,%1\n"_s.arg(names.join(u','));
}

QString addressLines(const ServiceWish &wish, const QList<quint32> &resolvers)
{
    if (wish.mode == Mode::Proxy)
        // Somebody else's network: nobody but Raspberry Pis hears of us.
        return u"dhcp-range=%1,proxy,%2\ndhcp-ignore=tag:!raspberry\n"_s.arg(
            ipv4Text(wish.address.network()), ipv4Text(wish.address.mask()));
    // A device is its MAC: boot ROM, initramfs and installed system tell three client-ids, and
    // would take three addresses; copies of one image tell the same one, and would share an
    // address.
    return u"dhcp-authoritative\n"
           "dhcp-ignore-clid\n"
           "dhcp-range=%1,%2,%3,%4\n"_s.arg(ipv4Text(wish.firstLease), ipv4Text(wish.lastLease),
                                            ipv4Text(wish.address.mask()), leaseTime) +
           wayOutLines(wish, resolvers);
}

} // namespace

QByteArray dnsmasqConfig(const ServiceWish &wish, const DnsmasqPaths &paths,
                         const QList<quint32> &resolvers)
{
    const QString text =
        generalLines(wish, paths) + addressLines(wish, resolvers) + matchLines() + bootLines(wish);
    return text.toLatin1();
}

QString ruleFileName(MacAddress mac)
{
    return mac.toString().remove(u':');
}

QByteArray ruleLine(MacAddress mac)
{
    return u"%1,%2\n"_s.arg(mac.toString(), leaseTime).toLatin1();
}

} // namespace netboot
