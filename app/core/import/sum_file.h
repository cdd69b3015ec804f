// SPDX-License-Identifier: GPL-3.0-or-later
// What a file of sums says: lines of sha256sum(1) and sha512sum(1), with or without --tag, of
// openssl-dgst(1), of certutil and of PowerShell's Get-FileHash (table, list or CSV), a name and
// its sum, or a bare sum.
#pragma once

#include "imaging/checksum.h"

#include <QList>
#include <QString>

namespace core
{

struct SumLine {
    QString name; // without folder; empty for a bare sum, for that of "-", and for a name cut off
    imaging::ChecksumType type = imaging::ChecksumType::Sha256; // or Sha512
    QString hex;                                                // lower-case digits

    friend bool operator==(const SumLine &, const SumLine &) = default;
};

// What is no line of a SHA-256 or SHA-512 (a comment, a signature, other sums) is left out.
[[nodiscard]] QList<SumLine> parseSums(const QString &text);

} // namespace core
