// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/known_paths.h"

#include <QByteArrayList>
#include <QVariant>

namespace http
{

using namespace Qt::StringLiterals;
using Method = QHttpServerRequest::Method;

namespace
{

constexpr auto property = "knownPaths";
constexpr auto placeholder = "<arg>"_L1;

QByteArray nameOf(Method method)
{
    switch (method) {
    case Method::Get:
        return "GET";
    case Method::Put:
        return "PUT";
    case Method::Delete:
        return "DELETE";
    default:
        return "POST";
    }
}

} // namespace

std::shared_ptr<KnownPaths> KnownPaths::of(QHttpServer &server)
{
    auto known = server.property(property).value<std::shared_ptr<KnownPaths>>();
    if (!known) {
        known = std::make_shared<KnownPaths>();
        server.setProperty(property, QVariant::fromValue(known));
    }
    return known;
}

void KnownPaths::add(const QString &path, Method method)
{
    QStringList parts;
    for (const QString &part : path.split(placeholder))
        parts.append(QRegularExpression::escape(part));
    const QString pattern = QRegularExpression::anchoredPattern(parts.join("[^/]+"_L1));
    m_rows.push_back({QRegularExpression(pattern), nameOf(method)});
}

QByteArray KnownPaths::methodsOf(const QString &path) const
{
    QByteArrayList methods;
    for (const Row &row : m_rows) {
        if (row.path.match(path).hasMatch())
            methods.append(row.method);
    }
    return methods.join(", ");
}

} // namespace http
