// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot_options.h"

#include "netboot/service.h"

#include <QDir>

using namespace Qt::StringLiterals;
using netboot::Mode;
using netboot::ServiceWish;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

// The bench's network of the system that this one replaces.
constexpr auto defaultAddress = "10.20.50.1/24"_L1;
constexpr auto defaultTftpRoot = "/srv/tftp"_L1;

Failure mistake(const QString &text)
{
    return {FailureCode::BadRequest, Stage::None, text};
}

// "FIRST-LAST"
Result<void> takeRange(const QString &text, ServiceWish &wish)
{
    const auto first = netboot::parseIpv4(text.section(u'-', 0, 0));
    const auto last = netboot::parseIpv4(text.section(u'-', 1));
    if (!first || !last)
        return mistake(u"--netboot-range takes FIRST-LAST, not '%1'"_s.arg(text));
    wish.firstLease = *first;
    wish.lastLease = *last;
    return {};
}

Result<void> takeAddress(const QString &text, ServiceWish &wish)
{
    const auto address = netboot::Subnet::parse(text);
    if (!address)
        return mistake(u"--netboot-address takes ADDRESS/PREFIX, not '%1'"_s.arg(text));
    wish.address = *address;
    fillRange(wish);
    return {};
}

} // namespace

NetbootOptions::NetbootOptions()
    : netboot(
          u"netboot"_s,
          u"Serve DHCP and TFTP to the devices behind this network interface; needs root rights "
          "or asks for them."_s,
          u"INTERFACE"_s),
      address(u"netboot-address"_s,
              u"The interface's address while it serves. Default: %1."_s.arg(defaultAddress),
              u"ADDRESS/PREFIX"_s),
      range(u"netboot-range"_s, u"Addresses for devices. Default: .100 to .200 of that network."_s,
            u"FIRST-LAST"_s),
      proxy(
          u"netboot-proxy"_s,
          u"Another DHCP server gives the addresses; only tell Raspberry Pis where to boot from."_s),
      uplink(u"netboot-uplink"_s, u"Lead the devices to the internet by this interface."_s,
             u"INTERFACE"_s),
      tftpRoot(u"tftp-root"_s, u"The netboot files. Default: %1."_s.arg(defaultTftpRoot), u"DIR"_s)
{
}

QList<QCommandLineOption> NetbootOptions::all() const
{
    return {netboot, address, range, proxy, uplink, tftpRoot};
}

Result<ServiceWish> netbootWish(const QCommandLineParser &parser, const NetbootOptions &options)
{
    for (const auto &option : {options.address, options.range, options.proxy, options.uplink}) {
        if (parser.isSet(option) && !parser.isSet(options.netboot))
            return mistake(u"--%1 needs --netboot"_s.arg(option.names().constFirst()));
    }
    ServiceWish wish;
    wish.interface = parser.value(options.netboot);
    wish.uplink = parser.value(options.uplink);
    wish.tftpRoot =
        parser.isSet(options.tftpRoot)
            ? QDir::cleanPath(QDir::current().absoluteFilePath(parser.value(options.tftpRoot)))
            : QString(defaultTftpRoot);
    wish.mode = parser.isSet(options.proxy) ? Mode::Proxy : Mode::Dhcp;
    if (wish.mode == Mode::Proxy && (parser.isSet(options.range) || parser.isSet(options.uplink)))
        return mistake(u"--netboot-proxy leaves addresses and ways out to the other server"_s);
    if (wish.mode == Mode::Dhcp || parser.isSet(options.address)) {
        const QString text =
            parser.isSet(options.address) ? parser.value(options.address) : QString(defaultAddress);
        if (const auto taken = takeAddress(text, wish); !taken)
            return taken.failure();
    }
    if (parser.isSet(options.range)) {
        if (const auto taken = takeRange(parser.value(options.range), wish); !taken)
            return taken.failure();
    }
    return wish;
}
