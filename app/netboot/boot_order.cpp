// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/boot_order.h"

#include <QRegularExpression>
#include <QStringList>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace netboot
{
namespace
{

struct ModeWord {
    BootMode mode;
    QLatin1StringView word;
};

// The first word of a mode is the one that is written.
constexpr std::array modeWords{
    ModeWord{BootMode::SdCardDetect, "sd-detect"_L1},
    ModeWord{BootMode::Sd, "emmc"_L1},
    ModeWord{BootMode::Sd, "sd"_L1},
    ModeWord{BootMode::Network, "network"_L1},
    ModeWord{BootMode::RpiBoot, "rpiboot"_L1},
    ModeWord{BootMode::UsbMassStorage, "usb"_L1},
    ModeWord{BootMode::BcmUsbMassStorage, "bcm-usb"_L1},
    ModeWord{BootMode::Nvme, "nvme"_L1},
    ModeWord{BootMode::Http, "http"_L1},
    ModeWord{BootMode::Stop, "stop"_L1},
    ModeWord{BootMode::Restart, "restart"_L1},
};

constexpr int bitsPerStep = 4;

std::optional<BootOrder> parseWords(const QString &text)
{
    static const QRegularExpression separators(uR"([\s,;>]+)"_s);
    QList<BootMode> steps;
    for (const QString &word : text.split(separators, Qt::SkipEmptyParts)) {
        const auto mode = bootModeFromWord(word);
        if (!mode)
            return std::nullopt;
        steps.append(*mode);
    }
    return steps.isEmpty() ? std::nullopt : BootOrder::fromSteps(steps);
}

// Stop, restart, and what waits for ever.
bool neverGoesOn(BootMode mode)
{
    return isTerminator(mode) || mode == BootMode::RpiBoot || mode == BootMode::SdCardDetect;
}

bool isStorage(BootMode mode)
{
    return mode == BootMode::Sd || mode == BootMode::SdCardDetect || mode == BootMode::Nvme ||
           mode == BootMode::UsbMassStorage || mode == BootMode::BcmUsbMassStorage;
}

bool isTerminated(const QList<BootMode> &steps)
{
    return std::any_of(steps.begin(), steps.end(), isTerminator);
}

// eMMC first and network last, and no end: the habit of reading from the left.
bool isWrittenFromTheLeft(const QList<BootMode> &steps)
{
    return steps.size() >= 2 && !isTerminated(steps) && steps.first() == BootMode::Sd &&
           steps.last() == BootMode::Network;
}

void remarkOnStations(const QList<BootMode> &tried, QList<BootRemark> *remarks)
{
    const qsizetype network = tried.indexOf(BootMode::Network);
    const auto storage = std::find_if(tried.begin(), tried.end(), isStorage);
    if (network < 0)
        remarks->append(BootRemark::NoNetwork);
    else if (storage == tried.end())
        remarks->append(BootRemark::NetworkOnly);
    else if (storage - tried.begin() < network)
        remarks->append(BootRemark::StorageFirst);
    else
        remarks->append(BootRemark::NetworkFirst);
}

} // namespace

bool isDefined(BootMode mode)
{
    return !bootModeWord(mode).isEmpty();
}

QLatin1StringView bootModeWord(BootMode mode)
{
    const auto found = std::find_if(modeWords.begin(), modeWords.end(),
                                    [mode](const ModeWord &each) { return each.mode == mode; });
    return found == modeWords.end() ? QLatin1StringView() : found->word;
}

std::optional<BootMode> bootModeFromWord(QStringView word)
{
    const auto found =
        std::find_if(modeWords.begin(), modeWords.end(), [word](const ModeWord &each) {
            return word.compare(each.word, Qt::CaseInsensitive) == 0;
        });
    if (found == modeWords.end())
        return std::nullopt;
    return found->mode;
}

std::optional<BootOrder> BootOrder::parse(QStringView text)
{
    static const QRegularExpression number(
        uR"(\A\s*(?:BOOT_ORDER\s*=\s*)?(?:0x)?([0-9a-f]{1,8})\s*\z)"_s,
        QRegularExpression::CaseInsensitiveOption);
    const QString own = text.toString();
    if (const auto match = number.match(own); match.hasMatch())
        return BootOrder(match.capturedView(1).toUInt(nullptr, 16));
    return parseWords(own);
}

std::optional<BootOrder> BootOrder::fromSteps(const QList<BootMode> &steps)
{
    if (steps.size() > maxSteps || (!steps.isEmpty() && steps.last() == BootMode::SdCardDetect))
        return std::nullopt;
    quint32 word = 0;
    for (qsizetype i = 0; i < steps.size(); ++i)
        word |= quint32(steps[i]) << (bitsPerStep * i);
    return BootOrder(word);
}

QString BootOrder::toString() const
{
    return u"0x"_s + QString::number(m_word, 16);
}

QList<BootMode> BootOrder::steps() const
{
    QList<BootMode> steps;
    for (quint32 rest = m_word; rest != 0; rest >>= bitsPerStep)
        steps.append(BootMode(rest & 0xf));
    return steps;
}

QList<BootMode> BootOrder::tried() const
{
    QList<BootMode> all = steps();
    const auto end = std::find_if(all.begin(), all.end(), neverGoesOn);
    if (end != all.end())
        all.erase(end + 1, all.end());
    return all;
}

QList<BootRemark> BootOrder::remarks() const
{
    const QList<BootMode> all = steps();
    if (all.isEmpty())
        return {BootRemark::Empty};
    QList<BootRemark> remarks;
    if (!std::all_of(all.begin(), all.end(), isDefined))
        remarks.append(BootRemark::UndefinedMode);
    if (isWrittenFromTheLeft(all))
        remarks.append(BootRemark::MeantNetworkFirst);
    const QList<BootMode> reached = tried();
    if (!neverGoesOn(reached.last()))
        remarks.append(BootRemark::NoTerminator);
    if (reached.size() < all.size())
        remarks.append(BootRemark::Unreachable);
    remarkOnStations(reached, &remarks);
    return remarks;
}

bool BootOrder::isUsable() const
{
    const QList<BootMode> all = steps();
    return !all.isEmpty() && std::all_of(all.begin(), all.end(), isDefined);
}

std::optional<BootOrder> BootOrder::suggestion() const
{
    QList<BootMode> all = tried();
    if (!isUsable() || neverGoesOn(all.last()) || all.size() == maxSteps)
        return std::nullopt;
    if (isWrittenFromTheLeft(all))
        std::reverse(all.begin(), all.end());
    all.append(BootMode::Restart);
    return fromSteps(all);
}

} // namespace netboot
