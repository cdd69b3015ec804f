// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of an image's inside as JSON: for the database and for the operator level.
#pragma once

#include "core/model.h"

#include <QJsonObject>

namespace core
{

// "table" and "partitions"; empty when nothing is known.
[[nodiscard]] QJsonObject toJson(const ImageFacts &facts);

// The database's column: the facts, and what the image was checked against and what not. What is
// missing or makes no sense is not known.
[[nodiscard]] QString factsColumn(const Image &image);
void readFactsColumn(const QString &text, Image &image);

} // namespace core
