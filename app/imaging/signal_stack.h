// SPDX-License-Identifier: GPL-3.0-or-later
// A stack for signal handlers of the thread that makes one: a thread that has used up its own could
// not even say so. See sigaltstack(2).
//
//     const imaging::SignalStack stack; // the first thing that a thread does
#pragma once

#include <csignal>

namespace imaging
{

class SignalStack
{
public:
    // Without memory for one the thread goes on with what it had.
    SignalStack();
    // On the same thread. What the thread had before is back then.
    ~SignalStack();
    SignalStack(const SignalStack &) = delete;
    SignalStack &operator=(const SignalStack &) = delete;

private:
    stack_t m_own{};
    stack_t m_before{};
};

} // namespace imaging
