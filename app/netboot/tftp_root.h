// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a folder holds what a Raspberry Pi 4 or CM4 fetches by TFTP to start the client, and
// nothing that it cannot fetch. The rules are those of `installer/netboot/build.sh --check`, which
// looks closer, and of the root helper (helper/wish_check.h).
#pragma once

#include "protocol/result.h"

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
        NoFirmware,  // file: what is in it is no boot firmware of a Raspberry Pi, or its end lacks
        FirmwareOld, // file, date: older than what a Compute Module 4 of today takes
        FirmwareDoubtful, // file, date: older than what is known to start every Compute Module 4
        NoKernel,         // file: what is in it is no arm64 kernel
        NoDeviceTree,     // file: what is in it is no device tree
        NoArchive,        // file: what is in it is no initramfs
    };
    Kind kind = Kind::Missing;
    QString file; // relative to the folder
    qint64 size = 0;
    QString date{}; // ISO 8601

    // Whether no device can start from it; else it works, or may.
    [[nodiscard]] bool isFatal() const
    {
        return kind != Kind::Slow && kind != Kind::FirmwareDoubtful;
    }

    friend bool operator==(const TftpProblem &, const TftpProblem &) = default;
};

// Reads some megabytes: not for the main thread. A folder that has nothing but folders of serial
// numbers in it is looked at below each of them.
[[nodiscard]] QList<TftpProblem> inspectTftpRoot(const QString &folder);

// What keeps the service from serving it: TftpRootUnusable, KitUnusable; the detail names each
// fault, in technical words.
[[nodiscard]] protocol::Result<void> checkKit(const QString &folder);

} // namespace netboot
