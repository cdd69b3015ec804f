// SPDX-License-Identifier: GPL-3.0-or-later
// What the station knows, as plain values: devices, jobs, images and messages. Sizes are bytes,
// times UTC.
#pragma once

#include "core/boot_timeline.h"
#include "core/image_warning.h"
#include "protocol/mac_address.h"
#include "protocol/messages.h"
#include "protocol/result.h"

#include <QDateTime>
#include <QList>
#include <QString>
#include <QStringList>

namespace core
{

using protocol::MacAddress;
using JobId = QString;   // unguessable, for the operator level and reports
using ImageId = QString; // of the library's entry; two entries may hold the same image

enum class Level { Plain, Full };

struct Device {
    MacAddress mac;
    QString address;      // that registered; the only one that is answered
    QString otherAddress; // another address that tried to register this MAC lately; empty: none
    Level level = Level::Plain;
    QString session; // full level: the secret that later calls carry; never shown
    QString bootId;
    QString serial;
    QString model;
    QString boardRevision;
    QString clientVersion;
    protocol::StorageFacts storage;
    protocol::BootFacts boot; // of this boot; not kept over a restart of the station
    QDateTime firstSeen;
    QDateTime lastSeen;
    bool armed = true;           // automatic mode may act on it
    bool netbootRefused = false; // by the loop guard, until it is re-armed or gets another job
    // Another board told this MAC: its serial number, else its storage's CID; empty: none did. What
    // the row says of jobs is the first one's until the operator decides.
    QString otherUnit;
    QString otherUnitAddress;   // from which it told it; empty: none did, or not known any more
    MacAddress sameSerial;      // another device that told the same serial number; null: none
    bool takeoverShown = false; // has another address than before; automatic mode waits for re-arm
    BootTimeline bootTimeline;  // how it came up, as the netboot service saw it; not kept

    // A device that was only seen on its way up has no address that it registered from yet.
    [[nodiscard]] bool isRegistered() const { return !address.isEmpty(); }
};

enum class JobKind { Deploy, Backup };

enum class JobState { Queued, Offered, Transferring, Verifying, Succeeded, Failed, Cancelled };

[[nodiscard]] constexpr bool isEnded(JobState state)
{
    return state >= JobState::Succeeded;
}

// How sure a success is.
enum class Outcome {
    None,
    Verified,            // deploy: read back and compared by the device, every DATA chunk
    SentNotVerified,     // plain deploy: everything was acknowledged by the peer
    BackupVerified,      // backup: every chunk checked against its hash, identity agreed
    BackupReceived,      // plain backup: as long as the device said
    BackupLengthUnknown, // plain backup: ended cleanly, length not confirmed
};

struct JobOptions {
    bool allowSd = false;
    bool eraseRest = false;                                        // deploy
    protocol::VerifyScope verify = protocol::VerifyScope::Sampled; // deploy
    protocol::BackupScope scope = protocol::BackupScope::Used;     // backup
    bool overwrite = false; // backup: replace an existing file
};

struct Job {
    JobId id;
    MacAddress mac;
    JobKind kind = JobKind::Deploy;
    JobState state = JobState::Queued;
    Level level = Level::Plain; // how it was or is being carried out
    QString token;              // of its transfer URLs; never shown
    ImageId image;              // deploy
    QString imageName;          // deploy: as it was when the job was made
    QString imageIdentity;      // deploy: what the device must hold; backup: what was received
    QString path;               // backup: final name
    JobOptions options;
    protocol::Phase phase = protocol::Phase::Checking;
    qint64 done = 0;  // bytes of this phase
    qint64 total = 0; // bytes of this phase; 0: not known
    double bytesPerSecond = 0;
    double wireBytesPerSecond = 0; // between device and station, packed as they are; 0: not known
    qint64 secondsLeft = -1;       // of this phase; -1: not known
    qint64 silentSeconds = 0;      // at full level: nothing was heard of the work; 0: it is
    // Of the whole job, all its phases together; total 0: not known.
    qint64 overallDone = 0;         // bytes
    qint64 overallTotal = 0;        // bytes
    qint64 overallSecondsLeft = -1; // -1: not known
    qint64 destinationSeconds = 0; // backup: its disk or share took nothing for so long; 0: it does
    qint64 imageSeconds = 0;       // deploy that waits: the library's disk has not answered for so
                                   // long; 0: it does
    int rounds = 0;                // broken off so often since it last got further
    QList<ImageWarning> warnings;  // deploy: of its image, when it was ordered
    int place = 0; // in the queue of deploys while Queued by the limit, 1 is next; 0: not waiting
    // Of this moment while at work; when ended, what the work waited for longest.
    protocol::Bottleneck bottleneck = protocol::Bottleneck::None;
    Outcome outcome = Outcome::None;
    protocol::Failure
        failure; // Failed; and while not ended: why it was interrupted, if `interrupted`
    bool interrupted = false; // waits for the device to go on
    QString note;             // anything the technician should know about a success, English
    QString cancelledBy;      // Cancelled: "operator", "window"…
    QDateTime created;
    QDateTime started; // first transfer
    QDateTime ended;
};

enum class ImageState { Importing, Ready, Failed };

struct PartitionFacts {
    int number = 0;        // as the kernel counts them; 0: the whole image, without a table
    qint64 offset = 0;     // bytes
    qint64 length = 0;     // bytes
    QString type;          // of the table: "0x0c", or a GPT type's GUID; empty without a table
    QString filesystem;    // as blkid(8) names it, "ext4", "vfat"; empty: none known
    QString label;         // of the file system
    QString uuid;          // of the file system
    qint64 dataBytes = -1; // that are not zero, to a chunk's precision; -1: not known

    friend bool operator==(const PartitionFacts &, const PartitionFacts &) = default;
};

// What a look into the image told.
struct ImageFacts {
    bool known = false;
    QString table; // "mbr", "gpt"; empty: none
    QList<PartitionFacts> partitions;

    friend bool operator==(const ImageFacts &, const ImageFacts &) = default;
};

struct Image {
    ImageId id;
    QString name; // file name that it came from
    QString sourcePath;
    qint64 sourceSize = 0;       // bytes of that file when it was imported
    qint64 sourceModifiedNs = 0; // its modification time, nanoseconds since the epoch
    ImageState state = ImageState::Importing;
    QString identity; // hex SHA-256 of the block map, when Ready
    QString sha256;   // hex, of the whole raw image; computed in the background, empty until then
    qint64 size = 0;  // bytes of the raw image
    qint64 dataBytes = 0;   // in DATA chunks
    qint64 packedBytes = 0; // of the pack
    qint64 done = 0;        // import progress, bytes
    qint64 total = 0;
    protocol::Failure failure; // Failed
    QDateTime added;
    QStringList checkedBy; // files beside the source whose sums it was found to agree with
    QStringList unchecked; // files of sums beside the source that were not checked
    QString sidecarStamp;  // of the files of sums and maps beside it then; see sidecar_stamp.h
    QList<ImageWarning> warnings;
    ImageFacts facts;
};

// Something that happened, for the message pane and the log. ui makes sentences of it.
enum class MessageKind {
    DeviceAppeared,  // mac
    DeviceRestarted, // mac: new boot_id
    AddressConflict, // mac, text: the other address
    UnitReplaced,    // mac, text: serial number or CID of the other board on this MAC
    SerialShared,    // mac, text: the other MAC that told the same serial number
    DeviceMoved,     // mac, text: the new address of an idle device that was online at another one
    ImportStarted,   // image
    ImportFinished,  // image
    ImportFailed,    // image, failure
    ImageDamaged,    // image, failure: its pack was found damaged
    JobCreated,      // mac, job
    JobStarted,      // mac, job
    JobInterrupted,  // mac, job, failure
    JobSucceeded,    // mac, job
    JobFailed,       // mac, job, failure
    JobCancelled,    // mac, job
    ActionSent,      // mac, text: wire name of the action
    ActionExpired,   // mac, text: wire name of the action
    NetbootRefused,  // mac: from now on, by the loop guard
    NetbootAllowed,  // mac: again
    AutomaticPaused, // mac: automatic mode waits for the operator
    AutomaticWaits,  // image: automatic mode deploys nothing before it is in force
    StationWarning,  // failure
};

struct Message {
    QDateTime time;
    MessageKind kind = MessageKind::StationWarning;
    MacAddress mac; // null: not about a device
    JobId job;
    ImageId image;
    protocol::Failure failure;
    QString text;
};

} // namespace core
