// SPDX-License-Identifier: GPL-3.0-or-later
// A transfer URL's parts: /transfer/TOKEN/WHAT.
#pragma once

#include "protocol/names.h"

#include <QByteArray>
#include <QString>
#include <QUrl>

#include <optional>

namespace http
{

struct TransferPath {
    QString token;
    QString what; // see protocol::names

    // nullopt: another path.
    [[nodiscard]] static std::optional<TransferPath> parse(const QByteArray &target)
    {
        const auto prefix = protocol::names::transferPrefix;
        const QString path = QUrl::fromEncoded(target).path();
        const qsizetype slash = path.indexOf(u'/', prefix.size());
        if (!path.startsWith(prefix) || slash < 0)
            return std::nullopt;
        return TransferPath{path.sliced(prefix.size(), slash - prefix.size()),
                            path.sliced(slash + 1)};
    }
};

} // namespace http
