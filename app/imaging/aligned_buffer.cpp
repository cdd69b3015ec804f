// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/aligned_buffer.h"

#include <cstdint>
#include <cstdlib>
#include <new>

#include <sys/mman.h>
#include <unistd.h>

namespace imaging
{

namespace
{

size_t roundedUp(size_t value, size_t to)
{
    return (value + to - 1) / to * to;
}

std::byte *fromHeap(size_t bytes)
{
    void *data = std::aligned_alloc(directAlignment, bytes);
    if (!data)
        throw std::bad_alloc();
    return static_cast<std::byte *>(data);
}

// The kernel promises to align to its pages, not to huge ones: what is mapped too much at both ends
// goes back. `bytes` is a multiple of the kernel's page.
std::byte *map(size_t bytes)
{
    const size_t more = bytes + hugePageBytes;
    void *mapped =
        ::mmap(nullptr, more, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED)
        throw std::bad_alloc();
    const auto begin = reinterpret_cast<uintptr_t>(mapped);
    const size_t before = roundedUp(begin, hugePageBytes) - begin;
    auto *data = static_cast<std::byte *>(mapped) + before;
    if (before > 0)
        ::munmap(mapped, before);
    ::munmap(data + bytes, more - before - bytes);
    // A kernel without huge pages refuses: then these are ordinary ones.
    (void)::madvise(data, bytes, MADV_HUGEPAGE);
    return data;
}

} // namespace

AlignedBuffer::AlignedBuffer(size_t bytes) : m_size(roundedUp(bytes, directAlignment))
{
    const bool huge = m_size >= hugePageBytes;
    const size_t mapped = huge ? roundedUp(m_size, size_t(::sysconf(_SC_PAGESIZE))) : 0;
    m_data = {huge ? map(mapped) : fromHeap(m_size), AlignedMemoryFree{mapped}};
}

void AlignedMemoryFree::operator()(std::byte *data) const
{
    if (mapped > 0)
        ::munmap(data, mapped);
    else
        std::free(data);
}

} // namespace imaging
