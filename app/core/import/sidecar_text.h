// SPDX-License-Identifier: GPL-3.0-or-later
// The text of a file of sums or of a bmap, whatever system wrote it down.
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace core
{

// UTF-8, or UTF-16 and UTF-32 with a byte order mark; UTF-16 without one where every other byte is
// zero; what is no UTF-8 counts as Latin-1. Without the mark.
[[nodiscard]] QString decodeText(const QByteArray &bytes);

// Ended by LF, CR LF or CR.
[[nodiscard]] QStringList linesOf(const QString &text);

[[nodiscard]] bool isClearSigned(const QString &text);
// What was signed, by RFC 9580, 7: without the headers, the signature and the dashes in front of
// lines that begin with one. Nobody here has the key: the signature is not checked. Any other text
// as it is.
[[nodiscard]] QString withoutSignature(const QString &text);

} // namespace core
