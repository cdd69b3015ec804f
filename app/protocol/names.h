// SPDX-License-Identifier: GPL-3.0-or-later
// Paths and header names of the wire contract, see README.md beside this file.
#pragma once

#include <QLatin1StringView>

namespace protocol::names
{

inline constexpr QLatin1StringView registerDevice{"/api/register-device"};
inline constexpr QLatin1StringView deviceActionPoll{"/api/device-action-poll"};
inline constexpr QLatin1StringView jobReport{"/api/job-report"};
inline constexpr QLatin1StringView deviceLog{"/api/device-log"};
inline constexpr QLatin1StringView operatorPrefix{"/api/operator/"};

// /transfer/<token>/<what>; everything below it belongs to the bulk lane.
inline constexpr QLatin1StringView transferPrefix{"/transfer/"};
inline constexpr QLatin1StringView rawImage{"image.img"};
inline constexpr QLatin1StringView pack{"image.img.zst"};
inline constexpr QLatin1StringView map{"map"};
inline constexpr QLatin1StringView upload{"upload"};
inline constexpr QLatin1StringView uploadChunks{"upload/chunks/"};
inline constexpr QLatin1StringView uploadNext{"upload/next"};
inline constexpr QLatin1StringView uploadCommit{"upload/commit"};

// What a full-level client lists in "features".
inline constexpr QLatin1StringView featureFull{"full-1"};

// In the note of a backup's commit, when the device was read again, as was asked.
inline constexpr QLatin1StringView readTwice{"read twice, the same both times"};

inline constexpr QLatin1StringView recordsMediaType{"application/x-provisioning-records"};
inline constexpr QLatin1StringView jsonMediaType{"application/json"};

} // namespace protocol::names
