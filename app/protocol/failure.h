// SPDX-License-Identifier: GPL-3.0-or-later
// What can go wrong, as one list for both programs: a stable code, the stage at which it happened
// and a technical detail. Codes and stages travel on the wire in kebab-case; sentences for people
// are made in ui.
#pragma once

#include <QLatin1StringView>
#include <QString>

#include <optional>

namespace protocol
{

enum class FailureCode {
    Internal,              // a bug: the program contradicted itself
    BadRequest,            // malformed or missing field in a request
    UnknownDevice,         // the MAC never registered
    UnknownJob,            // no such job
    UnknownImage,          // no such image
    UnknownRoute,          // no such path or method
    UnknownTransfer,       // dead, foreign or invented token
    Unauthorized,          // operator token or session secret missing or wrong
    ForeignAddress,        // a device is addressed from another address than it registered from
    DeviceBusy,            // the device has a job already
    JobCommitting,         // too late to cancel: the backup is being given its name
    TooManyDevices,        // no room for one more MAC that nobody has given a job
    StationBusy,           // too many connections, or not ready yet; worth another try
    ImageNotReady,         // the image is still being imported or its import failed
    BodyTooLarge,          // a control request with a body over the limit
    LengthRequired,        // a control request with a chunked body
    UnsupportedMediaType,  // multipart/form-data sent where the raw device is expected
    RangeNotSatisfiable,   // a Range outside the image
    MethodNotAllowed,      // this path exists, with other methods
    DeviceNotFound,        // no eMMC in this machine
    DeviceAmbiguous,       // several candidates; refusing to guess
    DeviceInUse,           // mounted, or held open exclusively by somebody
    DeviceIsSdCard,        // only an SD card is there and the job does not allow it
    DeviceTooSmall,        // image does not fit
    DeviceReadError,       // read(2) on the device failed
    DeviceWriteError,      // write(2), flush or zeroing on the device failed
    VerifyMismatch,        // a chunk reads back wrong after all repairs
    ImageCorrupt,          // pack, map or frame does not have the hash that it must have
    ImageUnreadable,       // source file cannot be opened or read
    ImageFormatUnknown,    // not an image that the station can take
    ImageEmpty,            // zero bytes
    ImageTooLarge,         // unpacks to more than any device holds
    ArchiveUnsuitable,     // an archive that is encrypted or does not hold exactly one image
    ChecksumMismatch,      // the image is not what a sum published beside it says
    SidecarUnusable,       // a .bmap or checksum file beside the image makes no sense
    BackupTruncated,       // the stream ended before the device's or the partition table's end
    BackupMismatch,        // commit says another size or identity than what was received
    BackupOutOfOrder,      // records that do not continue at `next`
    DestinationUnwritable, // the backup's path cannot be created
    DestinationExists,     // a file of that name is there and was not agreed to be replaced
    StorageFull,           // ENOSPC on the station
    StationIoError,        // other I/O error on the station
    ConnectionLost,        // peer vanished in mid-transfer
    Stalled,               // no byte moved within the deadline
    NotReported,           // the device stopped reporting within the deadline
    Cancelled,             // the operator's wish
    Superseded,            // a newer transfer took over
    ServerRefused,         // the client got an error answer that it does not know
    Unsupported,           // the other side does not speak the needed level
    InterfaceUnusable,     // netboot: no such interface, or one that cannot serve devices
    InterfaceIsUplink,     // netboot: the interface leads to the office, where DHCP would disturb
    AddressUnusable,       // netboot: address, prefix or range do not fit
    TftpRootUnusable,      // netboot: folder of boot files missing, unreadable or open to writers
    UplinkUnusable,        // netboot: the interface for NAT is missing or the devices' own
    ProgramMissing,        // a program that the station needs is not installed
    PortTaken,             // another program holds the port
    NotPermitted,          // root rights are needed and were not given
    NetbootInUse,          // another station of this machine runs the netboot service
    NetbootFailed,         // the DHCP and TFTP service, or what it needs of the system, failed
    PackDamaged,           // the station's own copy of the image is damaged
    ImageFormatForeign,    // a format that never starts a device; the detail names it
    DeviceReplaced,        // another serial number or CID than the job was made for
    StationRestarted,      // the station ended while the job was at work
    AddressChanged,        // the device has another address than when the transfer began
    CrashedBefore, // the station ended by a fault while it worked on this; it is not started again
                   // by itself
    HostUnknown,   // the Host field names a host that this station is not
    ForeignOrigin, // a page of another site sent the request
    TooManyAttempts, // wrong operator tokens from this address too often; worth another try later
    FileTooLarge,    // EFBIG: the file system of the destination takes no file of this size
    DestinationGone, // the disk or share of the backup went away
    DestinationStalled, // the disk or share of the backup takes no data
    DataDirUnsuitable,  // its file system has no permissions or no locks
    DatabaseDamaged,    // set aside and kept; the detail says where, and what is lost
    InterfaceDown,      // netboot: no link; it is waited for
    InterfaceGone,      // netboot: the interface was removed; it is waited for
    KitUnusable,        // netboot: the kit fails its check; the detail says what
    AddressPoolFull,    // netboot: no address of the range is free
    FoldersBusy,        // too many folders do not answer for one more to be asked
    SourceStalled,      // the disk or share of an image file does not answer
};

enum class Stage {
    None,
    Register,
    Check, // map, sizes and device, before anything is touched
    Wipe,  // chunk 0 and the last MiB
    Zero,  // ZERO chunks
    Write, // fetch, decompress, hash, write
    Flush,
    Verify,  // read back
    Finish,  // chunk 0
    Read,    // backup: reading the device
    Receive, // backup: station's side
    Commit,  // backup: final check and rename
    Import,
};

struct Failure {
    FailureCode code = FailureCode::Internal;
    Stage stage = Stage::None;
    QString detail; // technical, English, for logs and details; never the only explanation
};

// Kebab-case, stable for ever.
[[nodiscard]] QLatin1StringView toWire(FailureCode code);
[[nodiscard]] QLatin1StringView toWire(Stage stage);
[[nodiscard]] std::optional<FailureCode> failureCodeFromWire(QStringView text);
[[nodiscard]] std::optional<Stage> stageFromWire(QStringView text);

// The HTTP status that goes with a code in an error answer.
[[nodiscard]] int httpStatus(FailureCode code);

} // namespace protocol
