// SPDX-License-Identifier: GPL-3.0-or-later
// Devices, jobs and images as rows of the database and back. The speed and the time left of a job
// are samples of a running transfer and are not kept.
#pragma once

#include "core/model.h"

#include <QLatin1StringView>
#include <QList>
#include <QVariant>

class QSqlQuery;

namespace core
{

struct Column {
    QLatin1StringView name;
    QVariant value;
};

using Row = QList<Column>; // the first column is the key

[[nodiscard]] Row toRow(const Device &device);
[[nodiscard]] Row toRow(const Job &job);
[[nodiscard]] Row toRow(const Image &image);

// Of the row that the query stands at. StationIoError naming the column that does not make sense.
[[nodiscard]] protocol::Result<Device> deviceFromRow(const QSqlQuery &query);
[[nodiscard]] protocol::Result<Job> jobFromRow(const QSqlQuery &query);
[[nodiscard]] protocol::Result<Image> imageFromRow(const QSqlQuery &query);

} // namespace core
