// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/operator_json.h"

#include "core/image_facts_json.h"
#include "core/model_names.h"
#include "http/boot_json.h"

#include <QJsonArray>

namespace http
{

using namespace Qt::StringLiterals;
using core::JobState;
using core::toText;

namespace
{

QLatin1StringView nameOf(core::MessageKind kind)
{
    using Kind = core::MessageKind;
    switch (kind) {
    case Kind::DeviceAppeared:
        return "device-appeared"_L1;
    case Kind::DeviceRestarted:
        return "device-restarted"_L1;
    case Kind::AddressConflict:
        return "address-conflict"_L1;
    case Kind::UnitReplaced:
        return "unit-replaced"_L1;
    case Kind::SerialShared:
        return "serial-shared"_L1;
    case Kind::DeviceMoved:
        return "device-moved"_L1;
    case Kind::ImportStarted:
        return "import-started"_L1;
    case Kind::ImportFinished:
        return "import-finished"_L1;
    case Kind::ImportFailed:
        return "import-failed"_L1;
    case Kind::ImageDamaged:
        return "image-damaged"_L1;
    case Kind::JobCreated:
        return "job-created"_L1;
    case Kind::JobStarted:
        return "job-started"_L1;
    case Kind::JobInterrupted:
        return "job-interrupted"_L1;
    case Kind::JobSucceeded:
        return "job-succeeded"_L1;
    case Kind::JobFailed:
        return "job-failed"_L1;
    case Kind::JobCancelled:
        return "job-cancelled"_L1;
    case Kind::ActionSent:
        return "action-sent"_L1;
    case Kind::ActionExpired:
        return "action-expired"_L1;
    case Kind::NetbootRefused:
        return "netboot-refused"_L1;
    case Kind::NetbootAllowed:
        return "netboot-allowed"_L1;
    case Kind::AutomaticPaused:
        return "automatic-paused"_L1;
    case Kind::AutomaticWaits:
        return "automatic-waits"_L1;
    case Kind::StationWarning:
        return "station-warning"_L1;
    }
    return {};
}

QJsonObject errorOf(const protocol::Failure &failure)
{
    QJsonObject error = protocol::errorJson(failure).value("error"_L1).toObject();
    error.insert("stage"_L1, protocol::toWire(failure.stage));
    return error;
}

QJsonObject overallOf(const core::Job &job)
{
    QJsonObject overall{{"done"_L1, job.overallDone}, {"total"_L1, job.overallTotal}};
    if (job.overallSecondsLeft >= 0)
        overall.insert("seconds_left"_L1, job.overallSecondsLeft);
    return overall;
}

void insertTime(QJsonObject &object, QLatin1StringView key, const QDateTime &time)
{
    if (time.isValid())
        object.insert(key, time.toUTC().toString(Qt::ISODateWithMs));
}

void insertText(QJsonObject &object, QLatin1StringView key, const QString &text)
{
    if (!text.isEmpty())
        object.insert(key, text);
}

} // namespace

QJsonObject toJson(const core::Station &station, const core::Device &device)
{
    QJsonObject object{
        {"mac"_L1, device.mac.toString()},
        {"address"_L1, device.address},
        {"level"_L1, toText(device.level)},
        {"online"_L1, station.isOnline(device)},
        {"armed"_L1, device.armed},
        {"storage"_L1, QJsonObject{{"type"_L1, device.storage.type},
                                   {"name"_L1, device.storage.name},
                                   {"cid"_L1, device.storage.cid},
                                   {"size"_L1, device.storage.size},
                                   {"logical_block_size"_L1, device.storage.logicalBlockSize}}}};
    insertText(object, "other_address"_L1, device.otherAddress);
    insertText(object, "other_unit"_L1, device.otherUnit);
    insertText(object, "other_unit_address"_L1, device.otherUnitAddress);
    if (!device.sameSerial.isNull())
        object.insert("same_serial"_L1, device.sameSerial.toString());
    if (device.takeoverShown)
        object.insert("moved"_L1, true);
    insertText(object, "serial"_L1, device.serial);
    insertText(object, "model"_L1, device.model);
    insertText(object, "board_revision"_L1, device.boardRevision);
    insertText(object, "boot_id"_L1, device.bootId);
    insertText(object, "client_version"_L1, device.clientVersion);
    insertTime(object, "first_seen"_L1, device.firstSeen);
    insertTime(object, "last_seen"_L1, device.lastSeen);
    const QJsonObject boot = protocol::toJson(device.boot);
    if (!boot.isEmpty())
        object.insert("bootloader"_L1, boot);
    object.insert("netboot_refused"_L1, device.netbootRefused);
    object.insert("boot"_L1, bootSummary(device.bootTimeline, station.currentTime()));
    if (const core::Job *job = station.latestJob(device.mac))
        object.insert("job"_L1, toJson(*job));
    return object;
}

QJsonObject toJson(const core::Job &job)
{
    const bool deploy = job.kind == core::JobKind::Deploy;
    QJsonObject object{{"id"_L1, job.id},
                       {"mac"_L1, job.mac.toString()},
                       {"kind"_L1, toText(job.kind)},
                       {"state"_L1, toText(job.state)},
                       {"level"_L1, toText(job.level)},
                       {"phase"_L1, protocol::toWire(job.phase)},
                       {"done"_L1, job.done},
                       {"total"_L1, job.total},
                       {"bytes_per_s"_L1, qint64(job.bytesPerSecond)},
                       {"wire_bytes_per_s"_L1, qint64(job.wireBytesPerSecond)},
                       {"outcome"_L1, toText(job.outcome)},
                       {"interrupted"_L1, job.interrupted}};
    if (job.place > 0)
        object.insert("place"_L1, job.place);
    if (job.secondsLeft >= 0)
        object.insert("seconds_left"_L1, job.secondsLeft);
    if (job.overallTotal > 0)
        object.insert("overall"_L1, overallOf(job));
    if (job.rounds > 0)
        object.insert("rounds"_L1, job.rounds);
    if (job.silentSeconds > 0)
        object.insert("silent_seconds"_L1, job.silentSeconds);
    if (job.destinationSeconds > 0)
        object.insert("destination_seconds"_L1, job.destinationSeconds);
    if (job.imageSeconds > 0)
        object.insert("image_seconds"_L1, job.imageSeconds);
    insertText(object, "bottleneck"_L1, protocol::toWire(job.bottleneck));
    if (deploy) {
        object.insert("image"_L1, job.image);
        object.insert("image_name"_L1, job.imageName);
        if (!job.warnings.isEmpty())
            object.insert("warnings"_L1, core::toJson(job.warnings));
    } else {
        object.insert("path"_L1, job.path);
        object.insert("scope"_L1, protocol::toWire(job.options.scope));
        if (job.options.verify == protocol::VerifyScope::Full)
            object.insert("proof"_L1, true);
    }
    insertText(object, "identity"_L1, job.imageIdentity);
    insertText(object, "note"_L1, job.note);
    insertText(object, "cancelled_by"_L1, job.cancelledBy);
    if (job.state == JobState::Failed || job.interrupted)
        object.insert("error"_L1, errorOf(job.failure));
    insertTime(object, "created"_L1, job.created);
    insertTime(object, "started"_L1, job.started);
    insertTime(object, "ended"_L1, job.ended);
    return object;
}

QJsonObject toJson(const core::DeviceLogs::Log &log)
{
    QJsonArray lines;
    for (const core::DeviceLogs::Entry &entry : log.entries) {
        QJsonObject line = protocol::toJson(entry.line);
        insertTime(line, "time"_L1, entry.received);
        lines.append(line);
    }
    return {{"lines"_L1, lines}, {"dropped"_L1, log.dropped}};
}

QJsonObject toJson(const core::Image &image)
{
    QJsonObject object{{"id"_L1, image.id},
                       {"name"_L1, image.name},
                       {"state"_L1, toText(image.state)},
                       {"size"_L1, image.size},
                       {"data_bytes"_L1, image.dataBytes},
                       {"packed_bytes"_L1, image.packedBytes},
                       {"done"_L1, image.done},
                       {"total"_L1, image.total}};
    insertText(object, "identity"_L1, image.identity);
    insertText(object, "sha256"_L1, image.sha256);
    insertText(object, "source"_L1, image.sourcePath);
    insertTime(object, "added"_L1, image.added);
    const QJsonObject facts = core::toJson(image.facts);
    for (auto it = facts.begin(); it != facts.end(); ++it)
        object.insert(it.key(), it.value());
    if (image.facts.known || !image.warnings.isEmpty())
        object.insert("warnings"_L1, core::toJson(image.warnings));
    if (!image.checkedBy.isEmpty())
        object.insert("checked_by"_L1, QJsonArray::fromStringList(image.checkedBy));
    if (!image.unchecked.isEmpty())
        object.insert("unchecked"_L1, QJsonArray::fromStringList(image.unchecked));
    if (image.state == core::ImageState::Failed)
        object.insert("error"_L1, errorOf(image.failure));
    return object;
}

QJsonObject toJson(const core::Message &message)
{
    QJsonObject object{{"kind"_L1, nameOf(message.kind)}};
    insertTime(object, "time"_L1, message.time);
    if (!message.mac.isNull())
        object.insert("mac"_L1, message.mac.toString());
    insertText(object, "job"_L1, message.job);
    insertText(object, "image"_L1, message.image);
    insertText(object, "text"_L1, message.text);
    using Kind = core::MessageKind;
    if (message.kind == Kind::ImportFailed || message.kind == Kind::ImageDamaged ||
        message.kind == Kind::JobFailed || message.kind == Kind::JobInterrupted ||
        message.kind == Kind::StationWarning)
        object.insert("error"_L1, errorOf(message.failure));
    return object;
}

} // namespace http
