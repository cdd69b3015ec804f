// SPDX-License-Identifier: GPL-3.0-or-later
// A descriptor that closes itself, and pread and pwrite that go on until everything is done: short
// transfers and EINTR are no end.
#pragma once

#include <QtGlobal>

#include <cstddef>
#include <span>
#include <utility>

namespace imaging
{

class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int number) : m_number(number) {} // takes ownership; -1: none
    ~Descriptor();
    Descriptor(Descriptor &&other) noexcept : m_number(std::exchange(other.m_number, -1)) {}
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(m_number, other.m_number);
        return *this;
    }

    [[nodiscard]] int get() const { return m_number; }
    explicit operator bool() const { return m_number >= 0; }

private:
    int m_number = -1;
};

struct IoOutcome {
    size_t bytes = 0; // transferred
    int error = 0;    // errno; 0 with fewer bytes than asked: end of file
};

[[nodiscard]] IoOutcome readFully(int descriptor, qint64 offset, std::span<std::byte> out);
// Never ends short without an error: ENOSPC when the device takes no more.
[[nodiscard]] IoOutcome writeFully(int descriptor, qint64 offset, std::span<const std::byte> bytes);

// Bytes of an open regular file or block device; -1 with errno set, ENODEV for anything else.
[[nodiscard]] qint64 sizeOf(int descriptor);

} // namespace imaging
