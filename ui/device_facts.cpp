// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/device_facts.h"

#include "ui/boot_order_text.h"
#include "ui/boot_text.h"
#include "ui/bottleneck_text.h"
#include "ui/failure_text.h"
#include "ui/format.h"
#include "ui/image_warning_text.h"
#include "ui/job_text.h"

#include <QCoreApplication>
#include <QLocale>

using namespace Qt::StringLiterals;
using core::Job;
using core::JobKind;
using core::JobState;

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::DeviceFacts)
};

QString shownTime(const QDateTime &utc)
{
    return format::time(utc, QDateTime::currentDateTimeUtc());
}

QString storageType(const QString &type)
{
    if (type == "MMC"_L1)
        return Tr::tr("eMMC");
    if (type == "SD"_L1)
        return Tr::tr("SD card");
    if (type == "file"_L1)
        return Tr::tr("file");
    if (type == "block"_L1)
        return Tr::tr("block device");
    return type;
}

// What the device says itself, else what was seen of it on its way up.
QString known(const QString &told, const QString &seen)
{
    return told.isEmpty() ? seen : told;
}

QString conflictText(const core::Device &device)
{
    QStringList lines;
    if (!device.otherUnit.isEmpty())
        lines << Tr::tr("Another board (%1) uses this MAC address. What the row says of jobs is "
                        "about the first board.")
                     .arg(device.otherUnit);
    if (!device.otherAddress.isEmpty() && !device.takeoverShown)
        lines
            << Tr::tr("%1 uses this MAC address, too, and gets no answer").arg(device.otherAddress);
    if (!device.sameSerial.isNull())
        lines << Tr::tr("The device %1 has the same serial number.")
                     .arg(device.sameSerial.toString());
    if (device.takeoverShown)
        lines << Tr::tr("The device has a new address. Automatic mode waits until you re-arm it.");
    return lines.join(u'\n');
}

QString automaticText(const DeviceRow &row)
{
    if (!row.automatic)
        return {};
    return row.device.armed ? Tr::tr("may act on this device")
                            : Tr::tr("does not act on this device until you re-arm it");
}

QString sizeText(const protocol::StorageFacts &storage)
{
    return storage.size > 0
               ? Tr::tr("%1 (%2 bytes)").arg(format::bytes(storage.size)).arg(storage.size)
               : QString();
}

QString startedFromText(const protocol::BootFacts &boot)
{
    return boot.mode < 0 ? QString() : bootModeName(netboot::BootMode(boot.mode));
}

// The firmware does not tell the order itself, but the step that it got to.
QString bootOrderText(const protocol::BootFacts &boot)
{
    if (boot.mode != int(netboot::BootMode::Network))
        return {};
    return Tr::tr("includes the network");
}

QString bootloaderText(const protocol::BootFacts &boot)
{
    if (boot.bootloaderBuilt <= 0)
        return boot.bootloaderVersion;
    const QDate built = QDateTime::fromSecsSinceEpoch(boot.bootloaderBuilt, Qt::UTC).date();
    const QString text = Tr::tr("from %1", "a bootloader's date").arg(QLocale().toString(built));
    return boot.bootloaderVersion.isEmpty()
               ? text
               : Tr::tr("%1, version %2", "of a date, version")
                     .arg(text, format::shortHash(boot.bootloaderVersion));
}

QString progressText(const Job &job)
{
    return job.done > 0 || job.total > 0 ? format::amount(job.done, job.total) : QString();
}

QString optionsText(const Job &job)
{
    QStringList options;
    if (job.options.allowSd)
        options << Tr::tr("SD cards allowed");
    if (job.options.eraseRest)
        options << Tr::tr("erase beyond the image");
    if (job.options.verify == protocol::VerifyScope::Full)
        options << (job.kind == core::JobKind::Backup ? Tr::tr("read twice and compared")
                                                      : Tr::tr("read zeros back in full"));
    if (job.options.scope == protocol::BackupScope::Exact)
        options << Tr::tr("exact copy");
    return options.join(u", "_s);
}

// Of a job that has ended: most of its time.
QString limitText(const DeviceRow &row)
{
    const QString meaning = bottleneckMeaning(*row.job);
    if (meaning.isEmpty() || !row.isMoving())
        return core::isEnded(row.job->state) ? bottleneckName(row.job->bottleneck) : QString();
    return Tr::tr("%1 %2", "what limits the speed. what to do.")
        .arg(meaning, bottleneckAdvice(*row.job));
}

QList<Fact> failureFacts(const DeviceRow &row)
{
    const Job &job = *row.job;
    if (job.state != JobState::Failed && !job.interrupted)
        return {{Tr::tr("What to do"), undoubtedStageText(row).nextStep}};
    const FailureText words = failureText(job.failure);
    return {{Tr::tr("Cause"), words.cause, job.interrupted ? Tone::Warning : Tone::Bad},
            {Tr::tr("What to do"), words.nextStep},
            {Tr::tr("Failure code"),
             Tr::tr("%1, at %2", "code, stage")
                 .arg(protocol::toWire(job.failure.code), stageName(job.failure.stage))},
            {Tr::tr("Detail"), job.failure.detail}};
}

} // namespace

QString storageText(const protocol::StorageFacts &storage)
{
    QStringList parts{storageType(storage.type), storage.name};
    parts.removeAll(QString());
    QString text = parts.join(u' ');
    if (storage.size > 0)
        text += (text.isEmpty() ? QString() : u", "_s) + format::bytes(storage.size);
    return text;
}

QList<Fact> deviceFacts(const DeviceRow &row)
{
    const core::Device &device = row.device;
    return bootFacts(row) +
           QList<Fact>{
               {Tr::tr("Conflict"), conflictText(device), Tone::Warning},
               {Tr::tr("What to do"), identityDoubt(device).nextStep},
               {Tr::tr("MAC address"), device.mac.toString()},
               {Tr::tr("Address"), known(device.address, device.bootTimeline.address)},
               {Tr::tr("Model"), device.model},
               {Tr::tr("Serial number"), known(device.serial, device.bootTimeline.serial)},
               {Tr::tr("Board revision"),
                known(device.boardRevision, device.bootTimeline.boardRevision)},
               {Tr::tr("Storage"), storageText(device.storage)},
               {Tr::tr("Storage size"), sizeText(device.storage)},
               {Tr::tr("Card identification"), device.storage.cid},
               {Tr::tr("Level"), device.isRegistered() ? levelName(device.level) : QString()},
               {Tr::tr("Client"), device.clientVersion},
               {Tr::tr("Boot ID"), device.bootId},
               {Tr::tr("Started from"), startedFromText(device.boot)},
               {Tr::tr("Boot order"), bootOrderText(device.boot)},
               {Tr::tr("Bootloader"), bootloaderText(device.boot)},
               {Tr::tr("First seen"), shownTime(device.firstSeen)},
               {Tr::tr("Last heard of"), shownTime(device.lastSeen)},
               {Tr::tr("Automatic mode"), automaticText(row)}};
}

QList<Fact> jobFacts(const DeviceRow &row)
{
    if (!row.job)
        return {};
    const Job &job = *row.job;
    const StageText stage = stageText(row);
    // A failure's cause has a line of its own.
    const bool failed = job.state == JobState::Failed;
    QList<Fact> facts{
        {Tr::tr("State"), failed ? failedAt(job.failure.stage) : stage.text, stage.tone}};
    facts += failureFacts(row);
    if (job.state == JobState::Succeeded)
        facts += {Tr::tr("What it proves"), outcomeMeaning(job.outcome)};
    facts += {{job.kind == JobKind::Deploy ? Tr::tr("Image") : Tr::tr("File"), jobSubject(job)},
              {Tr::tr("Image identity"), job.imageIdentity},
              {Tr::tr("Warnings of the image"), imageWarningLines(job.warnings), Tone::Warning},
              {Tr::tr("Progress"), progressText(job)},
              {core::isEnded(job.state) ? Tr::tr("Mostly limited by") : Tr::tr("Speed"),
               limitText(row), looksLikeSlowLink(job) ? Tone::Warning : Tone::Neutral},
              {Tr::tr("Level"), levelName(job.level)},
              {Tr::tr("Options"), optionsText(job)},
              {Tr::tr("Note"), job.note},
              {Tr::tr("Cancelled by"), job.cancelledBy},
              {Tr::tr("Ordered"), shownTime(job.created)},
              {Tr::tr("Began"), shownTime(job.started)},
              {Tr::tr("Ended"), shownTime(job.ended)},
              {Tr::tr("Took"), jobDuration(job)}};
    return facts;
}

} // namespace ui
