// SPDX-License-Identifier: GPL-3.0-or-later
// The end of the line for what is thrown: a thread that lets it pass ends the whole program. One
// piece of work fails with Internal instead, and everything else goes on.
#pragma once

#include "protocol/result.h"

#include <exception>
#include <functional>

namespace core
{

// What is thrown while something is being caught ends the program: without memory, no words.
[[nodiscard]] inline protocol::Failure thrown(const char *what, protocol::Stage stage) noexcept
{
    try {
        return {protocol::FailureCode::Internal, stage, QString::fromUtf8(what)};
    } catch (...) {
        return {protocol::FailureCode::Internal, stage, {}};
    }
}

template<class Value>
[[nodiscard]] protocol::Result<Value> guarded(const std::function<protocol::Result<Value>()> &work,
                                              protocol::Stage stage = protocol::Stage::None)
{
    try {
        return work();
    } catch (const std::exception &error) {
        return thrown(error.what(), stage);
    } catch (...) {
        return thrown("something was thrown", stage);
    }
}

} // namespace core
