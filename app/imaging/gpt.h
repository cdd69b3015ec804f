// SPDX-License-Identifier: GPL-3.0-or-later
// The GUID partition table behind a protective MBR. Source: UEFI specification 2.10, 5.3. Private
// to partition_table.
#pragma once

#include "imaging/partition_table.h"

namespace imaging
{

// None without a primary header whose checksums are right. Entries that cannot be read are left
// out.
[[nodiscard]] PartitionTable readGpt(const ByteReader &read);

} // namespace imaging
