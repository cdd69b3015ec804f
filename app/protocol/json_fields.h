// SPDX-License-Identifier: GPL-3.0-or-later
// The fields of a JSON object that came over the wire, by their types. What is missing, or null, is
// empty; what has the wrong type is remembered, the first of it: README.md says that a message with
// such a field is refused, naming it.
#pragma once

#include "protocol/result.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <memory>
#include <vector>

namespace protocol
{

class JsonFields
{
public:
    // Whether numbers may be digits in a text: a form has nothing but texts, and shell scripts
    // quote what they like. Of this object's own fields.
    enum class Numbers { Strict, MayBeText };

    explicit JsonFields(QJsonObject object, Numbers numbers = Numbers::Strict);

    [[nodiscard]] bool has(QLatin1StringView key) const;    // and is not null
    [[nodiscard]] bool isNull(QLatin1StringView key) const; // there, and null
    [[nodiscard]] QString text(QLatin1StringView key, qsizetype most = maxText);
    [[nodiscard]] bool flag(QLatin1StringView key, bool otherwise = false);
    // A whole number from 0 to `most`; `otherwise` when it is missing.
    [[nodiscard]] qint64 number(QLatin1StringView key, qint64 most, qint64 otherwise = 0);
    // Bytes of an image or a device; as number().
    [[nodiscard]] qint64 bytes(QLatin1StringView key);
    [[nodiscard]] QJsonArray list(QLatin1StringView key);
    [[nodiscard]] QStringList texts(QLatin1StringView key); // a list of texts
    // A list of objects, the first `most` of them.
    [[nodiscard]] std::vector<JsonFields> objects(QLatin1StringView key, qsizetype most);
    // An object in this one: its faults are told here, too.
    [[nodiscard]] JsonFields object(QLatin1StringView key);

    // BadRequest with the first field of a wrong type.
    [[nodiscard]] Result<void> verdict() const;

    static constexpr qsizetype maxText = 256; // a name or number that a device tells about itself

private:
    JsonFields(QJsonObject object, Numbers numbers, QString prefix, std::shared_ptr<QString> wrong);
    [[nodiscard]] QJsonValue known(QLatin1StringView key, QJsonValue::Type type,
                                   const char *wanted);
    void refuse(QLatin1StringView key, const char *wanted);

    QJsonObject m_object;
    Numbers m_numbers;
    QString m_prefix; // "storage."
    std::shared_ptr<QString> m_wrong;
};

} // namespace protocol
