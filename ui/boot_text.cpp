// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/boot_text.h"

#include "ui/format.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;
using core::BootHint;
using core::BootStage;
using core::BootState;
using core::BootTimeline;

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::BootText)
};

struct HintRow {
    BootHint hint;
    const char *cause;
    const char *nextStep;
};

// clang-format off
constexpr auto hintRows = std::to_array<HintRow>({
    {BootHint::OfferIgnored,
     QT_TRANSLATE_NOOP("ui::BootText", "The device asks again and again and does not take the address that it is offered."),
     QT_TRANSLATE_NOOP("ui::BootText", "A switch with spanning tree blocks its port for 30 seconds: switch spanning tree off, or wait. Otherwise look for a second DHCP server on the bench.")},
    {BootHint::OtherServer,
     QT_TRANSLATE_NOOP("ui::BootText", "The device took the address of another DHCP server, which does not tell it where to boot from."),
     QT_TRANSLATE_NOOP("ui::BootText", "Disconnect the other DHCP server from the bench network, or let this station work beside it (proxy-DHCP).")},
    {BootHint::NotARaspberry,
     QT_TRANSLATE_NOOP("ui::BootText", "This machine is not a Raspberry Pi; it cannot boot from these files."),
     QT_TRANSLATE_NOOP("ui::BootText", "Ignore it, or disconnect it from the bench network.")},
    {BootHint::NoFileAsked,
     QT_TRANSLATE_NOOP("ui::BootText", "The device has an address but asks for no file."),
     QT_TRANSLATE_NOOP("ui::BootText", "Usually a firewall on this computer drops TFTP (UDP port 69). Allow it on the bench's interface.")},
    {BootHint::FirmwareMissing,
     QT_TRANSLATE_NOOP("ui::BootText", "The device did not get its firmware: start4.elf is missing among the boot files."),
     QT_TRANSLATE_NOOP("ui::BootText", "Put the complete netboot kit into the TFTP folder.")},
    {BootHint::TransferBroken,
     QT_TRANSLATE_NOOP("ui::BootText", "A file broke off on its way to the device."),
     QT_TRANSLATE_NOOP("ui::BootText", "Check its network cable and switch port. Bootloaders before September 2025 take no file over 64 MiB.")},
    {BootHint::KernelMissing,
     QT_TRANSLATE_NOOP("ui::BootText", "The device has its firmware but found no kernel."),
     QT_TRANSLATE_NOOP("ui::BootText", "Check that kernel8.img and config.txt of the netboot kit lie beside start4.elf.")},
    {BootHint::InitramfsMissing,
     QT_TRANSLATE_NOOP("ui::BootText", "The device has its kernel but found no initramfs."),
     QT_TRANSLATE_NOOP("ui::BootText", "Check that initramfs.img of the netboot kit lies beside kernel8.img.")},
    {BootHint::KernelSilent,
     QT_TRANSLATE_NOOP("ui::BootText", "The device has all its files and has been silent since: the kernel does not start, or finds no network."),
     QT_TRANSLATE_NOOP("ui::BootText", "Check that the kit's device tree fits this board, and look at its serial console.")},
    {BootHint::LoadingSilent,
     QT_TRANSLATE_NOOP("ui::BootText", "The device has been silent since its last file: it is still loading a large one, or it hangs. A file shows only when all of it has arrived."),
     QT_TRANSLATE_NOOP("ui::BootText", "Wait a minute. If nothing comes, check its network cable and switch port, and start it again.")},
    {BootHint::NoAddressLeft,
     QT_TRANSLATE_NOOP("ui::BootText", "The station has no address left for this device."),
     QT_TRANSLATE_NOOP("ui::BootText", "Choose a larger range for devices, or wait until old leases expire.")},
    {BootHint::NotRegistered,
     QT_TRANSLATE_NOOP("ui::BootText", "The device has a network, but its client does not reach the station."),
     QT_TRANSLATE_NOOP("ui::BootText", "Allow the station's port (TCP 5000) in this computer's firewall, and check the server's address in cmdline.txt.")},
});
// clang-format on

double secondsOf(const core::BootStep &step)
{
    return double(step.began.msecsTo(step.ended)) / 1000;
}

QString stagesText(const BootTimeline &boot)
{
    QStringList parts;
    for (const core::BootStep &step : boot.steps) {
        const QString name = bootStageName(step.stage);
        parts.append(step.ended.isValid()
                         ? Tr::tr("%1: %2 s", "stage: seconds")
                               .arg(name, QLocale().toString(secondsOf(step), 'f', 1))
                         : name);
    }
    return parts.join(u"\n"_s);
}

QString filesText(const BootTimeline &boot)
{
    if (boot.files.isEmpty())
        return {};
    qint64 bytes = 0;
    for (const core::BootFile &file : boot.files)
        bytes += std::max<qint64>(0, file.bytes);
    return Tr::tr("%n file(s), %1; last %2", nullptr, int(boot.files.size()))
        .arg(format::bytes(bytes), boot.files.last().name);
}

// Where the stage alone would tell less; empty: it tells enough.
QString shortHint(BootHint hint)
{
    switch (hint) {
    case BootHint::NotARaspberry:
        return Tr::tr("Not a Raspberry Pi");
    case BootHint::OfferIgnored:
        return Tr::tr("Ignores the address that it is offered");
    case BootHint::OtherServer:
        return Tr::tr("Took another DHCP server's address");
    default:
        return {};
    }
}

StageText bootingText(const DeviceRow &row)
{
    const auto stage = row.device.bootTimeline.stage();
    const QString name = stage ? bootStageName(*stage) : QString();
    const QString trouble = shortHint(row.bootHint);
    if (!trouble.isEmpty())
        return {trouble, Tone::Warning, Glyph::Warning};
    if (row.bootHint == BootHint::LoadingSilent)
        return {Tr::tr("Silent for %1: %2", "duration: stage")
                    .arg(format::coarseDuration(row.bootStoppedSeconds), name),
                Tone::Warning, Glyph::Warning};
    if (row.bootHint != BootHint::None)
        return {Tr::tr("Stopped for %1: %2", "duration: stage")
                    .arg(format::coarseDuration(row.bootStoppedSeconds), name),
                Tone::Warning, Glyph::Warning};
    return {Tr::tr("Starting: %1", "stage").arg(name), Tone::Busy, Glyph::Working};
}

// How its last deploy came out, if that is why it starts by itself now.
QString afterDeploy(const DeviceRow &row, const QString &text, const QString &alone)
{
    const bool deployed = row.job && row.job->kind == core::JobKind::Deploy &&
                          row.job->state == core::JobState::Succeeded;
    return deployed ? Tr::tr("%1; %2", "outcome; how it started")
                          .arg(outcomeText(row.job->outcome), text)
                    : alone;
}

} // namespace

QString bootStageName(BootStage stage)
{
    switch (stage) {
    case BootStage::Seen:
        return Tr::tr("asks for an address");
    case BootStage::Offered:
        return Tr::tr("was offered an address");
    case BootStage::Firmware:
        return Tr::tr("loads its firmware");
    case BootStage::Kernel:
        return Tr::tr("has the kernel");
    case BootStage::Initramfs:
        return Tr::tr("has the initramfs");
    case BootStage::NetworkUp:
        return Tr::tr("its network is up");
    case BootStage::Registered:
        return Tr::tr("registered");
    }
    return {};
}

HintText hintText(BootHint hint)
{
    const auto *row = std::ranges::find(hintRows, hint, &HintRow::hint);
    if (row == hintRows.end())
        return {};
    return {Tr::tr(row->cause), Tr::tr(row->nextStep)};
}

std::optional<StageText> bootText(const DeviceRow &row)
{
    switch (row.device.bootTimeline.state) {
    case BootState::Booting:
        return bootingText(row);
    case BootState::Refused:
        return StageText{afterDeploy(row, Tr::tr("goes on to its own storage"),
                                     Tr::tr("Goes on to its own storage")),
                         Tone::Muted, Glyph::Waiting};
    case BootState::OwnSystem:
        return StageText{afterDeploy(row, Tr::tr("booted from its own storage"),
                                     Tr::tr("Booted from its own storage")),
                         Tone::Good, Glyph::Good};
    case BootState::Registered:
    case BootState::Unknown:
        break;
    }
    if (!row.device.netbootRefused)
        return std::nullopt;
    const QString silence = format::coarseDuration(row.silentSeconds);
    return StageText{afterDeploy(row, Tr::tr("offline for %1").arg(silence),
                                 Tr::tr("Offline for %1").arg(silence)),
                     Tone::Muted, Glyph::Away};
}

QList<Fact> bootFacts(const DeviceRow &row)
{
    const BootTimeline &boot = row.device.bootTimeline;
    QList<Fact> facts;
    if (row.device.netbootRefused)
        facts +=
            {Tr::tr("Network boot"), Tr::tr("refused until it is re-armed or gets another job")};
    if (boot.isEmpty())
        return facts;
    if (const auto text = bootText(row); text && !row.isOnline())
        facts += {Tr::tr("Start"), text->text, text->tone};
    const HintText hint = hintText(row.bootHint);
    facts += {{Tr::tr("What this usually means"), hint.cause, Tone::Warning},
              {Tr::tr("What to do"), hint.nextStep},
              {Tr::tr("Stages of its start"), stagesText(boot)},
              {Tr::tr("Boot files"), filesText(boot)},
              {Tr::tr("Broken off"), boot.broken, Tone::Warning}};
    return facts;
}

} // namespace ui
