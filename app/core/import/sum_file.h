// SPDX-License-Identifier: GPL-3.0-or-later
// SHA256SUMS and NAME.sha256: lines of sha256sum(1), with or without --tag, of openssl-dgst(1), or
// a bare sum.
#pragma once

#include "imaging/sha256.h"
#include "protocol/result.h"

#include <QByteArray>
#include <QList>

#include <span>
#include <vector>

namespace core
{

struct ExpectedSum {
    QString file; // that says so, without folder
    imaging::Digest digest;
};

struct SumLine {
    QString name; // without folder; empty for a bare sum and for that of "-"
    imaging::Digest digest;
};

// What is no line of a sum (a comment, a signature, other sums) is left out.
[[nodiscard]] QList<SumLine> parseSums(const QByteArray &text);

// ChecksumMismatch with the sum that was expected and the one that was found.
[[nodiscard]] protocol::Result<void> checkSums(std::span<const ExpectedSum> expected,
                                               const imaging::Digest &found, const QString &what);

} // namespace core
