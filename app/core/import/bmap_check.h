// SPDX-License-Identifier: GPL-3.0-or-later
// One bmap against the bytes of an image, as they come by.
#pragma once

#include "core/import/bmap.h"

#include <optional>
#include <span>

namespace core
{

class BmapCheck
{
public:
    // `name` is the bmap's, for failures.
    BmapCheck(QString name, Bmap bmap) : m_name(std::move(name)), m_bmap(std::move(bmap)) {}

    // The next bytes; `isLast`: the image ends with them. After the first failure nothing more is
    // looked at.
    void take(std::span<const std::byte> bytes, bool isLast);

    [[nodiscard]] const QString &name() const { return m_name; }
    // ChecksumMismatch with the range and both sums, or when the image is not as long as the map
    // says.
    [[nodiscard]] const std::optional<protocol::Failure> &failure() const { return m_failure; }
    [[nodiscard]] bool provesImage() const { return m_bmap.provesImage(); }
    // In blocks that the map leaves out and that are not zero.
    [[nodiscard]] qint64 unmappedBytes() const { return m_unmapped; }

private:
    void checkLength(size_t bytes, bool isLast);
    [[nodiscard]] qint64 nextMapped() const;
    void lookAtUnmapped(std::span<const std::byte> bytes);
    [[nodiscard]] size_t takeMapped(std::span<const std::byte> bytes);
    void checkRange(const BmapRange &range);
    void mismatch(const QString &why);

    QString m_name;
    Bmap m_bmap;
    std::optional<protocol::Failure> m_failure;
    qint64 m_offset = 0;
    qint64 m_unmapped = 0;
    size_t m_range = 0; // that ends behind m_offset
    std::optional<imaging::Checksum> m_sum;
};

} // namespace core
