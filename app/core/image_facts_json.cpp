// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image_facts_json.h"

#include "core/model_names.h"

#include <QJsonDocument>

namespace core
{

using namespace Qt::StringLiterals;

namespace
{

void insertText(QJsonObject &object, QLatin1StringView key, const QString &text)
{
    if (!text.isEmpty())
        object.insert(key, text);
}

void insertNames(QJsonObject &object, QLatin1StringView key, const QStringList &names)
{
    if (!names.isEmpty())
        object.insert(key, QJsonArray::fromStringList(names));
}

QStringList namesOf(const QJsonObject &object, QLatin1StringView key)
{
    QStringList names;
    for (const QJsonValue &name : object.value(key).toArray())
        names << name.toString();
    return names;
}

QJsonObject toJson(const PartitionFacts &partition)
{
    QJsonObject object{{"number"_L1, partition.number},
                       {"offset"_L1, partition.offset},
                       {"length"_L1, partition.length}};
    insertText(object, "type"_L1, partition.type);
    insertText(object, "filesystem"_L1, partition.filesystem);
    insertText(object, "label"_L1, partition.label);
    insertText(object, "uuid"_L1, partition.uuid);
    if (partition.dataBytes >= 0)
        object.insert("data_bytes"_L1, partition.dataBytes);
    return object;
}

PartitionFacts partitionOf(const QJsonObject &object)
{
    return {object.value("number"_L1).toInt(),        object.value("offset"_L1).toInteger(),
            object.value("length"_L1).toInteger(),    object.value("type"_L1).toString(),
            object.value("filesystem"_L1).toString(), object.value("label"_L1).toString(),
            object.value("uuid"_L1).toString(),       object.value("data_bytes"_L1).toInteger(-1)};
}

QJsonObject toJson(const ImageWarning &warning)
{
    QJsonObject object{{"code"_L1, toText(warning.code)}, {"detail"_L1, warning.detail}};
    if (warning.partition > 0)
        object.insert("partition"_L1, warning.partition);
    if (warning.bytes > 0)
        object.insert("bytes"_L1, warning.bytes);
    return object;
}

QList<ImageWarning> warningsOf(const QJsonArray &array)
{
    QList<ImageWarning> warnings;
    for (const QJsonValue &value : array) {
        const QJsonObject object = value.toObject();
        if (const auto code = imageWarningFromText(object.value("code"_L1).toString()))
            warnings << ImageWarning{*code, object.value("partition"_L1).toInt(),
                                     object.value("bytes"_L1).toInteger(),
                                     object.value("detail"_L1).toString()};
    }
    return warnings;
}

QString compact(const QJsonDocument &document)
{
    return QString::fromUtf8(document.toJson(QJsonDocument::Compact));
}

ImageFacts factsOf(const QJsonObject &object)
{
    ImageFacts facts;
    facts.known = object.contains("partitions"_L1) && object.contains("warnings"_L1);
    facts.table = object.value("table"_L1).toString();
    for (const QJsonValue &partition : object.value("partitions"_L1).toArray())
        facts.partitions << partitionOf(partition.toObject());
    return facts;
}

} // namespace

QJsonObject toJson(const ImageFacts &facts)
{
    if (!facts.known)
        return {};
    QJsonArray partitions;
    for (const PartitionFacts &partition : facts.partitions)
        partitions.append(toJson(partition));
    QJsonObject object{{"partitions"_L1, partitions}};
    insertText(object, "table"_L1, facts.table);
    return object;
}

QJsonArray toJson(const QList<ImageWarning> &warnings)
{
    QJsonArray array;
    for (const ImageWarning &warning : warnings)
        array.append(toJson(warning));
    return array;
}

QString warningsColumn(const QList<ImageWarning> &warnings)
{
    return warnings.isEmpty() ? u""_s : compact(QJsonDocument(toJson(warnings)));
}

QList<ImageWarning> readWarningsColumn(const QString &text)
{
    return warningsOf(QJsonDocument::fromJson(text.toUtf8()).array());
}

QString factsColumn(const Image &image)
{
    QJsonObject object = toJson(image.facts);
    if (image.facts.known || !image.warnings.isEmpty())
        object.insert("warnings"_L1, toJson(image.warnings));
    insertNames(object, "checked_by"_L1, image.checkedBy);
    insertNames(object, "unchecked"_L1, image.unchecked);
    insertText(object, "sidecars"_L1, image.sidecarStamp);
    if (object.isEmpty())
        return u""_s;
    return compact(QJsonDocument(object));
}

void readFactsColumn(const QString &text, Image &image)
{
    const QJsonObject object = QJsonDocument::fromJson(text.toUtf8()).object();
    image.facts = factsOf(object);
    image.warnings = warningsOf(object.value("warnings"_L1).toArray());
    image.checkedBy = namesOf(object, "checked_by"_L1);
    image.unchecked = namesOf(object, "unchecked"_L1);
    image.sidecarStamp = object.value("sidecars"_L1).toString();
}

} // namespace core
