// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/failure.h"

#include <algorithm>
#include <array>

namespace protocol
{
namespace
{

struct CodeRow {
    FailureCode code;
    const char *wire;
    int status;
};

constexpr auto codeRows = std::to_array<CodeRow>({
    {FailureCode::Internal, "internal", 500},
    {FailureCode::BadRequest, "bad-request", 400},
    {FailureCode::UnknownDevice, "unknown-device", 404},
    {FailureCode::UnknownJob, "unknown-job", 404},
    {FailureCode::UnknownImage, "unknown-image", 404},
    {FailureCode::UnknownRoute, "unknown-route", 404},
    {FailureCode::UnknownTransfer, "unknown-transfer", 404},
    {FailureCode::Unauthorized, "unauthorized", 401},
    {FailureCode::ForeignAddress, "foreign-address", 403},
    {FailureCode::DeviceBusy, "device-busy", 409},
    {FailureCode::JobCommitting, "job-committing", 409},
    {FailureCode::TooManyDevices, "too-many-devices", 429},
    {FailureCode::StationBusy, "station-busy", 503},
    {FailureCode::ImageNotReady, "image-not-ready", 409},
    {FailureCode::BodyTooLarge, "body-too-large", 413},
    {FailureCode::LengthRequired, "length-required", 411},
    {FailureCode::UnsupportedMediaType, "unsupported-media-type", 415},
    {FailureCode::RangeNotSatisfiable, "range-not-satisfiable", 416},
    {FailureCode::MethodNotAllowed, "method-not-allowed", 405},
    {FailureCode::DeviceNotFound, "device-not-found", 409},
    {FailureCode::DeviceAmbiguous, "device-ambiguous", 409},
    {FailureCode::DeviceInUse, "device-in-use", 409},
    {FailureCode::DeviceIsSdCard, "device-is-sd-card", 409},
    {FailureCode::DeviceTooSmall, "device-too-small", 409},
    {FailureCode::DeviceReadError, "device-read-error", 409},
    {FailureCode::DeviceWriteError, "device-write-error", 409},
    {FailureCode::VerifyMismatch, "verify-mismatch", 409},
    {FailureCode::ImageCorrupt, "image-corrupt", 422},
    {FailureCode::ImageUnreadable, "image-unreadable", 422},
    {FailureCode::ImageFormatUnknown, "image-format-unknown", 422},
    {FailureCode::ImageEmpty, "image-empty", 422},
    {FailureCode::ImageTooLarge, "image-too-large", 422},
    {FailureCode::ArchiveUnsuitable, "archive-unsuitable", 422},
    {FailureCode::ChecksumMismatch, "checksum-mismatch", 422},
    {FailureCode::SidecarUnusable, "sidecar-unusable", 422},
    {FailureCode::BackupTruncated, "backup-truncated", 422},
    {FailureCode::BackupMismatch, "backup-mismatch", 409},
    {FailureCode::BackupOutOfOrder, "backup-out-of-order", 409},
    {FailureCode::DestinationUnwritable, "destination-unwritable", 422},
    {FailureCode::DestinationExists, "destination-exists", 409},
    {FailureCode::StorageFull, "storage-full", 507},
    {FailureCode::StationIoError, "station-io-error", 500},
    {FailureCode::ConnectionLost, "connection-lost", 400},
    {FailureCode::Stalled, "stalled", 408},
    {FailureCode::NotReported, "not-reported", 408},
    {FailureCode::Cancelled, "cancelled", 409},
    {FailureCode::Superseded, "superseded", 409},
    {FailureCode::ServerRefused, "server-refused", 502},
    {FailureCode::Unsupported, "unsupported", 501},
    {FailureCode::InterfaceUnusable, "interface-unusable", 409},
    {FailureCode::InterfaceIsUplink, "interface-is-uplink", 409},
    {FailureCode::AddressUnusable, "address-unusable", 409},
    {FailureCode::TftpRootUnusable, "tftp-root-unusable", 409},
    {FailureCode::UplinkUnusable, "uplink-unusable", 409},
    {FailureCode::ProgramMissing, "program-missing", 409},
    {FailureCode::PortTaken, "port-taken", 409},
    {FailureCode::NotPermitted, "not-permitted", 403},
    {FailureCode::NetbootInUse, "netboot-in-use", 409},
    {FailureCode::NetbootFailed, "netboot-failed", 500},
    {FailureCode::PackDamaged, "pack-damaged", 500},
    {FailureCode::ImageFormatForeign, "image-format-foreign", 422},
    {FailureCode::DeviceReplaced, "device-replaced", 409},
    {FailureCode::StationRestarted, "station-restarted", 409},
    {FailureCode::AddressChanged, "address-changed", 409},
    {FailureCode::CrashedBefore, "crashed-before", 409},
    {FailureCode::HostUnknown, "host-unknown", 421},
    {FailureCode::ForeignOrigin, "foreign-origin", 403},
    {FailureCode::TooManyAttempts, "too-many-attempts", 429},
    {FailureCode::FileTooLarge, "file-too-large", 507},
    {FailureCode::DestinationGone, "destination-gone", 500},
    {FailureCode::DestinationStalled, "destination-stalled", 408},
    {FailureCode::DataDirUnsuitable, "data-dir-unsuitable", 500},
    {FailureCode::DatabaseDamaged, "database-damaged", 500},
    {FailureCode::InterfaceDown, "interface-down", 409},
    {FailureCode::InterfaceGone, "interface-gone", 409},
    {FailureCode::KitUnusable, "kit-unusable", 409},
    {FailureCode::AddressPoolFull, "address-pool-full", 409},
    {FailureCode::FoldersBusy, "folders-busy", 503},
    {FailureCode::SourceStalled, "source-stalled", 504},
});

struct StageRow {
    Stage stage;
    const char *wire;
};

constexpr auto stageRows = std::to_array<StageRow>({
    {Stage::None, "none"},
    {Stage::Register, "register"},
    {Stage::Check, "check"},
    {Stage::Wipe, "wipe"},
    {Stage::Zero, "zero"},
    {Stage::Write, "write"},
    {Stage::Flush, "flush"},
    {Stage::Verify, "verify"},
    {Stage::Finish, "finish"},
    {Stage::Read, "read"},
    {Stage::Receive, "receive"},
    {Stage::Commit, "commit"},
    {Stage::Import, "import"},
});

const CodeRow &rowOf(FailureCode code)
{
    const auto *row = std::find_if(codeRows.begin(), codeRows.end(),
                                   [code](const CodeRow &r) { return r.code == code; });
    return row == codeRows.end() ? codeRows.front() : *row;
}

} // namespace

QLatin1StringView toWire(FailureCode code)
{
    return QLatin1StringView(rowOf(code).wire);
}

QLatin1StringView toWire(Stage stage)
{
    const auto *row = std::find_if(stageRows.begin(), stageRows.end(),
                                   [stage](const StageRow &r) { return r.stage == stage; });
    return QLatin1StringView(row == stageRows.end() ? stageRows.front().wire : row->wire);
}

std::optional<FailureCode> failureCodeFromWire(QStringView text)
{
    const auto *row = std::find_if(codeRows.begin(), codeRows.end(), [text](const CodeRow &r) {
        return text == QLatin1StringView(r.wire);
    });
    return row == codeRows.end() ? std::nullopt : std::optional(row->code);
}

std::optional<Stage> stageFromWire(QStringView text)
{
    const auto *row = std::find_if(stageRows.begin(), stageRows.end(), [text](const StageRow &r) {
        return text == QLatin1StringView(r.wire);
    });
    return row == stageRows.end() ? std::nullopt : std::optional(row->stage);
}

int httpStatus(FailureCode code)
{
    return rowOf(code).status;
}

} // namespace protocol
