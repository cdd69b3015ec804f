// SPDX-License-Identifier: GPL-3.0-or-later
// The messages of the wire contract as values, with their JSON. Unknown fields are ignored, and
// what is missing or of the wrong type is BadRequest with the field's name. README.md beside this
// file is the contract.
#pragma once

#include "protocol/mac_address.h"
#include "protocol/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>

namespace protocol
{

// What the device boots from and what a job writes to.
struct StorageFacts {
    QString type;             // "MMC", "SD", "file", "block"; as /sys/block/*/device/type says
    QString name;             // product name of the card
    QString cid;              // card identification register, 32 hex digits
    qint64 size = 0;          // bytes; 0: not told
    int logicalBlockSize = 0; // bytes; 0: not told

    friend bool operator==(const StorageFacts &, const StorageFacts &) = default;
};

// How the device booted, as its firmware says in /proc/device-tree/chosen/bootloader (Raspberry Pi
// documentation, "device trees, overlays, and parameters": boot-mode, partition, version,
// build-timestamp).
struct BootFacts {
    int mode = -1;              // digit of BOOT_ORDER: 1 SD or eMMC, 2 network, …; -1: not told
    int partition = -1;         // that it booted from; -1: not told
    QString bootloaderVersion;  // of the EEPROM, a commit's hash
    qint64 bootloaderBuilt = 0; // of the EEPROM, seconds since the epoch; 0: not told

    friend bool operator==(const BootFacts &, const BootFacts &) = default;
};

struct RegisterRequest {
    MacAddress mac;
    QString ip; // as the device sees itself; informative, the station goes by the peer's address
    StorageFacts storage;
    // Full level only:
    QStringList features;
    QString bootId;
    QString serial;
    QString model;
    QString boardRevision;
    QString clientVersion;
    BootFacts boot;

    [[nodiscard]] bool isFullLevel() const;
};

// JSON when the body starts with '{' (after white space), form fields otherwise, whatever
// Content-Type says.
[[nodiscard]] Result<RegisterRequest> parseRegisterRequest(const QByteArray &body);
[[nodiscard]] QJsonObject toJson(const BootFacts &boot); // without what is not told
[[nodiscard]] QJsonObject toJson(const RegisterRequest &request);

struct RegisterAnswer {
    int pollIntervalSeconds = 5;
    QString session; // empty at plain level
    qint64 time = 0; // full level: the station's, seconds since the epoch; 0: not told
};

[[nodiscard]] QJsonObject toJson(const RegisterAnswer &answer);
[[nodiscard]] Result<RegisterAnswer> parseRegisterAnswer(const QByteArray &body);

enum class ActionKind { None, Deploy, Backup, Reboot, PowerOff, Identify };
enum class BackupScope { Used, Exact };
enum class VerifyScope { Sampled, Full }; // of ZERO runs; DATA is always verified whole

[[nodiscard]] QLatin1StringView toWire(ActionKind kind);
[[nodiscard]] std::optional<ActionKind> actionKindFromWire(QStringView text);
[[nodiscard]] QLatin1StringView toWire(BackupScope scope);
[[nodiscard]] std::optional<BackupScope> backupScopeFromWire(QStringView text);
[[nodiscard]] QLatin1StringView toWire(VerifyScope scope);
[[nodiscard]] std::optional<VerifyScope> verifyScopeFromWire(QStringView text);

// The answer to a poll. URLs are absolute on the wire; the full client keeps path and query only.
struct Action {
    ActionKind kind = ActionKind::None;
    QString url;       // deploy: raw image
    QString uploadUrl; // backup
    // Full level only:
    QString job;
    QString mapUrl;
    QString packUrl;
    QString reportUrl;
    QString imageIdentity; // hex SHA-256 of the block map
    BackupScope scope = BackupScope::Used;
    VerifyScope verify = VerifyScope::Sampled;
    bool allowSd = false;
    bool eraseRest = false; // deploy: make what lies beyond the image read as zero
    // Deploy: the same pack at another server, and which of its bytes are the map (what `map_url`
    // serves). Absolute, and not resolved against the station; empty: none. What does not come
    // from there, or is wrong, comes from the station.
    QString originUrl;
    qint64 originMapOffset = 0; // bytes; the map ends with the file
    qint64 originSize = 0;      // bytes of the file
};

// `full` adds the fields of the full level.
[[nodiscard]] QJsonObject toJson(const Action &action, bool full);
[[nodiscard]] Result<Action> parseAction(const QByteArray &body);

// What the device is at; numbers are bytes of the image or device that this phase is about.
enum class Phase {
    Checking,
    Wiping,
    Zeroing,
    Writing,
    Flushing,
    Verifying,
    Repairing,
    Finishing,  // chunk 0
    Reading,    // backup
    Committing, // backup
};

[[nodiscard]] QLatin1StringView toWire(Phase phase);
[[nodiscard]] std::optional<Phase> phaseFromWire(QStringView text);

// What the work waits for: the part that all others would have to wait for if it were slower.
enum class Bottleneck {
    None,          // nothing is moved, or too short to tell
    Network,       // bytes from or to the station
    Decompression, // and hashing of what was fetched: the device's processor
    Compression,   // and hashing of what is sent: the device's processor
    Storage,       // writing or reading the device
    Verifying,     // hashing of what is read back: the device's processor
};

[[nodiscard]] QLatin1StringView toWire(Bottleneck bottleneck); // empty for None
[[nodiscard]] std::optional<Bottleneck> bottleneckFromWire(QStringView text);

// What a deploy proved, sent once at its end.
struct DeployProof {
    QString imageIdentity;
    VerifyScope verify = VerifyScope::Sampled;
    qint64 verifiedBytes = 0; // read back and compared
    int repairedChunks = 0;
};

enum class ReportKind { Accepted, Progress, Deployed, Failed };

struct Report {
    ReportKind kind = ReportKind::Progress;
    Phase phase = Phase::Checking;
    qint64 done = 0;
    qint64 total = 0;
    Bottleneck bottleneck = Bottleneck::None; // Progress: since the report before
    QString target;    // Accepted: the device file that will be written or read
    QString note;      // Deployed: anything the technician should know, one English line
    DeployProof proof; // Deployed
    Failure failure;   // Failed
};

[[nodiscard]] QJsonObject toJson(const Report &report);
[[nodiscard]] Result<Report> parseReport(const QByteArray &body);

// The end of an upload: what the client believes that it sent.
struct UploadCommit {
    qint64 size = 0;       // bytes of the device
    QString imageIdentity; // hex SHA-256 of the block map
    QString note;          // e.g. which filesystem fell back to an exact copy
};

[[nodiscard]] QJsonObject toJson(const UploadCommit &commit);
[[nodiscard]] Result<UploadCommit> parseUploadCommit(const QByteArray &body);

[[nodiscard]] QJsonObject errorJson(const Failure &failure);
// From an error answer's body; nullopt when it is not one.
[[nodiscard]] std::optional<Failure> parseError(const QByteArray &body);

[[nodiscard]] QByteArray toBody(const QJsonObject &object);
// BadRequest unless `body` is one JSON object.
[[nodiscard]] Result<QJsonObject> parseObject(const QByteArray &body);

} // namespace protocol
