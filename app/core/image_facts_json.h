// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of an image's inside, and what is doubtful of it, as JSON: for the database and for
// the operator level.
#pragma once

#include "core/model.h"

#include <QJsonArray>
#include <QJsonObject>

namespace core
{

// "table" and "partitions"; empty when nothing is known.
[[nodiscard]] QJsonObject toJson(const ImageFacts &facts);

// [{"code","detail"}], with "partition" and "bytes" where the warning is about them.
[[nodiscard]] QJsonArray toJson(const QList<ImageWarning> &warnings);

// A job's column; empty without warnings. A code of a later station's is left out.
[[nodiscard]] QString warningsColumn(const QList<ImageWarning> &warnings);
[[nodiscard]] QList<ImageWarning> readWarningsColumn(const QString &text);

// The database's column: the facts, the warnings, and what the image was checked against and what
// not. What is missing or makes no sense is not known; facts that an earlier station wrote, which
// knew no warnings, are not `known` either, so that they are looked for.
[[nodiscard]] QString factsColumn(const Image &image);
void readFactsColumn(const QString &text, Image &image);

} // namespace core
