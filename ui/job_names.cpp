// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/job_names.h"

#include "ui/format.h"

#include <QCoreApplication>
#include <QDir>

#include <algorithm>

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

} // namespace

QString jobKindName(JobKind kind)
{
    return kind == JobKind::Deploy ? Tr::tr("Deploy") : Tr::tr("Backup");
}

QString jobSubject(const core::Job &job)
{
    return job.kind == JobKind::Deploy ? job.imageName : QDir::toNativeSeparators(job.path);
}

QString jobDuration(const core::Job &job)
{
    if (!job.started.isValid() || !job.ended.isValid())
        return {};
    return format::duration(std::max<qint64>(0, job.started.secsTo(job.ended)));
}

QString jobStateName(JobState state)
{
    switch (state) {
    case JobState::Queued:
        return Tr::tr("Queued");
    case JobState::Offered:
        return Tr::tr("Offered to the device");
    case JobState::Transferring:
        return Tr::tr("Transferring");
    case JobState::Verifying:
        return Tr::tr("Verifying");
    case JobState::Succeeded:
        return Tr::tr("Succeeded");
    case JobState::Failed:
        return Tr::tr("Failed");
    case JobState::Cancelled:
        return Tr::tr("Cancelled");
    }
    return {};
}

QString phaseText(Phase phase)
{
    switch (phase) {
    case Phase::Checking:
        return Tr::tr("Checking image and device");
    case Phase::Wiping:
        return Tr::tr("Erasing the old partition table");
    case Phase::Zeroing:
        return Tr::tr("Zeroing");
    case Phase::Writing:
        return Tr::tr("Writing");
    case Phase::Flushing:
        return Tr::tr("Flushing");
    case Phase::Verifying:
        return Tr::tr("Verifying");
    case Phase::Repairing:
        return Tr::tr("Rewriting bad chunks");
    case Phase::Finishing:
        return Tr::tr("Finishing");
    case Phase::Reading:
        return Tr::tr("Reading the device");
    case Phase::Committing:
        return Tr::tr("Checking and saving the backup");
    }
    return {};
}

QString outcomeText(Outcome outcome)
{
    switch (outcome) {
    case Outcome::None:
        return Tr::tr("No result yet");
    case Outcome::Verified:
        return Tr::tr("Done – verified");
    case Outcome::SentNotVerified:
        return Tr::tr("Sent, not verified");
    case Outcome::BackupVerified:
        return Tr::tr("Backup saved – verified");
    case Outcome::BackupReceived:
        return Tr::tr("Backup saved – length confirmed");
    case Outcome::BackupLengthUnknown:
        return Tr::tr("Backup saved, length not confirmed");
    }
    return {};
}

QString outcomeMeaning(Outcome outcome)
{
    switch (outcome) {
    case Outcome::None:
        return Tr::tr("The job has not ended with a success.");
    case Outcome::Verified:
        return Tr::tr("The device read everything back and compared it with the image.");
    case Outcome::SentNotVerified:
        return Tr::tr(
            "The device received the whole image, but its plain client cannot read it back.");
    case Outcome::BackupVerified:
        return Tr::tr("Every block was checked against the hash that the device computed.");
    case Outcome::BackupReceived:
        return Tr::tr(
            "The backup is as long as the device's storage; its contents were not compared.");
    case Outcome::BackupLengthUnknown:
        return Tr::tr(
            "The backup ended cleanly, but the device never said how large its storage is.");
    }
    return {};
}

QString outcomeAdvice(Outcome outcome)
{
    if (outcome == Outcome::SentNotVerified)
        return Tr::tr("Boot the device and check it, or deploy with the full client.");
    if (outcome == Outcome::BackupLengthUnknown)
        return Tr::tr("Compare the file's size with the device's storage.");
    return {};
}

QString actionName(QStringView wireName)
{
    if (wireName == "reboot"_L1)
        return Tr::tr("Restart");
    if (wireName == "poweroff"_L1 || wireName == "power-off"_L1)
        return Tr::tr("Power off");
    if (wireName == "identify"_L1)
        return Tr::tr("Identify");
    return wireName.toString();
}

QString levelName(core::Level level)
{
    return level == core::Level::Full ? Tr::tr("full (verifies, resumes, reports)")
                                      : Tr::tr("plain (curl; no verification)");
}

} // namespace ui
