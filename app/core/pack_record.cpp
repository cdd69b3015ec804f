// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pack_record.h"

#include "core/image_facts_json.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace core
{

using namespace Qt::StringLiterals;

namespace
{

constexpr int recordVersion = 1;

QJsonObject stampToJson(const FileStamp &stamp, const QDateTime &at)
{
    return {{"inode"_L1, QString::number(stamp.inode)}, // more than JSON's numbers hold
            {"size"_L1, stamp.size},
            {"modified_ns"_L1, QString::number(stamp.modifiedNs)},
            {"changed_ns"_L1, QString::number(stamp.changedNs)},
            {"at"_L1, at.toUTC().toString(Qt::ISODateWithMs)}};
}

FileStamp stampFromJson(const QJsonObject &object)
{
    return {object.value("inode"_L1).toString().toULongLong(), object.value("size"_L1).toInteger(),
            object.value("modified_ns"_L1).toString().toLongLong(),
            object.value("changed_ns"_L1).toString().toLongLong()};
}

QDateTime timeOf(const QJsonValue &value)
{
    return QDateTime::fromString(value.toString(), Qt::ISODateWithMs).toUTC();
}

QJsonObject sourceOf(const Image &image)
{
    return {{"path"_L1, image.sourcePath},
            {"size"_L1, image.sourceSize},
            {"modified_ns"_L1, QString::number(image.sourceModifiedNs)}};
}

} // namespace

QByteArray PackRecord::toJson() const
{
    QJsonObject object{{"version"_L1, recordVersion},
                       {"id"_L1, image.id},
                       {"name"_L1, image.name},
                       {"source"_L1, sourceOf(image)},
                       {"sha256"_L1, image.sha256},
                       {"added"_L1, image.added.toUTC().toString(Qt::ISODateWithMs)},
                       {"facts"_L1, factsColumn(image)}};
    if (removed)
        object.insert("removed"_L1, true);
    if (checkedAt.isValid())
        object.insert("checked"_L1, stampToJson(checked, checkedAt));
    return QJsonDocument(object).toJson();
}

std::optional<PackRecord> PackRecord::fromJson(const QByteArray &bytes)
{
    const QJsonObject object = QJsonDocument::fromJson(bytes).object();
    if (object.value("version"_L1).toInt() != recordVersion)
        return std::nullopt;
    PackRecord record;
    record.image.id = object.value("id"_L1).toString();
    record.image.name = object.value("name"_L1).toString();
    const QJsonObject source = object.value("source"_L1).toObject();
    record.image.sourcePath = source.value("path"_L1).toString();
    record.image.sourceSize = source.value("size"_L1).toInteger();
    record.image.sourceModifiedNs = source.value("modified_ns"_L1).toString().toLongLong();
    record.image.sha256 = object.value("sha256"_L1).toString();
    record.image.added = timeOf(object.value("added"_L1));
    readFactsColumn(object.value("facts"_L1).toString(), record.image);
    record.removed = object.value("removed"_L1).toBool();
    const QJsonObject checked = object.value("checked"_L1).toObject();
    record.checked = stampFromJson(checked);
    record.checkedAt = timeOf(checked.value("at"_L1));
    return record;
}

} // namespace core
