// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/signal_stack.h"

#include <algorithm>

#include <sys/mman.h>
#include <unistd.h>

namespace imaging
{

namespace
{

// The registers of a large processor alone take several KiB (sysconf(3), _SC_SIGSTKSZ); what is not
// used takes no memory.
size_t stackBytes()
{
    constexpr long least = 64 * 1024;
    return size_t(std::max(least, 2 * ::sysconf(_SC_SIGSTKSZ)));
}

} // namespace

SignalStack::SignalStack()
{
    const size_t bytes = stackBytes();
    void *memory =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return;
    m_own.ss_sp = memory;
    m_own.ss_size = bytes;
    if (::sigaltstack(&m_own, &m_before) == 0)
        return;
    ::munmap(memory, bytes);
    m_own = {};
}

SignalStack::~SignalStack()
{
    if (!m_own.ss_sp)
        return;
    // Fails only within a handler that runs on it, and that one does not come back.
    if (::sigaltstack(&m_before, nullptr) == 0)
        ::munmap(m_own.ss_sp, m_own.ss_size);
}

} // namespace imaging
