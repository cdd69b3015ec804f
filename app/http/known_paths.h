// SPDX-License-Identifier: GPL-3.0-or-later
// The control paths and their methods, for the answer to who uses another method: QHttpServer tells
// only that there is no such route.
#pragma once

#include <QByteArray>
#include <QHttpServer>
#include <QHttpServerRequest>
#include <QRegularExpression>

#include <memory>
#include <vector>

namespace http
{

class KnownPaths
{
public:
    // The server's own; lives as long as the server, or whoever else holds it.
    [[nodiscard]] static std::shared_ptr<KnownPaths> of(QHttpServer &server);

    // `path` may hold <arg>, which stands for any text up to the next slash.
    void add(const QString &path, QHttpServerRequest::Method method);
    // As in an Allow header; empty: there is no such path.
    [[nodiscard]] QByteArray methodsOf(const QString &path) const;

private:
    struct Row {
        QRegularExpression path;
        QByteArray method;
    };
    std::vector<Row> m_rows;
};

} // namespace http
