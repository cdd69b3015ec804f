// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/boot_timeline.h"

#include "core/enum_names.h"

#include <algorithm>

namespace core
{

using namespace Qt::StringLiterals;

namespace
{

constexpr auto stageNames = std::to_array<EnumName<BootStage>>({
    {BootStage::Seen, "seen"},
    {BootStage::Offered, "offered"},
    {BootStage::Firmware, "firmware"},
    {BootStage::Kernel, "kernel"},
    {BootStage::Initramfs, "initramfs"},
    {BootStage::NetworkUp, "network-up"},
    {BootStage::Registered, "registered"},
});

constexpr auto stateNames = std::to_array<EnumName<BootState>>({
    {BootState::Unknown, "unknown"},
    {BootState::Booting, "booting"},
    {BootState::Registered, "registered"},
    {BootState::Refused, "refused"},
    {BootState::OwnSystem, "own-system"},
});

constexpr auto hintNames = std::to_array<EnumName<BootHint>>({
    {BootHint::None, "none"},
    {BootHint::OfferIgnored, "offer-ignored"},
    {BootHint::OtherServer, "other-server"},
    {BootHint::NotARaspberry, "not-a-raspberry"},
    {BootHint::NoFileAsked, "no-file-asked"},
    {BootHint::FirmwareMissing, "firmware-missing"},
    {BootHint::TransferBroken, "transfer-broken"},
    {BootHint::KernelMissing, "kernel-missing"},
    {BootHint::KernelSilent, "kernel-silent"},
    {BootHint::NotRegistered, "not-registered"},
    {BootHint::InitramfsMissing, "initramfs-missing"},
    {BootHint::LoadingSilent, "loading-silent"},
    {BootHint::NoAddressLeft, "no-address-left"},
});

// Seconds that a stage may take before it counts as stopped. A switch with spanning tree holds a
// port for 30 s; a kernel of 15 MB takes 9 s at the slowest (FACTS: 1.7 MB/s), its start a few
// more.
constexpr qint64 patience(BootStage stage)
{
    switch (stage) {
    case BootStage::Seen:
    case BootStage::Offered:
        return 40;
    case BootStage::Firmware:
    case BootStage::Kernel:
        return 30;
    case BootStage::Initramfs:
        return 60;
    case BootStage::NetworkUp:
        return 30;
    case BootStage::Registered:
        break;
    }
    return 0;
}

bool has(const BootTimeline &timeline, BootStage stage)
{
    return std::any_of(timeline.steps.begin(), timeline.steps.end(),
                       [stage](const BootStep &step) { return step.stage == stage; });
}

bool lacks(const BootTimeline &timeline, BootStage stage)
{
    return !has(timeline, stage) &&
           std::any_of(timeline.missing.begin(), timeline.missing.end(),
                       [stage](const QString &file) { return stageOfFile(file) == stage; });
}

BootHint beforeFirmware(const BootTimeline &timeline)
{
    if (timeline.otherServer)
        return BootHint::OtherServer;
    if (!timeline.raspberry)
        return BootHint::NotARaspberry;
    return timeline.accepted ? BootHint::NoFileAsked : BootHint::OfferIgnored;
}

bool wasSent(const BootTimeline &timeline, const char *ending)
{
    const QLatin1StringView name(ending);
    return std::any_of(timeline.files.begin(), timeline.files.end(),
                       [name](const BootFile &file) { return file.name.endsWith(name); });
}

// Below the folder of the serial number it only looks whether there is one; here it cannot do
// without.
bool lacksFirmware(const BootTimeline &timeline)
{
    return (timeline.missing.contains("start4.elf"_L1) ||
            timeline.missing.contains("start4cd.elf"_L1)) &&
           !wasSent(timeline, "start4.elf") && !wasSent(timeline, "start4cd.elf");
}

// The log tells of a file when it is through or absent, and not while it is on its way: only what
// was asked for in vain is missing.
BootHint whileLoading(const BootTimeline &timeline)
{
    if (!timeline.broken.isEmpty())
        return BootHint::TransferBroken;
    if (lacksFirmware(timeline))
        return BootHint::FirmwareMissing;
    if (lacks(timeline, BootStage::Kernel))
        return BootHint::KernelMissing;
    if (lacks(timeline, BootStage::Initramfs))
        return BootHint::InitramfsMissing;
    const bool complete = has(timeline, BootStage::Kernel) && has(timeline, BootStage::Initramfs);
    return complete ? BootHint::KernelSilent : BootHint::LoadingSilent;
}

} // namespace

std::optional<BootStage> BootTimeline::stage() const
{
    return steps.isEmpty() ? std::nullopt : std::optional(steps.last().stage);
}

BootStage stageOfFile(const QString &name)
{
    // With and without the folder of the serial number.
    const QString plain = name.mid(name.lastIndexOf(u'/') + 1).toLower();
    if (plain.startsWith("kernel"_L1) || plain.startsWith("vmlinuz"_L1) || plain == "image"_L1)
        return BootStage::Kernel;
    if (plain.startsWith("initramfs"_L1) || plain.startsWith("initrd"_L1))
        return BootStage::Initramfs;
    return BootStage::Firmware;
}

qint64 stoppedSeconds(const BootTimeline &timeline, const QDateTime &now)
{
    if (timeline.state != BootState::Booting || !timeline.changed.isValid())
        return 0;
    return std::max<qint64>(0, timeline.changed.secsTo(now));
}

BootHint bootHint(const BootTimeline &timeline, const QDateTime &now)
{
    const auto stage = timeline.stage();
    if (timeline.state == BootState::Booting && timeline.poolFull)
        return BootHint::NoAddressLeft; // known at once: the service itself says so
    if (timeline.state != BootState::Booting || !stage ||
        stoppedSeconds(timeline, now) < patience(*stage))
        return BootHint::None;
    switch (*stage) {
    case BootStage::Seen:
    case BootStage::Offered:
        return beforeFirmware(timeline);
    case BootStage::Firmware:
    case BootStage::Kernel:
    case BootStage::Initramfs:
        return whileLoading(timeline);
    case BootStage::NetworkUp:
        return BootHint::NotRegistered;
    case BootStage::Registered:
        break;
    }
    return BootHint::None;
}

QLatin1StringView toText(BootStage stage)
{
    return nameOf(stageNames, stage);
}

QLatin1StringView toText(BootState state)
{
    return nameOf(stateNames, state);
}

QLatin1StringView toText(BootHint hint)
{
    return nameOf(hintNames, hint);
}

} // namespace core
