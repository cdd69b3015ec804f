// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/byte_range.h"

#include <QByteArray>

#include <algorithm>
#include <limits>
#include <optional>

namespace protocol
{
namespace
{

// Digits only: QByteArrayView::toLongLong would take a sign and white space. What is larger than
// any file is as good as the largest number.
std::optional<qint64> position(QByteArrayView digits)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (digits.isEmpty() || !std::all_of(digits.begin(), digits.end(), isDigit))
        return std::nullopt;
    bool fits = false;
    const qint64 number = digits.toLongLong(&fits);
    return fits ? number : std::numeric_limits<qint64>::max();
}

} // namespace

RangeSelection selectRange(QByteArrayView header, qint64 size)
{
    const RangeSelection whole{RangeVerdict::Whole, {0, size}};
    const RangeSelection none{RangeVerdict::NotSatisfiable, {}};
    constexpr QByteArrayView unit("bytes=");
    const QByteArrayView value = header.trimmed();
    if (value.size() < unit.size() ||
        value.first(unit.size()).compare(unit, Qt::CaseInsensitive) != 0)
        return whole;
    const QByteArrayView spec = value.sliced(unit.size()).trimmed();
    const qsizetype dash = spec.indexOf('-');
    if (dash < 0 || spec.contains(','))
        return whole;

    const QByteArrayView firstText = spec.first(dash);
    const QByteArrayView lastText = spec.sliced(dash + 1);
    if (firstText.isEmpty()) {
        const auto suffix = position(lastText);
        if (!suffix)
            return whole;
        if (*suffix == 0 || size == 0)
            return none;
        const qint64 length = std::min(*suffix, size);
        return {RangeVerdict::Partial, {size - length, length}};
    }
    const auto first = position(firstText);
    const auto last = lastText.isEmpty() ? std::optional(size - 1) : position(lastText);
    if (!first || !last || (!lastText.isEmpty() && *last < *first))
        return whole;
    if (*first >= size)
        return none;
    return {RangeVerdict::Partial, {*first, std::min(*last, size - 1) - *first + 1}};
}

} // namespace protocol
