// SPDX-License-Identifier: GPL-3.0-or-later
// The GUID partition table behind a protective MBR. Source: UEFI specification 2.10, 5.3. Private
// to partition_table.
#pragma once

#include "imaging/partition_table.h"

namespace imaging
{

// By its first copy; by the second (GptDamaged) when the checksums of the first are wrong; NoGpt
// without either. Entries that cannot be read are left out.
[[nodiscard]] TableSurvey surveyGpt(const ByteReader &read, qint64 imageSize);

// Whether the first copy's header is there and right.
[[nodiscard]] bool hasGpt(const ByteReader &read);

} // namespace imaging
