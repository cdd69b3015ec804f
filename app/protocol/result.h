// SPDX-License-Identifier: GPL-3.0-or-later
// A value or a Failure. (std::expected is not in g++ 12.)
#pragma once

#include "protocol/failure.h"

#include <utility>
#include <variant>

namespace protocol
{

template<class T>
class [[nodiscard]] Result
{
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Failure failure) : m_state(std::in_place_index<1>, std::move(failure)) {}

    [[nodiscard]] bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }

    // Precondition: ok().
    T &value() & { return *std::get_if<0>(&m_state); }
    const T &value() const & { return *std::get_if<0>(&m_state); }
    T &&value() && { return std::move(*std::get_if<0>(&m_state)); }
    T *operator->() { return &value(); }
    const T *operator->() const { return &value(); }
    T &operator*() & { return value(); }
    const T &operator*() const & { return value(); }

    // Precondition: !ok().
    [[nodiscard]] const Failure &failure() const { return *std::get_if<1>(&m_state); }

private:
    std::variant<T, Failure> m_state;
};

template<>
class [[nodiscard]] Result<void>
{
public:
    Result() = default;
    Result(Failure failure) : m_failure(std::move(failure)), m_ok(false) {}

    [[nodiscard]] bool ok() const { return m_ok; }
    explicit operator bool() const { return m_ok; }
    // Precondition: !ok().
    [[nodiscard]] const Failure &failure() const { return m_failure; }

private:
    Failure m_failure;
    bool m_ok = true;
};

} // namespace protocol
