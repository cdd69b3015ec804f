// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers that both programs, or the contract with other people's clients, depend on.
#pragma once

#include <QtGlobal>

#include <chrono>

namespace protocol
{

inline constexpr quint16 defaultPort = 5000;

// A request's head (request line and headers) may have this many bytes, and this long to arrive.
inline constexpr qint64 maxHeadBytes = 16 * 1024;
inline constexpr std::chrono::milliseconds headDeadline{10'000};

// A control request's body.
inline constexpr qint64 maxControlBodyBytes = 64 * 1024;

// A control connection on which nothing moves.
inline constexpr std::chrono::milliseconds idleDeadline{15'000};

// A plain transfer may stand still this long: dd flushes, long zeros compress to nothing.
inline constexpr std::chrono::seconds plainStallDeadline{300};
// The full level reports while it zeroes or flushes, so that silence is meaningful much sooner.
inline constexpr std::chrono::seconds fullStallDeadline{60};
// Reports come twice a second: whoever looks on learns of a silence of this length.
inline constexpr std::chrono::seconds fullSilence{5};

inline constexpr std::chrono::seconds plainPollInterval{5};
inline constexpr std::chrono::seconds fullPollInterval{1};

// An action without transfer that nobody fetched is dropped after this.
inline constexpr std::chrono::seconds oneShotLifetime{30};

// Devices that were never given a job, in all and from one address: MAC addresses are quickly made
// up, and each is kept. Behind one address (NAT) there may be a whole bench of forty-eight, several
// times over.
inline constexpr int maxIdleDevices = 4096;
inline constexpr int maxIdleDevicesPerAddress = 256;

// How long a refusal in mid-upload is kept open for the peer to read it.
inline constexpr std::chrono::milliseconds refusalDrain{2'000};

// One image chunk, and the largest frame that zstd can make of it (ZSTD_compressBound, rounded up).
inline constexpr quint32 chunkBytes = 1024 * 1024;
inline constexpr quint32 maxFrameBytes = chunkBytes + 8 * 1024;

// A run of records in one PUT ends at this much image data; the answer means that it is durable.
inline constexpr qint64 uploadRunBytes = 32 * qint64(chunkBytes);
// A run of frames in one ranged GET; also bounds what is fetched again after a cut.
inline constexpr qint64 downloadRunBytes = 32 * qint64(chunkBytes);

// No eMMC, card or image is larger; keeps sizes in parsers from overflowing anything.
inline constexpr qint64 maxImageBytes = qint64(1) << 44; // 16 TiB

// A backup from a device that never told its size; the largest eMMC has half of that.
inline constexpr qint64 maxUntoldBytes = qint64(1) << 39; // 512 GiB

} // namespace protocol
