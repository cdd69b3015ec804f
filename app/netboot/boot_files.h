// SPDX-License-Identifier: GPL-3.0-or-later
// What is in the files of a netboot kit, as far as their first bytes and the marks in them tell:
// the same as installer/netboot/check_kit.py looks at.
#pragma once

#include <QByteArray>
#include <QDate>

#include <optional>

namespace netboot
{

// The firmware refuses a board that is newer than itself ("This board requires newer software").
// One of 2021-01-27 refuses boards with the power chip of 2022 (reported for revision b03115),
// which Compute Modules 4 of revision 1.1 have, too, and so every reTerminal DM; 1.20220120 is the
// first that is known to start them (balenaOS 2.91.1).
[[nodiscard]] QDate newestRefusingFirmware();
[[nodiscard]] QDate oldestStartingFirmware();

// When the firmware was built, from its mark VC_BUILD_ID_TIME. nullopt: it is no ELF file for the
// VideoCore, its end lacks, or it has no such mark. `content` is the whole file.
[[nodiscard]] std::optional<QDate> firmwareDate(const QByteArray &content);

// Of the first 64 bytes. A kernel under gzip is not unpacked.
[[nodiscard]] bool isKernel(const QByteArray &head);
[[nodiscard]] bool isDeviceTree(const QByteArray &head);
[[nodiscard]] bool isInitramfs(const QByteArray &head);

} // namespace netboot
