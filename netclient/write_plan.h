// SPDX-License-Identifier: GPL-3.0-or-later
// What a deploy does to a device, and in which order, decided before anything is touched. No I/O
// here.
//
// The order makes every moment safe. First everything that makes the device bootable is wiped:
// chunk 0, and the last MiB of device and image, where GPT keeps its copy. Those places are the
// veil: what is written to them is held back until all the rest was proven, and then written at
// once, chunk 0's head at the very end.
#pragma once

#include "imaging/block_map.h"
#include "imaging/partition_table.h"
#include "imaging/used_blocks.h"
#include "protocol/messages.h"

namespace netclient
{

using imaging::ByteExtent;

// One thing that must be found on the device at the end: a DATA chunk, or bytes that read as zero.
struct Expectation {
    qint64 offset = 0;  // bytes, a multiple of 4096
    quint32 length = 0; // bytes, at most chunkBytes
    bool isZero = true;
    quint64 chunk = 0;        // DATA: its index in the map
    imaging::Digest digest{}; // DATA
};

struct WritePlan {
    qint64 imageEnd = 0;                   // bytes of the image that lie on the device
    std::vector<quint64> data;             // DATA chunks, ascending
    std::vector<ByteExtent> wipe;          // in this order, before everything else; none touch
    std::vector<ByteExtent> zero;          // must be made to read as zero; chunk 0 is by `wipe`
    std::vector<ByteExtent> veil;          // of the image; ascending, disjoint
    std::vector<ByteExtent> unveil;        // the same bytes in the order in which they are written
    std::vector<Expectation> checks;       // everything, ascending
    std::vector<Expectation> veiledChecks; // the chunks that the veil covers or touches
};

// `scope` says how much of what must be zero is read back. `eraseRest`: make what lies beyond the
// image zero too.
[[nodiscard]] WritePlan planWrite(const imaging::BlockMap &map, qint64 deviceSize,
                                  protocol::VerifyScope scope, bool eraseRest);

// Of a ZERO run, the sampled check reads its first and last chunk and every one of this many
// between.
inline constexpr quint64 zeroSampleStep = 64;

// Whether the image may be written to the device: DeviceTooSmall unless it fits, or everything
// beyond the device's end is ZERO and the image has a table, with nothing wrong with it, of which
// no partition or GPT copy reaches there. `read` reads the image; it is only asked when the device
// is smaller.
[[nodiscard]] protocol::Result<void> checkFits(const imaging::BlockMap &map, qint64 deviceSize,
                                               const imaging::ByteReader &read);

// All of `zero` and not just samples of it.
[[nodiscard]] std::vector<Expectation> allZeros(const WritePlan &plan);
// That all of these read as zero; they begin at multiples of 4096.
[[nodiscard]] std::vector<Expectation> zerosIn(const std::vector<ByteExtent> &extents);

// The same bytes, ascending; what overlaps or touches is one.
[[nodiscard]] std::vector<ByteExtent> merged(std::vector<ByteExtent> extents);
// The same bytes in pieces of at most `most`.
[[nodiscard]] std::vector<ByteExtent> sliced(const std::vector<ByteExtent> &extents, qint64 most);
[[nodiscard]] qint64 totalBytes(const std::vector<ByteExtent> &extents);
[[nodiscard]] qint64 totalBytes(const std::vector<Expectation> &expectations);

} // namespace netclient
