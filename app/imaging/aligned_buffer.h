// SPDX-License-Identifier: GPL-3.0-or-later
// Memory aligned for O_DIRECT (4096 bytes), owned.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace imaging
{

inline constexpr size_t directAlignment = 4096;
// Of x86-64 and of arm64 with pages of 4 KiB.
inline constexpr size_t hugePageBytes = 2 * 1024 * 1024;

struct AlignedMemoryFree {
    void operator()(std::byte *data) const;
    size_t mapped = 0; // bytes; 0: of the heap
};

// From hugePageBytes on in huge pages, where the kernel gives any: a MiB in pages of 4 KiB is 256
// pieces for the storage's controller, more than many take in one order. So buffers of a chunk that
// are used together are parts of one.
class AlignedBuffer
{
public:
    AlignedBuffer() = default;
    // `bytes` is rounded up to the alignment; contents are indeterminate. Throws std::bad_alloc.
    explicit AlignedBuffer(size_t bytes);

    [[nodiscard]] std::byte *data() { return m_data.get(); }
    [[nodiscard]] size_t size() const { return m_size; }
    [[nodiscard]] std::span<std::byte> first(size_t bytes) { return {m_data.get(), bytes}; }
    [[nodiscard]] std::span<std::byte> all() { return {m_data.get(), m_size}; }
    // The part number `index`, from 0, when all are of `bytes`, a multiple of the alignment.
    [[nodiscard]] std::span<std::byte> part(size_t index, size_t bytes)
    {
        return all().subspan(index * bytes, bytes);
    }

private:
    std::unique_ptr<std::byte, AlignedMemoryFree> m_data;
    size_t m_size = 0;
};

} // namespace imaging
