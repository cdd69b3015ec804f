// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/log_line.h"

#include <QRegularExpression>

namespace netboot
{

using namespace Qt::StringLiterals;
using Kind = LogLine::Kind;

namespace
{

// The longest that a path may be, with room for the rest.
constexpr qsizetype maxLine = 5000;

std::optional<LogLine> withMac(Kind kind, const QString &mac, const QString &address = {})
{
    const auto parsed = protocol::MacAddress::parse(mac);
    if (!parsed)
        return std::nullopt;
    return LogLine{kind, *parsed, address, {}};
}

// "3309781886 DHCPOFFER(eth1) 10.20.50.173 dc:a6:32:01:02:03 name"
std::optional<LogLine> parseDhcp(const QString &text)
{
    static const QRegularExpression form(
        uR"(\A(?:\d+ )?(DHCPOFFER|DHCPACK|DHCPDISCOVER|PXE)\([^)]*\) (?:([0-9.]{7,15}) )?)"
        uR"(([0-9a-f:]{17})(?: (.*))?\z)"_s);
    const auto match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    const QString what = match.captured(1);
    const QString rest = match.captured(4).trimmed();
    if (what == "DHCPACK"_L1)
        return withMac(Kind::Ack, match.captured(3), match.captured(2));
    if (what == "DHCPOFFER"_L1 || (what == "PXE"_L1 && rest == "proxy"_L1))
        return withMac(Kind::Offer, match.captured(3), match.captured(2));
    const bool proxyIgnores = what == "PXE"_L1 && rest == "proxy-ignored"_L1;
    if (proxyIgnores || (what == "DHCPDISCOVER"_L1 && rest == "ignored"_L1))
        return withMac(Kind::Refused, match.captured(3));
    if (what == "DHCPDISCOVER"_L1 && rest.endsWith("no address available"_L1))
        return withMac(Kind::NoAddress, match.captured(3));
    return std::nullopt;
}

// "error 0 Early terminate received from 10.20.50.173": of the codes of RFC 1350 and 2347, 0 is not
// defined and 8 refuses an option, which is how a probe for the size ends; the others are faults.
std::optional<LogLine> parseTftpError(const QString &text)
{
    static const QRegularExpression form(
        uR"(\Aerror (\d{1,5}) .*received from ([0-9.]{7,15})\z)"_s);
    const auto match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    const int code = match.captured(1).toInt();
    return LogLine{code == 0 || code == 8 ? Kind::Ended : Kind::Error, {}, match.captured(2), {}};
}

std::optional<LogLine> parseTftp(const QString &text)
{
    static const QRegularExpression sent(uR"(\Asent (/.*) to ([0-9.]{7,15})\z)"_s);
    static const QRegularExpression absent(uR"(\Afile (/.*) not found for ([0-9.]{7,15})\z)"_s);
    static const QRegularExpression broken(uR"(\Afailed sending (/.*) to ([0-9.]{7,15})\z)"_s);
    const auto take = [&text](const QRegularExpression &form, Kind kind) -> std::optional<LogLine> {
        const auto match = form.match(text);
        if (!match.hasMatch())
            return std::nullopt;
        return LogLine{kind, {}, match.captured(2), match.captured(1)};
    };
    if (const auto line = take(sent, Kind::Sent))
        return line;
    if (const auto line = take(absent, Kind::NotFound))
        return line;
    if (const auto line = parseTftpError(text))
        return line;
    return take(broken, Kind::Broken);
}

} // namespace

std::optional<LogLine> parseLogLine(const QString &line)
{
    static const QRegularExpression head(uR"(\Adnsmasq-(dhcp|tftp)\[\d+\]: )"_s);
    if (line.size() > maxLine)
        return std::nullopt;
    const auto match = head.match(line);
    if (!match.hasMatch())
        return std::nullopt;
    const QString text = line.mid(match.capturedLength()).trimmed();
    return match.captured(1) == "dhcp"_L1 ? parseDhcp(text) : parseTftp(text);
}

} // namespace netboot
