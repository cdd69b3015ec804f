// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a folder holds what a Raspberry Pi 4 or CM4 fetches by TFTP to start the client, and
// nothing that it cannot fetch. The rules are those of `installer/netboot/build.sh --check`, which
// looks closer, and of the root helper (helper/wish_check.h).
#pragma once

#include <QList>
#include <QString>

namespace netboot
{

// Boot ROMs before 2025-09-23 do not let TFTP's 16-bit block numbers roll over; their blocks have
// 1024 bytes or more. Bytes.
inline constexpr qint64 tftpFileLimit = qint64(65535) * 1024;
// Kernel and initramfs together: each MB costs 0.2 to 0.6 s of every boot. Bytes.
inline constexpr qint64 bootSizeGoal = 15'000'000;

struct TftpProblem {
    enum class Kind {
        NoFolder,    // file: the folder
        Refused,     // file: why the root helper would not serve this folder, in technical words
        Missing,     // file
        Empty,       // file
        Unreadable,  // file: others may not read it, and the TFTP service is somebody else
        TooLarge,    // file, size
        NoInitramfs, // config.txt names none
        Slow,        // size: of kernel and initramfs; works, but takes long
    };
    Kind kind = Kind::Missing;
    QString file; // relative to the folder
    qint64 size = 0;

    friend bool operator==(const TftpProblem &, const TftpProblem &) = default;
};

[[nodiscard]] QList<TftpProblem> inspectTftpRoot(const QString &folder);

} // namespace netboot
