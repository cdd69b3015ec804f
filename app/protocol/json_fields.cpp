// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json_fields.h"

#include "protocol/limits.h"

#include <algorithm>
#include <optional>

namespace protocol
{

using namespace Qt::StringLiterals;

namespace
{

// A whole number: JSON has no others, but says 1.5 and 1e300 in the same type.
std::optional<qint64> wholeNumber(const QJsonValue &value)
{
    constexpr qint64 a = 0;
    constexpr qint64 b = 1;
    const qint64 number = value.toInteger(a);
    return number == value.toInteger(b) ? std::optional(number) : std::nullopt;
}

std::optional<qint64> digits(const QString &text)
{
    const QString plain = text.trimmed();
    bool ok = false;
    const qint64 number = plain.toLongLong(&ok);
    if (plain.isEmpty())
        return 0;
    return ok ? std::optional(number) : std::nullopt;
}

} // namespace

JsonFields::JsonFields(QJsonObject object, Numbers numbers)
    : JsonFields(std::move(object), numbers, {}, std::make_shared<QString>())
{
}

JsonFields::JsonFields(QJsonObject object, Numbers numbers, QString prefix,
                       std::shared_ptr<QString> wrong)
    : m_object(std::move(object)),
      m_numbers(numbers),
      m_prefix(std::move(prefix)),
      m_wrong(std::move(wrong))
{
}

bool JsonFields::has(QLatin1StringView key) const
{
    const QJsonValue value = m_object.value(key);
    return !value.isUndefined() && !value.isNull();
}

bool JsonFields::isNull(QLatin1StringView key) const
{
    return m_object.value(key).isNull();
}

QJsonValue JsonFields::known(QLatin1StringView key, QJsonValue::Type type, const char *wanted)
{
    const QJsonValue value = has(key) ? m_object.value(key) : QJsonValue();
    if (!value.isNull() && value.type() != type) {
        refuse(key, wanted);
        return {};
    }
    return value;
}

void JsonFields::refuse(QLatin1StringView key, const char *wanted)
{
    if (m_wrong->isEmpty())
        *m_wrong = u"%1%2 is not %3"_s.arg(m_prefix, key, QLatin1StringView(wanted));
}

QString JsonFields::text(QLatin1StringView key, qsizetype most)
{
    return known(key, QJsonValue::String, "a text").toString().left(most);
}

bool JsonFields::flag(QLatin1StringView key, bool otherwise)
{
    return known(key, QJsonValue::Bool, "true or false").toBool(otherwise);
}

qint64 JsonFields::number(QLatin1StringView key, qint64 most, qint64 otherwise)
{
    if (!has(key))
        return otherwise;
    const QJsonValue value = m_object.value(key);
    std::optional<qint64> number;
    if (value.isDouble())
        number = wholeNumber(value);
    else if (value.isString() && m_numbers == Numbers::MayBeText)
        number = digits(value.toString());
    if (number && *number >= 0 && *number <= most)
        return *number;
    refuse(key, "a whole number in its bounds");
    return otherwise;
}

qint64 JsonFields::bytes(QLatin1StringView key)
{
    return number(key, maxImageBytes);
}

QJsonArray JsonFields::list(QLatin1StringView key)
{
    return known(key, QJsonValue::Array, "a list").toArray();
}

QStringList JsonFields::texts(QLatin1StringView key)
{
    QStringList texts;
    const QJsonArray items = list(key);
    for (const QJsonValue &item : items) {
        if (!item.isString())
            refuse(key, "a list of texts");
        texts.append(item.toString().left(maxText));
    }
    return texts;
}

std::vector<JsonFields> JsonFields::objects(QLatin1StringView key, qsizetype most)
{
    std::vector<JsonFields> objects;
    const QJsonArray items = list(key);
    for (qsizetype i = 0; i < std::min(items.size(), most); ++i) {
        const QJsonValue item = items[i];
        if (!item.isObject())
            refuse(key, "a list of objects");
        objects.push_back({item.toObject(), Numbers::Strict, m_prefix + key + u'.', m_wrong});
    }
    return objects;
}

JsonFields JsonFields::object(QLatin1StringView key)
{
    return {known(key, QJsonValue::Object, "an object").toObject(), Numbers::Strict,
            m_prefix + key + u'.', m_wrong};
}

Result<void> JsonFields::verdict() const
{
    if (m_wrong->isEmpty())
        return {};
    return Failure{FailureCode::BadRequest, Stage::None, *m_wrong};
}

} // namespace protocol
