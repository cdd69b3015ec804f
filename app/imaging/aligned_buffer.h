// SPDX-License-Identifier: GPL-3.0-or-later
// Memory aligned for O_DIRECT (4096 bytes), owned.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <span>

namespace imaging
{

inline constexpr size_t directAlignment = 4096;

class AlignedBuffer
{
public:
    AlignedBuffer() = default;
    // `bytes` is rounded up to the alignment; contents are indeterminate.
    explicit AlignedBuffer(size_t bytes)
        : m_data(static_cast<std::byte *>(std::aligned_alloc(directAlignment, roundUp(bytes))),
                 std::free),
          m_size(roundUp(bytes))
    {
    }

    [[nodiscard]] std::byte *data() { return m_data.get(); }
    [[nodiscard]] size_t size() const { return m_size; }
    [[nodiscard]] std::span<std::byte> first(size_t bytes) { return {m_data.get(), bytes}; }
    [[nodiscard]] std::span<std::byte> all() { return {m_data.get(), m_size}; }
    explicit operator bool() const { return m_data != nullptr; }

private:
    static constexpr size_t roundUp(size_t bytes)
    {
        return (bytes + directAlignment - 1) / directAlignment * directAlignment;
    }
    std::unique_ptr<std::byte, decltype(&std::free)> m_data{nullptr, std::free};
    size_t m_size = 0;
};

} // namespace imaging
