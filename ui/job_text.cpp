// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/job_text.h"

#include "ui/boot_text.h"
#include "ui/failure_text.h"
#include "ui/format.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

using core::Job;
using core::JobKind;
using core::JobState;
using core::Outcome;
using protocol::Phase;

using namespace Qt::StringLiterals;

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::JobText)
};

QString awayText(const DeviceRow &row)
{
    return Tr::tr("Offline for %1").arg(format::coarseDuration(row.silentSeconds));
}

StageText idleText(const DeviceRow &row)
{
    if (!row.isOnline())
        return {awayText(row), Tone::Muted, Glyph::Away};
    return {Tr::tr("Idle"), Tone::Muted, Glyph::Waiting};
}

// The job waits for a device that is not there: it begins whenever that is switched on.
StageText absentText(const DeviceRow &row)
{
    const bool deploy = row.job->kind == JobKind::Deploy;
    return {(deploy ? Tr::tr("Offline for %1: will be written when it comes back")
                    : Tr::tr("Offline for %1: will be backed up when it comes back"))
                .arg(format::coarseDuration(row.silentSeconds)),
            Tone::Warning, Glyph::Away, Tr::tr("Switch the device on, or cancel the job.")};
}

StageText offeredText(const DeviceRow &row)
{
    const bool deploy = row.job->kind == JobKind::Deploy;
    if (const auto text = row.isOnline() ? std::nullopt : bootText(row))
        return {Tr::tr("%1 – %2", "order – where the device is")
                    .arg(deploy ? Tr::tr("Deploy offered") : Tr::tr("Backup offered"), text->text),
                text->tone, text->glyph};
    if (!row.isOnline())
        return absentText(row);
    return {deploy ? Tr::tr("Deploy offered – waiting for the device to fetch it")
                   : Tr::tr("Backup offered – waiting for the device to send it"),
            Tone::Busy, Glyph::Waiting};
}

QString plainPhaseText(const Job &job)
{
    return job.kind == JobKind::Deploy ? Tr::tr("Sending the image")
                                       : Tr::tr("Receiving the backup");
}

StageText interruptedText(const Job &job)
{
    return {
        Tr::tr("Interrupted: %1. Resumes when the device reconnects").arg(shortCause(job.failure)),
        Tone::Warning, Glyph::Interrupted, failureText(job.failure).nextStep};
}

// Its last words may be old by then: it is not said to be doing what it did.
StageText silentText(const Job &job)
{
    return {Tr::tr("%1: no sign of the device for %2. Resumes when it reconnects")
                .arg(phaseText(job.phase), format::duration(job.silentSeconds)),
            Tone::Warning, Glyph::Away,
            failureText(protocol::FailureCode::ConnectionLost).nextStep};
}

// Shorter pauses are those of any disk.
constexpr qint64 patienceWithDisk = 10; // s

// Its place to save has not been opened yet; at once is not worth a word.
bool isBeingOpened(const Job &job)
{
    const bool waits = job.state == JobState::Queued || job.state == JobState::Offered;
    return waits && job.destinationSeconds > 0;
}

StageText openingText(const Job &job)
{
    const QString folder = QDir::toNativeSeparators(QFileInfo(job.path).path());
    if (job.destinationSeconds < patienceWithDisk)
        return {Tr::tr("Opening %1", "the folder for a backup").arg(folder), Tone::Busy,
                Glyph::Waiting};
    return {Tr::tr("%1 has not answered for %2", "folder, duration")
                .arg(folder, format::duration(job.destinationSeconds)),
            Tone::Warning, Glyph::Warning, Tr::tr("Check the disk, or the network to the folder.")};
}

StageText silentLibraryText(const Job &job)
{
    return {Tr::tr("The disk of the image library has not answered for %1")
                .arg(format::duration(job.imageSeconds)),
            Tone::Warning, Glyph::Warning,
            Tr::tr("Check the disk or share that holds the station's data.")};
}

StageText stalledDiskText(const Job &job)
{
    return {
        Tr::tr("The disk has taken no data for %1").arg(format::duration(job.destinationSeconds)),
        Tone::Warning, Glyph::Warning, Tr::tr("Check the disk, or the network to the folder.")};
}

StageText movingText(const Job &job)
{
    if (job.destinationSeconds >= patienceWithDisk)
        return stalledDiskText(job);
    if (job.silentSeconds > 0)
        return silentText(job);
    const bool plain = job.level == core::Level::Plain && job.state == JobState::Transferring;
    return {plain ? plainPhaseText(job) : phaseText(job.phase), Tone::Busy, Glyph::Working};
}

StageText succeededText(const Job &job)
{
    const bool proven =
        job.outcome != Outcome::SentNotVerified && job.outcome != Outcome::BackupLengthUnknown;
    return {outcomeText(job.outcome), proven ? Tone::Good : Tone::Warning,
            proven ? Glyph::Good : Glyph::Info, outcomeAdvice(job.outcome)};
}

StageText failedText(const Job &job)
{
    return {Tr::tr("%1: %2", "Failed at writing: the cause")
                .arg(failedAt(job.failure.stage), shortCause(job.failure)),
            Tone::Bad, Glyph::Bad, failureText(job.failure).nextStep};
}

StageText cancelledText(const Job &job)
{
    if (job.kind == JobKind::Deploy && job.started.isValid())
        return {Tr::tr("Cancelled, does not start until deployed"), Tone::Warning, Glyph::Warning,
                Tr::tr("Deploy again.")};
    return {job.kind == JobKind::Deploy ? Tr::tr("Deploy cancelled") : Tr::tr("Backup cancelled"),
            Tone::Muted, Glyph::Cancel};
}

QString ordinal(int number)
{
    const int last = number % 100 / 10 == 1 ? 0 : number % 10;
    switch (last) {
    case 1:
        return Tr::tr("%1st", "21st").arg(number);
    case 2:
        return Tr::tr("%1nd", "22nd").arg(number);
    case 3:
        return Tr::tr("%1rd", "23rd").arg(number);
    default:
        return Tr::tr("%1th", "11th").arg(number);
    }
}

StageText queuedText(const Job &job)
{
    if (job.place > 0)
        return {Tr::tr("Queued: %1", "2nd").arg(ordinal(job.place)), Tone::Busy, Glyph::Waiting};
    return {job.kind == JobKind::Deploy ? Tr::tr("Deploy queued") : Tr::tr("Backup queued"),
            Tone::Busy, Glyph::Waiting};
}

// The row knows how long the queue is.
StageText placeText(const DeviceRow &row)
{
    return {
        Tr::tr("Queued: %1 of %2", "2nd of 5").arg(ordinal(row.job->place)).arg(row.waitingDeploys),
        Tone::Busy, Glyph::Waiting};
}

} // namespace

StageText jobResultText(const Job &job)
{
    switch (job.state) {
    case JobState::Queued:
        return queuedText(job);
    case JobState::Offered:
        return {jobStateName(job.state), Tone::Busy, Glyph::Waiting};
    case JobState::Transferring:
    case JobState::Verifying:
        return job.interrupted ? interruptedText(job) : movingText(job);
    case JobState::Succeeded:
        return succeededText(job);
    case JobState::Failed:
        return failedText(job);
    case JobState::Cancelled:
        return cancelledText(job);
    }
    return {};
}

StageText undoubtedStageText(const DeviceRow &row)
{
    // What is seen of a device's start says more than how long it has been silent.
    if (!row.isOnline() && !row.hasActiveJob()) {
        if (const auto text = bootText(row))
            return *text;
    }
    if (!row.job)
        return idleText(row);
    if (isBeingOpened(*row.job))
        return openingText(*row.job);
    if (row.job->imageSeconds > 0)
        return silentLibraryText(*row.job);
    if (row.hasActiveJob() && row.job->interrupted)
        return interruptedText(*row.job);
    if (row.job->state == JobState::Offered)
        return offeredText(row);
    if (row.isInQueue() && row.isOnline())
        return placeText(row);
    if (row.job->state == JobState::Queued && !row.isOnline()) {
        if (const auto text = bootText(row))
            return {Tr::tr("%1 – %2", "order – where the device is")
                        .arg(queuedText(*row.job).text, text->text),
                    text->tone, text->glyph};
        return absentText(row);
    }
    return jobResultText(*row.job);
}

StageText identityDoubt(const core::Device &device)
{
    const auto doubt = [](const QString &text, const QString &nextStep) {
        return StageText{text, Tone::Warning, Glyph::Warning, nextStep};
    };
    if (!device.otherUnit.isEmpty())
        return doubt(Tr::tr("Another board (%1) uses this MAC address").arg(device.otherUnit),
                     Tr::tr("Check which board is connected, then start the job again for it."));
    if (device.takeoverShown) // the other address is the one that it had
        return doubt(Tr::tr("New address %1: check the device, then re-arm it").arg(device.address),
                     Tr::tr("Check that this is the same device, then re-arm it."));
    if (!device.otherAddress.isEmpty())
        return doubt(
            Tr::tr("Address conflict: %1 uses this MAC address, too").arg(device.otherAddress),
            Tr::tr("Make sure that no two machines have the same MAC address."));
    if (!device.sameSerial.isNull())
        return doubt(Tr::tr("Same serial number as %1").arg(device.sameSerial.toString()),
                     Tr::tr("Check whether one board shows up twice, or remove the old device from "
                            "the list."));
    return {};
}

StageText stageText(const DeviceRow &row)
{
    const StageText text = undoubtedStageText(row);
    StageText doubt = row.hasActiveJob() ? StageText() : identityDoubt(row.device);
    if (doubt.text.isEmpty())
        return text;
    // What the last job proved, it proved of this device; of another board on its MAC, nothing.
    const bool tells = row.device.otherUnit.isEmpty() && (row.job || !row.isOnline());
    if (!tells)
        return doubt;
    doubt.text = Tr::tr("%1 – %2", "result – doubt").arg(text.text, doubt.text);
    doubt.nextStep =
        text.nextStep.isEmpty() ? doubt.nextStep : text.nextStep + u' ' + doubt.nextStep;
    return doubt;
}

} // namespace ui
