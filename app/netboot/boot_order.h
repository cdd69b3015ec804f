// SPDX-License-Identifier: GPL-3.0-or-later
// The BOOT_ORDER word of the Raspberry Pi 4 / CM4 bootloader: eight nibbles, tried from the lowest
// one up. Leading zeros are no steps, although 0 is a mode. Source: Raspberry Pi documentation,
// "eeprom-bootloader", section BOOT_ORDER.
#pragma once

#include <QLatin1StringView>
#include <QList>
#include <QString>

#include <optional>

namespace netboot
{

enum class BootMode : quint8 {
    SdCardDetect = 0x0, // waits for a card to be changed; deprecated
    Sd = 0x1,           // eMMC, or the SD card of a module without eMMC
    Network = 0x2,
    RpiBoot = 0x3, // waits for a computer at the USB port, for ever
    UsbMassStorage = 0x4,
    BcmUsbMassStorage = 0x5, // the USB-C socket of the CM4's own controller
    Nvme = 0x6,
    Http = 0x7,
    Stop = 0xe,
    Restart = 0xf,
    // 0x8 to 0xd are not defined.
};

[[nodiscard]] bool isDefined(BootMode mode);
[[nodiscard]] constexpr bool isTerminator(BootMode mode)
{
    return mode == BootMode::Stop || mode == BootMode::Restart;
}

// One word for each mode, for command lines: "network", "emmc". Empty for a mode that is not
// defined.
[[nodiscard]] QLatin1StringView bootModeWord(BootMode mode);
[[nodiscard]] std::optional<BootMode> bootModeFromWord(QStringView word); // any case; "sd" too

// What is worth saying about an order.
enum class BootRemark {
    Empty,             // 0: the bootloader takes its own default
    UndefinedMode,     // a nibble that means nothing
    MeantNetworkFirst, // written as people read, from the left: the first shall be the last
    NoTerminator,      // what happens after the last step is not defined
    NoNetwork,         // never reaches the station
    NetworkOnly,       // never starts what was deployed
    StorageFirst,      // reaches the station only while its storage does not boot
    NetworkFirst,      // asks the station at every start
    Unreachable,       // steps behind a stop, a restart or a step that never ends
};

// Notes are facts to know; warnings are most likely not what was wanted.
[[nodiscard]] constexpr bool isWarning(BootRemark remark)
{
    return remark != BootRemark::NetworkFirst && remark != BootRemark::StorageFirst;
}

class BootOrder
{
public:
    static constexpr int maxSteps = 8;

    constexpr explicit BootOrder(quint32 word = 0) : m_word(word) {}

    // "0xf12", "F12", "BOOT_ORDER=0xf12", or words in the order in which they are tried:
    // "network, emmc, restart".
    [[nodiscard]] static std::optional<BootOrder> parse(QStringView text);

    // Nothing when there are too many steps or the last one is SdCardDetect, which cannot be told
    // from a leading zero.
    [[nodiscard]] static std::optional<BootOrder> fromSteps(const QList<BootMode> &steps);

    [[nodiscard]] constexpr quint32 word() const { return m_word; }
    [[nodiscard]] QString toString() const;      // "0xf12"
    [[nodiscard]] QList<BootMode> steps() const; // first one first
    [[nodiscard]] QList<BootMode> tried() const; // as far as they can be reached
    [[nodiscard]] QList<BootRemark> remarks() const;
    // May be written to an EEPROM: not empty, and every nibble means something.
    [[nodiscard]] bool isUsable() const;

    // What the person probably meant, or the same with its end put right; nothing when there is
    // nothing to mend.
    [[nodiscard]] std::optional<BootOrder> suggestion() const;

    friend constexpr bool operator==(BootOrder, BootOrder) = default;

private:
    quint32 m_word;
};

inline constexpr BootOrder networkThenStorage{0xf12};
inline constexpr BootOrder storageThenNetwork{0xf21};

} // namespace netboot
