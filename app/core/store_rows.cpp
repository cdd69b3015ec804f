// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store_rows.h"

#include "core/image_facts_json.h"
#include "core/model_names.h"

#include <QSqlQuery>
#include <QTimeZone>

#include <optional>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;

namespace
{

// A null QString would be stored as NULL.
QVariant text(const QString &value)
{
    return value.isNull() ? u""_s : value;
}

QVariant text(QLatin1StringView value)
{
    return QString(value);
}

QVariant time(const QDateTime &value)
{
    return value.isValid() ? QVariant(value.toMSecsSinceEpoch())
                           : QVariant(QMetaType::fromType<qint64>());
}

Row failureColumns(const Failure &failure)
{
    return {{"failure_code"_L1, text(toWire(failure.code))},
            {"failure_stage"_L1, text(toWire(failure.stage))},
            {"failure_detail"_L1, text(failure.detail)}};
}

Row storageColumns(const protocol::StorageFacts &storage)
{
    return {{"storage_type"_L1, text(storage.type)},
            {"storage_name"_L1, text(storage.name)},
            {"storage_cid"_L1, text(storage.cid)},
            {"storage_size"_L1, storage.size},
            {"storage_logical_block_size"_L1, storage.logicalBlockSize}};
}

Row optionColumns(const JobOptions &options)
{
    return {{"allow_sd"_L1, options.allowSd},
            {"erase_rest"_L1, options.eraseRest},
            {"verify"_L1, text(toWire(options.verify))},
            {"scope"_L1, text(toWire(options.scope))},
            {"overwrite"_L1, options.overwrite}};
}

Row subjectColumns(const Job &job)
{
    return {{"image"_L1, text(job.image)},
            {"image_name"_L1, text(job.imageName)},
            {"image_identity"_L1, text(job.imageIdentity)},
            {"path"_L1, text(job.path)},
            {"warnings"_L1, text(warningsColumn(job.warnings))}};
}

Row progressColumns(const Job &job)
{
    return {{"phase"_L1, text(toWire(job.phase))},
            {"done"_L1, job.done},
            {"total"_L1, job.total},
            {"bottleneck"_L1, text(toWire(job.bottleneck))},
            {"outcome"_L1, text(toText(job.outcome))},
            {"interrupted"_L1, job.interrupted},
            {"note"_L1, text(job.note)},
            {"cancelled_by"_L1, text(job.cancelledBy)},
            {"created"_L1, time(job.created)},
            {"started"_L1, time(job.started)},
            {"ended"_L1, time(job.ended)}};
}

// Reads columns by name and remembers the first that made no sense.
class RowReader
{
public:
    explicit RowReader(const QSqlQuery &query) : m_query(query) {}

    [[nodiscard]] QString text(const char *name) const { return value(name).toString(); }
    [[nodiscard]] qint64 number(const char *name) const { return value(name).toLongLong(); }
    [[nodiscard]] bool flag(const char *name) const { return value(name).toBool(); }

    [[nodiscard]] QDateTime time(const char *name) const
    {
        const QVariant stored = value(name);
        if (stored.isNull())
            return {};
        return QDateTime::fromMSecsSinceEpoch(stored.toLongLong(), QTimeZone::utc());
    }

    template<class Value>
    [[nodiscard]] Value parsed(const char *name, std::optional<Value> parse(QStringView))
    {
        const auto result = parse(text(name));
        if (!result && m_bad.isEmpty())
            m_bad = u"%1 '%2'"_s.arg(QLatin1StringView(name), text(name));
        return result.value_or(Value());
    }

    [[nodiscard]] MacAddress mac() { return parsed("mac", MacAddress::parse); }

    [[nodiscard]] Failure failure()
    {
        return {parsed("failure_code", protocol::failureCodeFromWire),
                parsed("failure_stage", protocol::stageFromWire), text("failure_detail")};
    }

    template<class Value>
    [[nodiscard]] Result<Value> finish(Value value) const
    {
        if (!m_bad.isEmpty())
            return Failure{FailureCode::StationIoError, {}, u"database: unknown "_s + m_bad};
        return value;
    }

private:
    [[nodiscard]] QVariant value(const char *name) const
    {
        return m_query.value(QLatin1StringView(name));
    }

    const QSqlQuery &m_query;
    QString m_bad;
};

protocol::StorageFacts readStorage(const RowReader &row)
{
    protocol::StorageFacts storage;
    storage.type = row.text("storage_type");
    storage.name = row.text("storage_name");
    storage.cid = row.text("storage_cid");
    storage.size = row.number("storage_size");
    storage.logicalBlockSize = int(row.number("storage_logical_block_size"));
    return storage;
}

JobOptions readOptions(RowReader &row)
{
    JobOptions options;
    options.allowSd = row.flag("allow_sd");
    options.eraseRest = row.flag("erase_rest");
    options.verify = row.parsed("verify", protocol::verifyScopeFromWire);
    options.scope = row.parsed("scope", protocol::backupScopeFromWire);
    options.overwrite = row.flag("overwrite");
    return options;
}

void readSubject(RowReader &row, Job &job)
{
    job.image = row.text("image");
    job.imageName = row.text("image_name");
    job.imageIdentity = row.text("image_identity");
    job.path = row.text("path");
    job.warnings = readWarningsColumn(row.text("warnings"));
}

void readProgress(RowReader &row, Job &job)
{
    job.phase = row.parsed("phase", protocol::phaseFromWire);
    job.done = row.number("done");
    job.total = row.number("total");
    // One that a later station may know is only not shown.
    job.bottleneck =
        protocol::bottleneckFromWire(row.text("bottleneck")).value_or(protocol::Bottleneck::None);
    job.outcome = row.parsed("outcome", outcomeFromText);
    job.interrupted = row.flag("interrupted");
    job.note = row.text("note");
    job.cancelledBy = row.text("cancelled_by");
    job.created = row.time("created");
    job.started = row.time("started");
    job.ended = row.time("ended");
}

} // namespace

Row toRow(const Device &device)
{
    const Row identity{{"mac"_L1, device.mac.toString()},
                       {"address"_L1, text(device.address)},
                       {"other_address"_L1, text(device.otherAddress)},
                       {"level"_L1, text(toText(device.level))},
                       {"session"_L1, text(device.session)},
                       {"boot_id"_L1, text(device.bootId)},
                       {"serial"_L1, text(device.serial)},
                       {"model"_L1, text(device.model)},
                       {"board_revision"_L1, text(device.boardRevision)},
                       {"client_version"_L1, text(device.clientVersion)}};
    const Row rest{{"first_seen"_L1, time(device.firstSeen)},
                   {"last_seen"_L1, time(device.lastSeen)},
                   {"armed"_L1, device.armed},
                   {"netboot_refused"_L1, device.netbootRefused}};
    return identity + storageColumns(device.storage) + rest;
}

Row toRow(const Job &job)
{
    const Row identity{{"id"_L1, text(job.id)},
                       {"mac"_L1, job.mac.toString()},
                       {"kind"_L1, text(toText(job.kind))},
                       {"state"_L1, text(toText(job.state))},
                       {"level"_L1, text(toText(job.level))},
                       {"token"_L1, text(job.token)}};
    return identity + subjectColumns(job) + optionColumns(job.options) + progressColumns(job) +
           failureColumns(job.failure);
}

Row toRow(const Image &image)
{
    const Row columns{{"id"_L1, text(image.id)},
                      {"name"_L1, text(image.name)},
                      {"source_path"_L1, text(image.sourcePath)},
                      {"source_size"_L1, image.sourceSize},
                      {"source_modified_ns"_L1, image.sourceModifiedNs},
                      {"state"_L1, text(toText(image.state))},
                      {"identity"_L1, text(image.identity)},
                      {"sha256"_L1, text(image.sha256)},
                      {"size"_L1, image.size},
                      {"data_bytes"_L1, image.dataBytes},
                      {"packed_bytes"_L1, image.packedBytes},
                      {"done"_L1, image.done},
                      {"total"_L1, image.total},
                      {"added"_L1, time(image.added)},
                      {"facts"_L1, factsColumn(image)}};
    return columns + failureColumns(image.failure);
}

Result<Device> deviceFromRow(const QSqlQuery &query)
{
    RowReader row(query);
    Device device;
    device.mac = row.mac();
    device.address = row.text("address");
    device.otherAddress = row.text("other_address");
    device.level = row.parsed("level", levelFromText);
    device.session = row.text("session");
    device.bootId = row.text("boot_id");
    device.serial = row.text("serial");
    device.model = row.text("model");
    device.boardRevision = row.text("board_revision");
    device.clientVersion = row.text("client_version");
    device.storage = readStorage(row);
    device.firstSeen = row.time("first_seen");
    device.lastSeen = row.time("last_seen");
    device.armed = row.flag("armed");
    device.netbootRefused = row.flag("netboot_refused");
    return row.finish(device);
}

Result<Job> jobFromRow(const QSqlQuery &query)
{
    RowReader row(query);
    Job job;
    job.id = row.text("id");
    job.mac = row.mac();
    job.kind = row.parsed("kind", jobKindFromText);
    job.state = row.parsed("state", jobStateFromText);
    job.level = row.parsed("level", levelFromText);
    job.token = row.text("token");
    readSubject(row, job);
    job.options = readOptions(row);
    readProgress(row, job);
    job.failure = row.failure();
    return row.finish(job);
}

Result<Image> imageFromRow(const QSqlQuery &query)
{
    RowReader row(query);
    Image image;
    image.id = row.text("id");
    image.name = row.text("name");
    image.sourcePath = row.text("source_path");
    image.sourceSize = row.number("source_size");
    image.sourceModifiedNs = row.number("source_modified_ns");
    image.state = row.parsed("state", imageStateFromText);
    image.identity = row.text("identity");
    image.sha256 = row.text("sha256");
    image.size = row.number("size");
    image.dataBytes = row.number("data_bytes");
    image.packedBytes = row.number("packed_bytes");
    image.done = row.number("done");
    image.total = row.number("total");
    image.failure = row.failure();
    image.added = row.time("added");
    readFactsColumn(row.text("facts"), image);
    return row.finish(image);
}

} // namespace core
