// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/failure_rows.h"

#include <QCoreApplication>

#include <array>

namespace ui
{
namespace
{

using enum protocol::FailureCode;
using protocol::Stage;

// clang-format off
constexpr auto rows = std::to_array<FailureRow>({
    {Internal,
     QT_TRANSLATE_NOOP("ui::FailureText", "The program contradicted itself; this is a bug."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Try again. If it happens again, report it together with the technical detail.")},
    {BadRequest,
     QT_TRANSLATE_NOOP("ui::FailureText", "The request was incomplete or malformed."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Check names and paths. If a device sent it, bring its client and this station to the same version.")},
    {UnknownDevice,
     QT_TRANSLATE_NOOP("ui::FailureText", "The station does not know this device."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Restart the device, so that it registers again.")},
    {UnknownJob,
     QT_TRANSLATE_NOOP("ui::FailureText", "There is no such job, or it has ended already."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Look at the device's row for its state, and order the job again if it is needed.")},
    {UnknownImage,
     QT_TRANSLATE_NOOP("ui::FailureText", "The image is no longer in the library."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Choose a golden image again.")},
    {UnknownRoute,
     QT_TRANSLATE_NOOP("ui::FailureText", "The device asked for something that this station does not offer."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Bring the device's client and this station to the same version.")},
    {UnknownTransfer,
     QT_TRANSLATE_NOOP("ui::FailureText", "The transfer's address is no longer valid."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Order the job again; the device gets a new address with it.")},
    {Unauthorized,
     QT_TRANSLATE_NOOP("ui::FailureText", "The secret that goes with the request is missing or wrong."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Restart the device, so that it registers again. For a script, check its operator token.")},
    {ForeignAddress,
     QT_TRANSLATE_NOOP("ui::FailureText", "The request came from another address than the device registered from."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Make sure that no two machines have the same MAC address, then restart the device.")},
    {DeviceBusy,
     QT_TRANSLATE_NOOP("ui::FailureText", "The device already has a job."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Wait until that job has ended, or cancel it first.")},
    {ImageNotReady,
     QT_TRANSLATE_NOOP("ui::FailureText", "The image is not ready for use."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Wait until its import has finished. If the import failed, choose the file again.")},
    {BodyTooLarge,
     QT_TRANSLATE_NOOP("ui::FailureText", "The device sent a message that is too long."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Check that its client sends the backup to the upload address that it was given.")},
    {LengthRequired,
     QT_TRANSLATE_NOOP("ui::FailureText", "The device sent a message without saying how long it is."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Let its client send a Content-Length; only uploads may be chunked.")},
    {UnsupportedMediaType,
     QT_TRANSLATE_NOOP("ui::FailureText", "The backup was sent as a web form, which would wrap the image in an envelope."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Send the raw device instead, for example with “curl -T -” in place of “curl -F”.")},
    {RangeNotSatisfiable,
     QT_TRANSLATE_NOOP("ui::FailureText", "The device asked for a part that lies beyond the image's end."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Restart the device and deploy again; it may have held on to another image.")},
    {MethodNotAllowed,
     QT_TRANSLATE_NOOP("ui::FailureText", "The device used a method that is not allowed there."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Use GET to download an image, and POST or PUT to upload a backup.")},
    {DeviceNotFound,
     QT_TRANSLATE_NOOP("ui::FailureText", "The device found no eMMC in itself."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Check that this module has an eMMC (a CM4 Lite has none), and that the netboot kernel has its driver.")},
    {DeviceAmbiguous,
     QT_TRANSLATE_NOOP("ui::FailureText", "The device has several storages that could be meant, and refuses to guess."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Unplug the others, or name the right one to the client with --device.")},
    {DeviceInUse,
     QT_TRANSLATE_NOOP("ui::FailureText", "The storage is in use on the device itself."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Boot the device from the network, so that nothing on its storage is mounted, and try again.")},
    {DeviceIsSdCard,
     QT_TRANSLATE_NOOP("ui::FailureText", "Only an SD card was found, and the job did not allow one."),
     QT_TRANSLATE_NOOP("ui::FailureText", "If the SD card is what you mean, deploy again and tick “Allow SD cards”.")},
    {DeviceTooSmall,
     QT_TRANSLATE_NOOP("ui::FailureText", "The image does not fit on the device."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Use a device with a larger eMMC, or shrink the image's last partition and choose it again.")},
    {DeviceReadError,
     QT_TRANSLATE_NOOP("ui::FailureText", "The device's storage could not be read."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Try once more. If it fails at the same place, the eMMC is worn out: replace the module.")},
    {DeviceWriteError,
     QT_TRANSLATE_NOOP("ui::FailureText", "The device's storage refused a write."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Try once more. If it fails again, the eMMC is worn out or write-protected: replace the module.")},
    {VerifyMismatch,
     QT_TRANSLATE_NOOP("ui::FailureText", "What was written reads back differently, even after it was repaired."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Do not use this device: its eMMC loses data. Replace the module.")},
    {ImageCorrupt,
     QT_TRANSLATE_NOOP("ui::FailureText", "The file is damaged: its contents do not match its own checksums."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Copy or download the file again, then choose it again."),
     Stage::Import},
    {ImageCorrupt,
     QT_TRANSLATE_NOOP("ui::FailureText", "A part of the image arrived damaged: it does not match its checksum."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Deploy again. If it fails for every device, remove the image from the library and choose it again.")},
    {ImageUnreadable,
     QT_TRANSLATE_NOOP("ui::FailureText", "The image file cannot be read."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Check that the file is still there and that you may read it, then choose it again.")},
    {ImageFormatUnknown,
     QT_TRANSLATE_NOOP("ui::FailureText", "This is not an image that the station can take."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Choose a raw image (.img, .wic, .raw) or a backup made by this station (.img.zst).")},
    {ImageEmpty,
     QT_TRANSLATE_NOOP("ui::FailureText", "The image file is empty."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Copy or download the file again, then choose it again.")},
    {BackupTruncated,
     QT_TRANSLATE_NOOP("ui::FailureText", "The backup ended before the end of the device; it was not kept."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Check the device's network cable and storage, then back up again.")},
    {BackupMismatch,
     QT_TRANSLATE_NOOP("ui::FailureText", "What arrived is not what the device says it sent; it was not kept."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Back up again. Make sure that nothing writes to the device's storage meanwhile.")},
    {BackupOutOfOrder,
     QT_TRANSLATE_NOOP("ui::FailureText", "The device continued its backup at the wrong place."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Restart the device and back up again. If it happens again, bring its client up to date.")},
    {DestinationUnwritable,
     QT_TRANSLATE_NOOP("ui::FailureText", "The backup cannot be written to that place."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Choose a folder that exists and that you may write to.")},
    {DestinationExists,
     QT_TRANSLATE_NOOP("ui::FailureText", "There is a file of that name already."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Choose another name, or confirm that the file may be replaced.")},
    {StorageFull,
     QT_TRANSLATE_NOOP("ui::FailureText", "The disk that holds the image library is full."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Remove images that are no longer needed, or free space on the disk, then choose the file again."),
     Stage::Import},
    {StorageFull,
     QT_TRANSLATE_NOOP("ui::FailureText", "The station's disk is full."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Free space, or choose a folder on another disk, and try again.")},
    {StationIoError,
     QT_TRANSLATE_NOOP("ui::FailureText", "The station's own disk reported an error."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Check the disk and the technical detail, then try again.")},
    {ConnectionLost,
     QT_TRANSLATE_NOOP("ui::FailureText", "The connection to the device was lost."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Check its network cable, switch port and power. The device goes on by itself when it is back.")},
    {Stalled,
     QT_TRANSLATE_NOOP("ui::FailureText", "Nothing moved for too long."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Check the device's power and network cable, restart it, and try again.")},
    {NotReported,
     QT_TRANSLATE_NOOP("ui::FailureText", "The device stopped reporting."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Check its power and network cable, then restart it; it registers again by itself.")},
    {Cancelled,
     QT_TRANSLATE_NOOP("ui::FailureText", "The job was cancelled."),
     QT_TRANSLATE_NOOP("ui::FailureText", "A deploy that was cancelled after it began leaves a device that does not boot: deploy again.")},
    {Superseded,
     QT_TRANSLATE_NOOP("ui::FailureText", "A newer connection of the same device took over."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Nothing to do if the job goes on. Otherwise make sure that the client runs only once on the device.")},
    {ServerRefused,
     QT_TRANSLATE_NOOP("ui::FailureText", "The device got an answer from the station that it does not understand."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Bring the device's client and this station to the same version, and check that no proxy stands between them.")},
    {Unsupported,
     QT_TRANSLATE_NOOP("ui::FailureText", "The device's client cannot do this."),
     QT_TRANSLATE_NOOP("ui::FailureText", "Boot the device with the netboot files of this station, which bring the full client.")},
});

constexpr FailureRow fallback{
    Internal,
    QT_TRANSLATE_NOOP("ui::FailureText", "Something went wrong that this program has no words for."),
    QT_TRANSLATE_NOOP("ui::FailureText", "See the technical detail, and report it if it happens again.")};
// clang-format on

} // namespace

std::span<const FailureRow> failureRows()
{
    return rows;
}

const FailureRow &fallbackFailureRow()
{
    return fallback;
}

} // namespace ui
