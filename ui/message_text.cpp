// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/message_text.h"

#include "ui/failure_text.h"
#include "ui/image_warning_text.h"

#include <QCoreApplication>
#include <QDir>

using core::JobKind;
using core::MessageKind;

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::MessageText)
};

bool isBackup(const MessageContext &context)
{
    return context.job && context.job->kind == JobKind::Backup;
}

QString jobImage(const MessageContext &context)
{
    return context.job ? context.job->imageName : QString();
}

QString jobPath(const MessageContext &context)
{
    return context.job ? QDir::toNativeSeparators(context.job->path) : QString();
}

MessageText info(const QString &text)
{
    return {Severity::Info, text, {}};
}

MessageText failed(Severity severity, const QString &head, const protocol::Failure &failure)
{
    const FailureText words = failureText(failure);
    return {severity, Tr::tr("%1: %2", "what: cause").arg(head, words.cause), words.nextStep};
}

MessageText created(const MessageContext &context)
{
    return info(isBackup(context) ? Tr::tr("Backup to %1 ordered.").arg(jobPath(context))
                                  : Tr::tr("Deploy of %1 ordered.").arg(jobImage(context)));
}

MessageText started(const MessageContext &context)
{
    return info(isBackup(context) ? Tr::tr("The device began to send its backup.")
                                  : Tr::tr("The device began to fetch %1.").arg(jobImage(context)));
}

QString successHead(const MessageContext &context)
{
    if (isBackup(context))
        return Tr::tr("Backup saved as %1.").arg(jobPath(context));
    return Tr::tr("%1 is on the device.").arg(jobImage(context));
}

MessageText succeeded(const MessageContext &context)
{
    const auto outcome = context.job ? context.job->outcome : core::Outcome::None;
    const bool doubtful =
        outcome == core::Outcome::SentNotVerified || outcome == core::Outcome::BackupLengthUnknown;
    MessageText text{doubtful ? Severity::Warning : Severity::Success,
                     successHead(context) + u' ' + outcomeMeaning(outcome), outcomeAdvice(outcome)};
    return text;
}

MessageText jobFailed(const core::Message &message, const MessageContext &context)
{
    const QString head = isBackup(context)
                             ? Tr::tr("Backup: %1").arg(failedAt(message.failure.stage))
                             : Tr::tr("Deploy: %1").arg(failedAt(message.failure.stage));
    return failed(Severity::Error, head, message.failure);
}

MessageText interrupted(const core::Message &message, const MessageContext &context)
{
    const QString head =
        isBackup(context) ? Tr::tr("Backup interrupted") : Tr::tr("Deploy interrupted");
    MessageText text = failed(Severity::Warning, head, message.failure);
    text.text += u' ' + Tr::tr("It resumes when the device reconnects.");
    return text;
}

MessageText cancelled(const MessageContext &context)
{
    if (isBackup(context))
        return {Severity::Warning, Tr::tr("Backup cancelled; nothing was kept."), {}};
    const bool began = context.job && context.job->started.isValid();
    return {Severity::Warning, Tr::tr("Deploy cancelled."),
            began ? Tr::tr("The device does not start until it is deployed again.") : QString()};
}

MessageText conflict(const core::Message &message)
{
    return {
        Severity::Warning,
        Tr::tr("Another machine, at %1, uses the MAC address of this device. It gets no answer.")
            .arg(message.text),
        Tr::tr("Make sure that no two machines have the same MAC address.")};
}

MessageText deviceMessage(const core::Message &message)
{
    switch (message.kind) {
    case MessageKind::DeviceAppeared:
        return info(Tr::tr("The device appeared."));
    case MessageKind::DeviceRestarted:
        return info(Tr::tr("The device was restarted."));
    case MessageKind::AddressConflict:
        return conflict(message);
    case MessageKind::UnitReplaced:
        return {Severity::Warning,
                Tr::tr("Another board (%1) now uses this MAC address.").arg(message.text),
                Tr::tr("Check which board is connected, then start the job again for it.")};
    case MessageKind::SerialShared:
        return {Severity::Warning,
                Tr::tr("The device at %1 has the same serial number.").arg(message.text),
                Tr::tr("Check whether one board shows up twice, or remove the old device from the "
                       "list.")};
    case MessageKind::DeviceMoved:
        return {Severity::Warning, Tr::tr("The device now has the address %1.").arg(message.text),
                Tr::tr("Check that this is the same device. Automatic mode waits until you re-arm "
                       "the device.")};
    case MessageKind::AutomaticPaused:
        return {Severity::Warning, Tr::tr("Automatic mode waits for you at this device."),
                Tr::tr("Check the device, then re-arm it.")};
    case MessageKind::ActionSent:
        return info(Tr::tr("“%1” was sent to the device.").arg(actionName(message.text)));
    case MessageKind::ActionExpired:
        return {Severity::Warning,
                Tr::tr("“%1” was dropped: the device did not poll in time.")
                    .arg(actionName(message.text)),
                Tr::tr("Check that the device is on and connected, then order it again.")};
    case MessageKind::NetbootRefused:
        return info(
            Tr::tr("The device is to start from its own storage from now on. To boot it from "
                   "the network again, re-arm it or order a job for it."));
    case MessageKind::NetbootAllowed:
        return info(Tr::tr("The device may boot from the network again."));
    default:
        return failed(Severity::Warning, Tr::tr("Station"), message.failure);
    }
}

MessageText imported(const MessageContext &context)
{
    if (context.imageWarnings.isEmpty())
        return {Severity::Success, Tr::tr("%1 is ready to be deployed.").arg(context.image), {}};
    return {
        Severity::Warning,
        Tr::tr("%1 was imported, with %n warning(s):", nullptr, int(context.imageWarnings.size()))
                .arg(context.image) +
            u'\n' + imageWarningLines(context.imageWarnings),
        Tr::tr("Check the image before you deploy it.")};
}

MessageText imageMessage(const core::Message &message, const MessageContext &context)
{
    const QString &image = context.image;
    if (message.kind == MessageKind::ImportStarted)
        return info(Tr::tr("Importing %1.").arg(image));
    if (message.kind == MessageKind::ImportFinished)
        return imported(context);
    if (message.kind == MessageKind::AutomaticWaits)
        return {Severity::Warning,
                Tr::tr("Automatic mode waits for %1, and deploys no other image.").arg(image),
                Tr::tr("If it cannot be imported, choose another golden image.")};
    if (message.kind == MessageKind::ImageDamaged)
        return failed(Severity::Error, Tr::tr("%1 cannot be used").arg(image), message.failure);
    return failed(Severity::Error, Tr::tr("%1 could not be imported").arg(image), message.failure);
}

} // namespace

MessageText messageText(const core::Message &message, const MessageContext &context)
{
    switch (message.kind) {
    case MessageKind::ImportStarted:
    case MessageKind::ImportFinished:
    case MessageKind::ImportFailed:
    case MessageKind::ImageDamaged:
    case MessageKind::AutomaticWaits:
        return imageMessage(message, context);
    case MessageKind::JobCreated:
        return created(context);
    case MessageKind::JobStarted:
        return started(context);
    case MessageKind::JobInterrupted:
        return interrupted(message, context);
    case MessageKind::JobSucceeded:
        return succeeded(context);
    case MessageKind::JobFailed:
        return jobFailed(message, context);
    case MessageKind::JobCancelled:
        return cancelled(context);
    default:
        return deviceMessage(message);
    }
}

MessageText refusalText(const QString &order, const protocol::Failure &failure)
{
    return failed(Severity::Error, Tr::tr("%1 refused", "Deploy refused").arg(order), failure);
}

Glyph severityGlyph(Severity severity)
{
    switch (severity) {
    case Severity::Info:
        return Glyph::Info;
    case Severity::Success:
        return Glyph::Good;
    case Severity::Warning:
        return Glyph::Warning;
    case Severity::Error:
        return Glyph::Bad;
    }
    return Glyph::Info;
}

Tone severityTone(Severity severity)
{
    switch (severity) {
    case Severity::Info:
        return Tone::Muted;
    case Severity::Success:
        return Tone::Good;
    case Severity::Warning:
        return Tone::Warning;
    case Severity::Error:
        return Tone::Bad;
    }
    return Tone::Muted;
}

QString severityName(Severity severity)
{
    switch (severity) {
    case Severity::Info:
        return Tr::tr("Information");
    case Severity::Success:
        return Tr::tr("Success");
    case Severity::Warning:
        return Tr::tr("Warning");
    case Severity::Error:
        return Tr::tr("Error");
    }
    return {};
}

} // namespace ui
