// SPDX-License-Identifier: GPL-3.0-or-later
// Formats that a file may have and that never start a device: disk images of other programs, what
// is packed once more, documents. Known by their contents, never by a name; what has a partition
// table is a disk image whatever else it looks like. A small table instead of libmagic's large one,
// which calls many a boot sector something else.
#pragma once

#include <QString>

#include <array>
#include <cstddef>
#include <span>

namespace core
{

// Bytes of a file's beginning that formatOf() looks at: a CD tells of itself behind 32 KiB.
inline constexpr size_t formatHeadBytes = 34 * 1024;

// The technical, English name of what begins so; empty when it is none of those. `head` may be
// shorter.
[[nodiscard]] QString formatOf(std::span<const std::byte> head);

// An MBR with a partition that makes sense, or a GPT. More lenient than readPartitionTable(): what
// has errors is a disk image all the same.
[[nodiscard]] bool hasPartitionTable(std::span<const std::byte> head);

// The same for an image whose bytes come by, with what only its end or the whole tells.
class FormatCheck
{
public:
    // The next bytes; `isLast`: the image ends with them. The first call has the head, or all.
    void take(std::span<const std::byte> bytes, bool isLast);
    // Empty: nothing foreign was found so far.
    [[nodiscard]] const QString &foreignFormat() const { return m_format; }

private:
    void keepTail(std::span<const std::byte> bytes);
    [[nodiscard]] QString formatByEnd() const;

    QString m_format;
    bool m_begun = false;
    bool m_hasTable = false;
    bool m_onlyZeros = true;
    std::array<std::byte, 512> m_tail{};
};

} // namespace core
