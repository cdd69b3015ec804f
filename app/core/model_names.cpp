// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model_names.h"

#include "core/enum_names.h"

namespace core
{
namespace
{

constexpr auto levelNames = std::to_array<EnumName<Level>>({
    {Level::Plain, "plain"},
    {Level::Full, "full"},
});

constexpr auto jobKindNames = std::to_array<EnumName<JobKind>>({
    {JobKind::Deploy, "deploy"},
    {JobKind::Backup, "backup"},
});

constexpr auto jobStateNames = std::to_array<EnumName<JobState>>({
    {JobState::Queued, "queued"},
    {JobState::Offered, "offered"},
    {JobState::Transferring, "transferring"},
    {JobState::Verifying, "verifying"},
    {JobState::Succeeded, "succeeded"},
    {JobState::Failed, "failed"},
    {JobState::Cancelled, "cancelled"},
});

constexpr auto outcomeNames = std::to_array<EnumName<Outcome>>({
    {Outcome::None, "none"},
    {Outcome::Verified, "verified"},
    {Outcome::SentNotVerified, "sent-not-verified"},
    {Outcome::BackupVerified, "backup-verified"},
    {Outcome::BackupReceived, "backup-received"},
    {Outcome::BackupLengthUnknown, "backup-length-unknown"},
});

constexpr auto imageStateNames = std::to_array<EnumName<ImageState>>({
    {ImageState::Importing, "importing"},
    {ImageState::Ready, "ready"},
    {ImageState::Failed, "failed"},
});

constexpr auto imageWarningNames = std::to_array<EnumName<ImageWarningCode>>({
    {ImageWarningCode::ImageTruncated, "image-truncated"},
    {ImageWarningCode::NoPartitionTable, "no-partition-table"},
    {ImageWarningCode::OnlyFilesystem, "only-filesystem"},
    {ImageWarningCode::NoBootPartition, "no-boot-partition"},
    {ImageWarningCode::TablesDisagree, "tables-disagree"},
    {ImageWarningCode::SectorSize4096, "sector-size-4096"},
    {ImageWarningCode::PartitionsOverlap, "partitions-overlap"},
    {ImageWarningCode::PartitionLoop, "partition-loop"},
    {ImageWarningCode::PartitionUnplausible, "partition-unplausible"},
    {ImageWarningCode::SizeNotInSectors, "size-not-in-sectors"},
    {ImageWarningCode::TrailingBytes, "trailing-bytes"},
    {ImageWarningCode::UnmappedData, "unmapped-data"},
    {ImageWarningCode::MachineId, "machine-id"},
    {ImageWarningCode::SshHostKeys, "ssh-host-keys"},
    {ImageWarningCode::CloudInitState, "cloud-init-state"},
});

} // namespace

QLatin1StringView toText(Level level)
{
    return nameOf(levelNames, level);
}
QLatin1StringView toText(JobKind kind)
{
    return nameOf(jobKindNames, kind);
}
QLatin1StringView toText(JobState state)
{
    return nameOf(jobStateNames, state);
}
QLatin1StringView toText(Outcome outcome)
{
    return nameOf(outcomeNames, outcome);
}
QLatin1StringView toText(ImageState state)
{
    return nameOf(imageStateNames, state);
}
QLatin1StringView toText(ImageWarningCode code)
{
    return nameOf(imageWarningNames, code);
}

std::optional<Level> levelFromText(QStringView text)
{
    return valueOf(levelNames, text);
}
std::optional<JobKind> jobKindFromText(QStringView text)
{
    return valueOf(jobKindNames, text);
}
std::optional<JobState> jobStateFromText(QStringView text)
{
    return valueOf(jobStateNames, text);
}
std::optional<Outcome> outcomeFromText(QStringView text)
{
    return valueOf(outcomeNames, text);
}
std::optional<ImageState> imageStateFromText(QStringView text)
{
    return valueOf(imageStateNames, text);
}
std::optional<ImageWarningCode> imageWarningFromText(QStringView text)
{
    return valueOf(imageWarningNames, text);
}

} // namespace core
