// SPDX-License-Identifier: GPL-3.0-or-later
// How a device came up: what the netboot service saw of it, from the first DHCP message to its
// registration. Plain values; netboot fills them, http and ui show them. Times are UTC.
#pragma once

#include "protocol/mac_address.h"

#include <QDateTime>
#include <QLatin1StringView>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace core
{

// In the order in which they usually come; the firmware may load the initramfs before the kernel.
enum class BootStage {
    Seen,       // the boot ROM asked for an address
    Offered,    // and was offered one, or was told where to boot from
    Firmware,   // asks for the firmware's files
    Kernel,     // has the kernel
    Initramfs,  // has the initramfs
    NetworkUp,  // the kernel runs: the system in the initramfs asked for an address
    Registered, // the client has registered with the station
};

enum class BootState {
    Unknown,    // nothing was seen
    Booting,    // on its way through the stages
    Registered, // arrived
    Refused,    // the loop guard lets its boot ROM pass on to the next entry of BOOT_ORDER
    OwnSystem,  // an installed system asked for an address: it booted from its own storage
};

// Why it goes no further; ui has the sentences.
enum class BootHint {
    None,
    OfferIgnored,     // asks again and again: the offer does not reach it, or it does not like it
    OtherServer,      // took the offer of another DHCP server
    NotARaspberry,    // another machine's boot ROM
    NoFileAsked,      // has an address, asks for no file: TFTP does not reach the station
    FirmwareMissing,  // asked for start4.elf in vain
    TransferBroken,   // a file broke off
    KernelMissing,    // has its firmware, and asked for the kernel in vain
    KernelSilent,     // has kernel and initramfs, and nothing was heard since
    NotRegistered,    // its network is up, but the client does not reach the station
    InitramfsMissing, // asked for the initramfs in vain
    LoadingSilent,    // nothing was heard since its last file: the next one is long, or it hangs
    NoAddressLeft,    // asked for an address, and the range has none left
};

struct BootStep {
    BootStage stage = BootStage::Seen;
    QDateTime began;
    QDateTime ended; // begin of the next one; invalid: it is at it

    friend bool operator==(const BootStep &, const BootStep &) = default;
};

struct BootFile {
    QString name;      // below the TFTP root
    qint64 bytes = -1; // -1: not known
    QDateTime sent;    // its last block

    friend bool operator==(const BootFile &, const BootFile &) = default;
};

struct BootTimeline {
    protocol::MacAddress mac;
    BootState state = BootState::Unknown;
    QString serial;        // 8 hex digits, known before any file is loaded; empty: not told
    QString boardRevision; // 8 hex digits; empty: not told
    QString vendorClass;   // as the machine called itself last
    QString address;
    bool raspberry = false;   // by its option 97
    bool accepted = false;    // the boot ROM took our offer
    bool otherServer = false; // it took another server's
    bool poolFull = false;    // the DHCP service had no address left for it
    int asked = 0;            // messages of the boot ROM without a step forward
    QList<BootStep> steps;    // of the last boot, as they happened
    QList<BootFile> files;    // that were sent
    QStringList missing;      // that it asked for and that are not there; most are ordinary probes
    QString broken;           // the file that broke off last and has not been sent since
    QDateTime changed;        // last step, file or state

    [[nodiscard]] bool isEmpty() const { return state == BootState::Unknown; }
    [[nodiscard]] std::optional<BootStage> stage() const; // the last step's
    friend bool operator==(const BootTimeline &, const BootTimeline &) = default;
};

// What a device has when it has this file: Kernel, Initramfs, or Firmware for any other one.
[[nodiscard]] BootStage stageOfFile(const QString &name);

// Seconds since anything changed; 0 unless it is booting.
[[nodiscard]] qint64 stoppedSeconds(const BootTimeline &timeline, const QDateTime &now);
// None while it goes on, or has not stood long enough for its stage.
[[nodiscard]] BootHint bootHint(const BootTimeline &timeline, const QDateTime &now);

// Stable texts for the operator level.
[[nodiscard]] QLatin1StringView toText(BootStage stage);
[[nodiscard]] QLatin1StringView toText(BootState state);
[[nodiscard]] QLatin1StringView toText(BootHint hint);

} // namespace core
