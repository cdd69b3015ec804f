// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/image_origin.h"

#include "netclient/log.h"
#include "netclient/station_link.h"

#include <QUrl>

namespace netclient
{

using namespace Qt::StringLiterals;

namespace
{

constexpr quint16 httpPort = 80;

std::optional<transport::Endpoint> endpointOf(const QString &url)
{
    const QUrl parsed(url, QUrl::StrictMode);
    if (parsed.scheme() != "http"_L1 || parsed.host().isEmpty() || !parsed.userInfo().isEmpty() ||
        parsed.port() == 0)
        return std::nullopt;
    return transport::Endpoint{parsed.host(), quint16(parsed.port(httpPort))};
}

} // namespace

ImageOrigin::ImageOrigin(const protocol::Action &action)
    : m_mapOffset(action.originMapOffset), m_size(action.originSize)
{
    if (action.originUrl.isEmpty())
        return;
    const auto endpoint = endpointOf(action.originUrl);
    const auto target = targetOf(action.originUrl);
    m_endpoint = endpoint.value_or(transport::Endpoint{});
    m_target = target.value_or(QByteArray());
    m_inUse = true;
    if (!endpoint || !target)
        leave(u"is not one for this client: %1"_s.arg(action.originUrl));
    else if (m_mapOffset <= 0 || m_size <= m_mapOffset)
        leave(u"has a map from byte %1 to byte %2"_s.arg(m_mapOffset).arg(m_size));
}

void ImageOrigin::leave(const QString &why)
{
    const std::lock_guard lock(m_mutex);
    if (!m_inUse)
        return;
    const QString server = QString::fromLatin1(m_endpoint.hostHeader());
    m_note = u"the image origin %1 %2; the rest came from the station"_s.arg(server, why);
    m_inUse = false;
    logLine(u"warning: the image origin %1 %2; the rest comes from the station"_s.arg(server, why));
}

QString ImageOrigin::note() const
{
    const std::lock_guard lock(m_mutex);
    return m_note;
}

} // namespace netclient
