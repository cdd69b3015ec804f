// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/sum_file.h"

#include <QFileInfo>
#include <QRegularExpression>

#include <optional>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

// Coreutils, "sha2 utilities": a backslash in front means that the name is escaped; such names are
// nobody's image.
std::optional<SumLine> parseLine(const QString &line)
{
    static const QRegularExpression plain(uR"(^([0-9a-fA-F]{64})(?:\s+\*?(\S.*?))?\s*$)"_s);
    static const QRegularExpression tagged(
        uR"(^SHA(?:2-)?256 ?\((.+)\) ?= ?([0-9a-fA-F]{64})\s*$)"_s);
    const auto sum = plain.match(line);
    const auto tag = sum.hasMatch() ? sum : tagged.match(line);
    if (!tag.hasMatch())
        return std::nullopt;
    const bool isTagged = !sum.hasMatch();
    const auto digest = imaging::digestFromHex(tag.captured(isTagged ? 2 : 1));
    const QString name = QFileInfo(tag.captured(isTagged ? 1 : 2)).fileName();
    const bool isNamed = name != "-"_L1; // that is sha256sum's standard input
    return digest ? std::optional(SumLine{isNamed ? name : QString(), *digest}) : std::nullopt;
}

} // namespace

QList<SumLine> parseSums(const QByteArray &text)
{
    QList<SumLine> lines;
    for (const QByteArray &raw : text.split('\n')) {
        if (const auto line = parseLine(QString::fromUtf8(raw)))
            lines << *line;
    }
    return lines;
}

Result<void> checkSums(std::span<const ExpectedSum> expected, const imaging::Digest &found,
                       const QString &what)
{
    for (const ExpectedSum &sum : expected) {
        if (sum.digest != found) {
            return Failure{FailureCode::ChecksumMismatch, Stage::Import,
                           u"%1: %2 says %3, it has %4"_s.arg(
                               what, sum.file, imaging::toHex(sum.digest), imaging::toHex(found))};
        }
    }
    return {};
}

} // namespace core
