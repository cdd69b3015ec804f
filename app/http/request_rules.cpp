// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/request_rules.h"

#include "http/authority.h"

#include <QHostAddress>
#include <QHostInfo>

namespace http
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Stage;

namespace
{

// One spelling of a name: "Station.local." is "station.local".
QString canonical(QString name)
{
    if (name.endsWith(u'.'))
        name.chop(1);
    return name.toLower();
}

Failure bad(const QString &what)
{
    return {FailureCode::BadRequest, Stage::None, what};
}

} // namespace

RequestRules::RequestRules(const QStringList &names)
{
    for (const QString &name : names)
        m_names.append(canonical(name));
    m_names.append(u"localhost"_s);
}

QStringList RequestRules::machineNames()
{
    const QString host = QHostInfo::localHostName();
    const QString domain = QHostInfo::localDomainName();
    const QString first = host.section(u'.', 0, 0);
    if (first.isEmpty())
        return {};
    QStringList names{host, first, first + ".local"_L1};
    if (!domain.isEmpty())
        names.append(first + u'.' + domain);
    return names;
}

std::optional<Failure> RequestRules::check(const transport::RequestHead &head) const
{
    // QHttpServer would give two answers.
    if (head.method == "CONNECT" || head.upgrade.toLower().contains("websocket"))
        return bad(u"neither WebSocket nor tunnels are served"_s);
    if (auto failure = checkHost(head.host))
        return failure;
    if (isForeign(head))
        return Failure{FailureCode::ForeignOrigin, Stage::None,
                       u"a page of %1 sent this request"_s.arg(
                           head.origin.isEmpty() ? u"another site"_s
                                                 : QString::fromLatin1(head.origin.left(256)))};
    return std::nullopt;
}

std::optional<Failure> RequestRules::checkHost(const QByteArray &host) const
{
    if (host.isEmpty()) // HTTP/1.0
        return std::nullopt;
    const auto asked = parseAuthority(host);
    if (!asked)
        return bad(u"malformed Host header"_s);
    // No name server makes an address point elsewhere.
    if (!QHostAddress(asked->host).isNull() || m_names.contains(canonical(asked->host)))
        return std::nullopt;
    return Failure{FailureCode::HostUnknown, Stage::None,
                   u"this station is not called %1; start it with --host-name %1, or use its "
                   "address"_s.arg(asked->host)};
}

// Fetch standard: a browser names the page's origin with whatever is not a plain GET of the same
// site, and to itself and over TLS how page and station are related.
bool RequestRules::isForeign(const transport::RequestHead &head)
{
    if (head.fetchSite == "cross-site" || head.fetchSite == "same-site")
        return true;
    return !head.origin.isEmpty() && head.origin.toLower() != "http://" + head.host.toLower();
}

} // namespace http
