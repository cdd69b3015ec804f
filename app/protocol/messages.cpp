// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/messages.h"

#include "protocol/json_fields.h"
#include "protocol/limits.h"
#include "protocol/names.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QUrlQuery>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace protocol
{

using namespace Qt::StringLiterals;

namespace
{

constexpr qsizetype maxFactLength = JsonFields::maxText;

template<class Enum, size_t n>
using NameTable = std::array<std::pair<Enum, const char *>, n>;

template<class Enum, size_t n>
QLatin1StringView nameOf(const NameTable<Enum, n> &table, Enum value)
{
    const auto *row = std::find_if(table.begin(), table.end(),
                                   [value](const auto &r) { return r.first == value; });
    return QLatin1StringView(row == table.end() ? "" : row->second);
}

template<class Enum, size_t n>
std::optional<Enum> valueOf(const NameTable<Enum, n> &table, QStringView name)
{
    const auto *row = std::find_if(table.begin(), table.end(), [name](const auto &r) {
        return name == QLatin1StringView(r.second);
    });
    return row == table.end() ? std::nullopt : std::optional(row->first);
}

constexpr NameTable<ActionKind, 6> actionNames{{
    {ActionKind::None, "none"},
    {ActionKind::Deploy, "deploy"},
    {ActionKind::Backup, "backup"},
    {ActionKind::Reboot, "reboot"},
    {ActionKind::PowerOff, "poweroff"},
    {ActionKind::Identify, "identify"},
}};
constexpr NameTable<BackupScope, 2> scopeNames{{
    {BackupScope::Used, "used"},
    {BackupScope::Exact, "exact"},
}};
constexpr NameTable<VerifyScope, 2> verifyNames{{
    {VerifyScope::Sampled, "sampled"},
    {VerifyScope::Full, "full"},
}};
constexpr NameTable<Phase, 10> phaseNames{{
    {Phase::Checking, "checking"},
    {Phase::Wiping, "wiping"},
    {Phase::Zeroing, "zeroing"},
    {Phase::Writing, "writing"},
    {Phase::Flushing, "flushing"},
    {Phase::Verifying, "verifying"},
    {Phase::Repairing, "repairing"},
    {Phase::Finishing, "finishing"},
    {Phase::Reading, "reading"},
    {Phase::Committing, "committing"},
}};
constexpr NameTable<Bottleneck, 5> bottleneckNames{{
    {Bottleneck::Network, "network"},
    {Bottleneck::Decompression, "decompression"},
    {Bottleneck::Compression, "compression"},
    {Bottleneck::Storage, "storage"},
    {Bottleneck::Verifying, "verifying"},
}};
constexpr NameTable<ReportKind, 4> reportNames{{
    {ReportKind::Accepted, "accepted"},
    {ReportKind::Progress, "progress"},
    {ReportKind::Deployed, "deployed"},
    {ReportKind::Failed, "failed"},
}};

Failure bad(const QString &what)
{
    return {FailureCode::BadRequest, Stage::None, what};
}

QString text(const QJsonObject &object, QLatin1StringView key)
{
    return object.value(key).toString().left(maxFactLength);
}

// Bytes, as a JSON number or as digits in a string (shell scripts quote what they like); -1:
// malformed.
qint64 bytes(const QJsonValue &value)
{
    if (value.isUndefined() || value.isNull())
        return 0;
    bool ok = value.isDouble();
    qint64 number = value.toInteger(-1);
    if (value.isString()) {
        const QString digits = value.toString().trimmed();
        number = digits.isEmpty() ? 0 : digits.toLongLong(&ok);
        ok = ok || digits.isEmpty();
    }
    return ok && number >= 0 && number <= maxImageBytes ? number : -1;
}

void insertIfSet(QJsonObject &object, QLatin1StringView key, const QString &value)
{
    if (!value.isEmpty())
        object.insert(key, value);
}

QJsonObject objectFromForm(const QByteArray &body)
{
    QJsonObject object;
    // In form encoding '+' is a space, which QUrlQuery leaves alone.
    QByteArray encoded = body.trimmed();
    encoded.replace('+', "%20");
    const QUrlQuery form(QString::fromUtf8(encoded));
    const auto items = form.queryItems(QUrl::FullyDecoded);
    for (const auto &[key, value] : items)
        object.insert(key, value);
    return object;
}

StorageFacts parseStorage(JsonFields &request)
{
    JsonFields object = request.object("storage"_L1);
    StorageFacts storage;
    storage.type = object.text("type"_L1);
    storage.name = object.text("name"_L1);
    storage.cid = object.text("cid"_L1);
    storage.size = object.has("size"_L1) ? object.bytes("size"_L1) : request.bytes("size"_L1);
    storage.logicalBlockSize = int(object.number("logical_block_size"_L1, chunkBytes));
    return storage;
}

QJsonObject toJson(const StorageFacts &storage)
{
    QJsonObject object;
    insertIfSet(object, "type"_L1, storage.type);
    insertIfSet(object, "name"_L1, storage.name);
    insertIfSet(object, "cid"_L1, storage.cid);
    if (storage.size > 0)
        object.insert("size"_L1, storage.size);
    if (storage.logicalBlockSize > 0)
        object.insert("logical_block_size"_L1, storage.logicalBlockSize);
    return object;
}

// What firmware says is taken as it comes: a number that is too large is not worth a refusal.
int smallNumber(JsonFields &object, QLatin1StringView key)
{
    const qint64 number = object.number(key, std::numeric_limits<qint64>::max(), -1);
    return number <= 255 ? int(number) : -1;
}

BootFacts parseBoot(JsonFields &request)
{
    JsonFields object = request.object("boot"_L1);
    BootFacts boot;
    boot.mode = smallNumber(object, "mode"_L1);
    boot.partition = smallNumber(object, "partition"_L1);
    boot.bootloaderVersion = object.text("bootloader_version"_L1);
    boot.bootloaderBuilt = object.number("bootloader_built"_L1, std::numeric_limits<qint64>::max());
    return boot;
}

Result<QJsonObject> objectFrom(const QByteArray &body)
{
    if (body.trimmed().startsWith('{'))
        return parseObject(body);
    return objectFromForm(body);
}

} // namespace

bool RegisterRequest::isFullLevel() const
{
    return features.contains(names::featureFull);
}

Result<RegisterRequest> parseRegisterRequest(const QByteArray &body)
{
    const auto object = objectFrom(body);
    if (!object)
        return object.failure();
    JsonFields fields(*object, JsonFields::Numbers::MayBeText);
    const auto mac = MacAddress::parse(fields.text("mac"_L1));
    if (!mac)
        return bad(u"mac is missing or not an Ethernet address"_s);
    RegisterRequest request;
    request.mac = *mac;
    request.ip = fields.text("ip"_L1);
    request.storage = parseStorage(fields);
    request.features = fields.texts("features"_L1);
    request.bootId = fields.text("boot_id"_L1);
    request.serial = fields.text("serial"_L1);
    request.model = fields.text("model"_L1);
    request.boardRevision = fields.text("board_revision"_L1);
    request.clientVersion = fields.text("client_version"_L1);
    request.boot = parseBoot(fields);
    if (const auto verdict = fields.verdict(); !verdict)
        return verdict.failure();
    return request;
}

QJsonObject toJson(const BootFacts &boot)
{
    QJsonObject object;
    if (boot.mode >= 0)
        object.insert("mode"_L1, boot.mode);
    if (boot.partition >= 0)
        object.insert("partition"_L1, boot.partition);
    insertIfSet(object, "bootloader_version"_L1, boot.bootloaderVersion);
    if (boot.bootloaderBuilt > 0)
        object.insert("bootloader_built"_L1, boot.bootloaderBuilt);
    return object;
}

QJsonObject toJson(const RegisterRequest &request)
{
    QJsonObject object{{"mac"_L1, request.mac.toString()}, {"ip"_L1, request.ip}};
    const QJsonObject storage = toJson(request.storage);
    if (!storage.isEmpty())
        object.insert("storage"_L1, storage);
    if (!request.features.isEmpty())
        object.insert("features"_L1, QJsonArray::fromStringList(request.features));
    insertIfSet(object, "boot_id"_L1, request.bootId);
    insertIfSet(object, "serial"_L1, request.serial);
    insertIfSet(object, "model"_L1, request.model);
    insertIfSet(object, "board_revision"_L1, request.boardRevision);
    insertIfSet(object, "client_version"_L1, request.clientVersion);
    const QJsonObject boot = toJson(request.boot);
    if (!boot.isEmpty())
        object.insert("boot"_L1, boot);
    return object;
}

QJsonObject toJson(const RegisterAnswer &answer)
{
    QJsonObject object{{"status"_L1, "registered"_L1},
                       {"poll_interval_s"_L1, answer.pollIntervalSeconds}};
    insertIfSet(object, "session"_L1, answer.session);
    if (answer.time > 0)
        object.insert("time"_L1, answer.time);
    return object;
}

Result<RegisterAnswer> parseRegisterAnswer(const QByteArray &body)
{
    const auto object = parseObject(body);
    if (!object)
        return object.failure();
    if (object->value("status"_L1).toString() != "registered"_L1)
        return bad(u"status is not 'registered'"_s);
    RegisterAnswer answer;
    answer.pollIntervalSeconds = std::clamp(object->value("poll_interval_s"_L1).toInt(5), 1, 60);
    answer.session = text(*object, "session"_L1);
    answer.time = std::max<qint64>(0, object->value("time"_L1).toInteger());
    return answer;
}

QLatin1StringView toWire(ActionKind kind)
{
    return nameOf(actionNames, kind);
}
std::optional<ActionKind> actionKindFromWire(QStringView text)
{
    return valueOf(actionNames, text);
}
QLatin1StringView toWire(BackupScope scope)
{
    return nameOf(scopeNames, scope);
}
std::optional<BackupScope> backupScopeFromWire(QStringView text)
{
    return valueOf(scopeNames, text);
}
QLatin1StringView toWire(VerifyScope scope)
{
    return nameOf(verifyNames, scope);
}
std::optional<VerifyScope> verifyScopeFromWire(QStringView text)
{
    return valueOf(verifyNames, text);
}
QLatin1StringView toWire(Phase phase)
{
    return nameOf(phaseNames, phase);
}
std::optional<Phase> phaseFromWire(QStringView text)
{
    return valueOf(phaseNames, text);
}

QLatin1StringView toWire(Bottleneck bottleneck)
{
    return nameOf(bottleneckNames, bottleneck);
}
std::optional<Bottleneck> bottleneckFromWire(QStringView text)
{
    return valueOf(bottleneckNames, text);
}

QJsonObject toJson(const Action &action, bool full)
{
    QJsonObject object{{"action"_L1, toWire(action.kind)}};
    insertIfSet(object, "url"_L1, action.url);
    insertIfSet(object, "upload_url"_L1, action.uploadUrl);
    if (!full)
        return object;
    insertIfSet(object, "job"_L1, action.job);
    insertIfSet(object, "map_url"_L1, action.mapUrl);
    insertIfSet(object, "pack_url"_L1, action.packUrl);
    insertIfSet(object, "report_url"_L1, action.reportUrl);
    insertIfSet(object, "image"_L1, action.imageIdentity);
    if (action.kind == ActionKind::Deploy) {
        object.insert("verify"_L1, toWire(action.verify));
        object.insert("erase_rest"_L1, action.eraseRest);
        if (!action.originUrl.isEmpty())
            object.insert("origin"_L1, QJsonObject{{"url"_L1, action.originUrl},
                                                   {"map_offset"_L1, action.originMapOffset},
                                                   {"size"_L1, action.originSize}});
    }
    if (action.kind == ActionKind::Backup) {
        object.insert("scope"_L1, toWire(action.scope));
        if (action.verify == VerifyScope::Full)
            object.insert("verify"_L1, toWire(action.verify));
    }
    if (action.allowSd)
        object.insert("allow"_L1, QJsonArray{"sd"_L1});
    return object;
}

Result<Action> parseAction(const QByteArray &body)
{
    const auto object = parseObject(body);
    if (!object)
        return object.failure();
    const auto kind = actionKindFromWire(object->value("action"_L1).toString());
    if (!kind)
        return bad(u"unknown action '%1'"_s.arg(text(*object, "action"_L1)));
    Action action;
    action.kind = *kind;
    action.url = object->value("url"_L1).toString();
    action.uploadUrl = object->value("upload_url"_L1).toString();
    action.job = text(*object, "job"_L1);
    action.mapUrl = object->value("map_url"_L1).toString();
    action.packUrl = object->value("pack_url"_L1).toString();
    action.reportUrl = object->value("report_url"_L1).toString();
    action.imageIdentity = text(*object, "image"_L1);
    action.scope = backupScopeFromWire(text(*object, "scope"_L1)).value_or(BackupScope::Used);
    action.verify = verifyScopeFromWire(text(*object, "verify"_L1)).value_or(VerifyScope::Sampled);
    action.eraseRest = object->value("erase_rest"_L1).toBool();
    action.allowSd = object->value("allow"_L1).toArray().contains("sd"_L1);
    const QJsonObject origin = object->value("origin"_L1).toObject();
    action.originUrl = origin.value("url"_L1).toString();
    action.originMapOffset = std::max<qint64>(0, bytes(origin.value("map_offset"_L1)));
    action.originSize = std::max<qint64>(0, bytes(origin.value("size"_L1)));
    return action;
}

QJsonObject toJson(const Report &report)
{
    QJsonObject object{{"report"_L1, nameOf(reportNames, report.kind)},
                       {"phase"_L1, toWire(report.phase)},
                       {"done"_L1, report.done},
                       {"total"_L1, report.total}};
    insertIfSet(object, "bottleneck"_L1, toWire(report.bottleneck));
    insertIfSet(object, "target"_L1, report.target);
    insertIfSet(object, "note"_L1, report.note);
    if (report.kind == ReportKind::Deployed) {
        object.insert("image"_L1, report.proof.imageIdentity);
        object.insert("verify"_L1, toWire(report.proof.verify));
        object.insert("verified_bytes"_L1, report.proof.verifiedBytes);
        object.insert("repaired_chunks"_L1, report.proof.repairedChunks);
    }
    if (report.kind == ReportKind::Failed) {
        QJsonObject error = errorJson(report.failure).value("error"_L1).toObject();
        error.insert("stage"_L1, toWire(report.failure.stage));
        object.insert("error"_L1, error);
    }
    return object;
}

namespace
{

DeployProof parseProof(JsonFields &report)
{
    DeployProof proof;
    proof.imageIdentity = report.text("image"_L1);
    proof.verify = verifyScopeFromWire(report.text("verify"_L1)).value_or(VerifyScope::Sampled);
    proof.verifiedBytes = report.bytes("verified_bytes"_L1);
    proof.repairedChunks =
        int(report.number("repaired_chunks"_L1, std::numeric_limits<int>::max()));
    return proof;
}

// A newer client may know codes that this station does not: keep its words.
Failure parseFailure(JsonFields &report)
{
    JsonFields error = report.object("error"_L1);
    Failure failure;
    failure.code = failureCodeFromWire(error.text("code"_L1)).value_or(FailureCode::Internal);
    failure.stage = stageFromWire(error.text("stage"_L1)).value_or(Stage::None);
    failure.detail = error.text("message"_L1, 4 * JsonFields::maxText);
    return failure;
}

} // namespace

Result<Report> parseReport(const QByteArray &body)
{
    const auto object = parseObject(body);
    if (!object)
        return object.failure();
    JsonFields fields(*object, JsonFields::Numbers::MayBeText);
    const auto kind = valueOf(reportNames, fields.text("report"_L1));
    if (!kind)
        return bad(u"report is missing or unknown"_s);
    const auto phase = phaseFromWire(fields.text("phase"_L1));
    if (!phase && *kind == ReportKind::Progress)
        return bad(u"phase is missing or unknown"_s);
    Report report;
    report.kind = *kind;
    report.phase = phase.value_or(Phase::Checking);
    report.done = fields.bytes("done"_L1);
    report.total = fields.bytes("total"_L1);
    report.bottleneck = bottleneckFromWire(fields.text("bottleneck"_L1)).value_or(Bottleneck::None);
    report.target = fields.text("target"_L1);
    report.note = fields.text("note"_L1);
    report.proof = parseProof(fields);
    if (*kind == ReportKind::Failed)
        report.failure = parseFailure(fields);
    if (const auto verdict = fields.verdict(); !verdict)
        return verdict.failure();
    return report;
}

QJsonObject toJson(const UploadCommit &commit)
{
    QJsonObject object{{"size"_L1, commit.size}, {"image"_L1, commit.imageIdentity}};
    insertIfSet(object, "note"_L1, commit.note);
    return object;
}

Result<UploadCommit> parseUploadCommit(const QByteArray &body)
{
    const auto object = parseObject(body);
    if (!object)
        return object.failure();
    JsonFields fields(*object);
    UploadCommit commit;
    commit.size = fields.bytes("size"_L1);
    commit.imageIdentity = fields.text("image"_L1);
    commit.note = fields.text("note"_L1);
    if (const auto verdict = fields.verdict(); !verdict)
        return verdict.failure();
    if (commit.size <= 0 || commit.imageIdentity.isEmpty())
        return bad(u"size or image is missing"_s);
    return commit;
}

QJsonObject errorJson(const Failure &failure)
{
    const QString message =
        failure.detail.isEmpty() ? QString(toWire(failure.code)) : failure.detail;
    return {{"error"_L1, QJsonObject{{"code"_L1, toWire(failure.code)}, {"message"_L1, message}}}};
}

std::optional<Failure> parseError(const QByteArray &body)
{
    const auto object = parseObject(body);
    if (!object || !object->value("error"_L1).isObject())
        return std::nullopt;
    const QJsonObject error = object->value("error"_L1).toObject();
    const auto code = failureCodeFromWire(error.value("code"_L1).toString());
    return Failure{code.value_or(FailureCode::ServerRefused), Stage::None,
                   error.value("message"_L1).toString()};
}

QByteArray toBody(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

Result<QJsonObject> parseObject(const QByteArray &body)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(body, &error);
    if (error.error != QJsonParseError::NoError)
        return bad(u"not JSON: %1 at byte %2"_s.arg(error.errorString()).arg(error.offset));
    if (!document.isObject())
        return bad(u"not a JSON object"_s);
    return document.object();
}

} // namespace protocol
