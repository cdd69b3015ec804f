// SPDX-License-Identifier: GPL-3.0-or-later
// Look-up in tables of enums' stable texts. For the sources that own such a table.
#pragma once

#include <QLatin1StringView>
#include <QStringView>

#include <algorithm>
#include <array>
#include <optional>

namespace core
{

template<class Enum>
struct EnumName {
    Enum value;
    const char *text;
};

// Empty when the table lacks it.
template<class Enum, size_t n>
[[nodiscard]] QLatin1StringView nameOf(const std::array<EnumName<Enum>, n> &names, Enum value)
{
    const auto it = std::ranges::find(names, value, &EnumName<Enum>::value);
    return QLatin1StringView(it == names.end() ? "" : it->text);
}

template<class Enum, size_t n>
[[nodiscard]] std::optional<Enum> valueOf(const std::array<EnumName<Enum>, n> &names,
                                          QStringView text)
{
    const auto same = [text](const EnumName<Enum> &name) {
        return text == QLatin1StringView(name.text);
    };
    const auto it = std::ranges::find_if(names, same);
    return it == names.end() ? std::nullopt : std::optional(it->value);
}

} // namespace core
