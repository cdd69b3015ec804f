// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model_names.h"

#include <algorithm>
#include <array>

namespace core
{
namespace
{

template<class Enum>
struct Name {
    Enum value;
    const char *text;
};

constexpr auto levelNames = std::to_array<Name<Level>>({
    {Level::Plain, "plain"},
    {Level::Full, "full"},
});

constexpr auto jobKindNames = std::to_array<Name<JobKind>>({
    {JobKind::Deploy, "deploy"},
    {JobKind::Backup, "backup"},
});

constexpr auto jobStateNames = std::to_array<Name<JobState>>({
    {JobState::Queued, "queued"},
    {JobState::Offered, "offered"},
    {JobState::Transferring, "transferring"},
    {JobState::Verifying, "verifying"},
    {JobState::Succeeded, "succeeded"},
    {JobState::Failed, "failed"},
    {JobState::Cancelled, "cancelled"},
});

constexpr auto outcomeNames = std::to_array<Name<Outcome>>({
    {Outcome::None, "none"},
    {Outcome::Verified, "verified"},
    {Outcome::SentNotVerified, "sent-not-verified"},
    {Outcome::BackupVerified, "backup-verified"},
    {Outcome::BackupReceived, "backup-received"},
    {Outcome::BackupLengthUnknown, "backup-length-unknown"},
});

constexpr auto imageStateNames = std::to_array<Name<ImageState>>({
    {ImageState::Importing, "importing"},
    {ImageState::Ready, "ready"},
    {ImageState::Failed, "failed"},
});

template<class Enum, size_t n>
QLatin1StringView nameOf(const std::array<Name<Enum>, n> &names, Enum value)
{
    const auto it = std::ranges::find(names, value, &Name<Enum>::value);
    return QLatin1StringView(it == names.end() ? "" : it->text);
}

template<class Enum, size_t n>
std::optional<Enum> valueOf(const std::array<Name<Enum>, n> &names, QStringView text)
{
    const auto same = [text](const Name<Enum> &name) {
        return text == QLatin1StringView(name.text);
    };
    const auto it = std::ranges::find_if(names, same);
    return it == names.end() ? std::nullopt : std::optional(it->value);
}

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

} // namespace core
