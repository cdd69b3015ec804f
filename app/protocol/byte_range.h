// SPDX-License-Identifier: GPL-3.0-or-later
// The Range header, RFC 9110 section 14: one bytes range. Several ranges, other units and malformed
// ones are ignored, as the RFC allows, and the whole is sent.
#pragma once

#include <QByteArrayView>
#include <QtGlobal>

namespace protocol
{

struct ByteRange {
    qint64 first = 0;
    qint64 length = 0; // bytes

    friend bool operator==(const ByteRange &, const ByteRange &) = default;
};

enum class RangeVerdict { Whole, Partial, NotSatisfiable };

struct RangeSelection {
    RangeVerdict verdict = RangeVerdict::Whole;
    ByteRange range; // what to send, for Whole and Partial
};

// `header` is the value of Range, empty when absent; `size` that of the representation, in bytes.
[[nodiscard]] RangeSelection selectRange(QByteArrayView header, qint64 size);

} // namespace protocol
