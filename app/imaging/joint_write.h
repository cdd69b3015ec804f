// SPDX-License-Identifier: GPL-3.0-or-later
// Several writes handed to the kernel in one system call (Linux AIO, io_submit(2)): a process that
// is killed has handed over all of them or none, and what was handed over is carried out without
// it. Private to the sources of block_device.
#pragma once

#include "imaging/aligned_buffer.h"

#include <QtGlobal>

#include <span>
#include <vector>

namespace imaging
{

struct JointWrite {
    int descriptor = -1;
    qint64 offset = 0; // bytes
    std::span<const std::byte> bytes;
};

struct JointWrites {
    std::vector<JointWrite> writes;
    std::vector<AlignedBuffer> bounces; // what `writes` points into besides the caller's memory
};

// False when the kernel has no AIO, when two of them share bytes, or a page by different
// descriptors, or when any was refused or came out short: then nothing is known, and the caller
// writes all of it in the ordinary way, one after the other.
[[nodiscard]] bool writeJointly(std::span<const JointWrite> writes);

} // namespace imaging
