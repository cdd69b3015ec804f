// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/operator_routes.h"

#include "http/boot_json.h"
#include "http/control_request.h"
#include "http/opening_wait.h"
#include "http/operator_json.h"
#include "http/operator_requests.h"
#include "http/token_guard.h"
#include "protocol/names.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QSaveFile>

#include <memory>

namespace http
{

using namespace Qt::StringLiterals;
using core::Station;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

constexpr qsizetype minTokenBytes = 16; // what people make up has to withstand guessing, too

constexpr QFile::Permissions ownerOnly = QFile::ReadOwner | QFile::WriteOwner;

std::optional<Failure> refused(const OperatorAccess &access, TokenGuard &guard,
                               const ControlRequest &request)
{
    if (!request.peerIsLoopback && !access.allowRemote)
        return Failure{FailureCode::ForeignAddress, Stage::None,
                       u"operator level is open to this machine alone"_s};
    return guard.check(request.authorization, request.peer, request.peerIsLoopback);
}

template<class List, class Convert>
QJsonObject listed(QLatin1StringView key, const List &list, Convert convert)
{
    QJsonArray array;
    for (const auto &item : list)
        array.append(convert(item));
    return {{key, array}};
}

ControlAnswer done(const Result<void> &result)
{
    if (!result)
        return result.failure();
    return {200, {{"status"_L1, "ok"_L1}}};
}

// What is answered with 201 is there after a power cut, too.
void confirm(Station &station, const core::JobId &id, const ControlReply &reply)
{
    station.confirmJob(id, [&station, id, reply](const Result<void> &kept) {
        const core::Job *job = station.job(id);
        if (kept && job)
            reply({201, toJson(*job)});
        else
            reply(kept ? Failure{FailureCode::UnknownJob, Stage::None, id} : kept.failure());
    });
}

void createJob(Station &station, const ControlRequest &request, const ControlReply &reply)
{
    const auto wish = parseJobRequest(request.body);
    if (!wish)
        return reply(wish.failure());
    const bool deploy = wish->kind == core::JobKind::Deploy;
    const auto job = deploy ? station.deploy(wish->mac, wish->image.value_or(station.goldenImage()),
                                             wish->options)
                            : station.backup(wish->mac, wish->path, wish->options);
    if (!job)
        return reply(job.failure());
    whenOpened(station, *job, [&station, id = *job, reply] {
        const core::Job *made = station.job(id);
        if (!made)
            reply(Failure{FailureCode::UnknownJob, Stage::None, id});
        else if (made->state == core::JobState::Failed)
            reply(made->failure); // its destination will not do
        else
            confirm(station, id, reply);
    });
}

void importImage(Station &station, const ControlRequest &request, const ControlReply &reply)
{
    const auto wish = parseImportRequest(request.body);
    if (!wish)
        return reply(wish.failure());
    const auto take = [&station, golden = wish->golden, reply](const Result<core::ImageId> &id) {
        const core::Image *image = id ? station.library().image(*id) : nullptr;
        if (!image)
            return reply(id ? Failure{FailureCode::UnknownImage, Stage::None, *id} : id.failure());
        // Not in the place of the one that the start has named, unless that is asked for.
        const bool isFirst = station.goldenImage().isEmpty() && !station.awaitsGoldenImage();
        if (golden.value_or(isFirst))
            station.setGoldenImage(*id);
        reply({202, toJson(*image)});
    };
    station.library().importLater(wish->path, take);
}

// The one in force, and the one that will be when it is ready.
void addGolden(QJsonObject &object, const Station &station)
{
    object.insert("golden"_L1, station.goldenImage());
    if (!station.nextGoldenImage().isEmpty())
        object.insert("golden_next"_L1, station.nextGoldenImage());
}

ControlAnswer chooseGolden(Station &station, const ControlRequest &request)
{
    const auto id = parseGoldenRequest(request.body);
    if (!id)
        return id.failure();
    const core::Image *image = station.library().image(*id);
    if (!image)
        return Failure{FailureCode::UnknownImage, Stage::None, *id};
    if (image->state == core::ImageState::Failed)
        return Failure{FailureCode::ImageNotReady, Stage::None, image->name};
    station.setGoldenImage(*id);
    QJsonObject answer;
    addGolden(answer, station);
    return {200, answer};
}

QJsonObject settingsOf(const Station &station)
{
    return {{"max_deploys"_L1, station.maxDeploys()}};
}

ControlAnswer changeSettings(Station &station, const ControlRequest &request)
{
    const auto wish = parseSettingsRequest(request.body);
    if (!wish)
        return wish.failure();
    if (wish->maxDeploys)
        station.setMaxDeploys(*wish->maxDeploys);
    return {200, settingsOf(station)};
}

ControlAnswer deviceAction(Station &station, const ControlRequest &request)
{
    const auto mac = parseMac(request.argument);
    if (!mac)
        return mac.failure();
    const auto wish = parseDeviceActionRequest(request.body);
    if (!wish)
        return wish.failure();
    if (wish->rearm)
        return done(station.rearm(*mac));
    if (!wish->accept.isEmpty())
        return done(station.accept(*mac, wish->accept));
    return done(station.requestAction(*mac, wish->action));
}

ControlAnswer deviceLog(const Station &station, const ControlRequest &request)
{
    const auto mac = parseMac(request.argument);
    if (!mac)
        return mac.failure();
    if (!station.device(*mac))
        return Failure{FailureCode::UnknownDevice, Stage::None, mac->toString()};
    const core::DeviceLogs::Log *log = station.deviceLog(*mac);
    return {200, toJson(log ? *log : core::DeviceLogs::Log())};
}

ControlAnswer deviceBoot(const Station &station, const ControlRequest &request)
{
    const auto mac = parseMac(request.argument);
    if (!mac)
        return mac.failure();
    const core::Device *device = station.device(*mac);
    if (!device)
        return Failure{FailureCode::UnknownDevice, Stage::None, mac->toString()};
    core::BootTimeline timeline = device->bootTimeline;
    timeline.mac = *mac;
    return {200, bootDetails(timeline, station.currentTime())};
}

QList<core::Job> jobsOf(const Station &station, bool ended)
{
    QList<core::Job> jobs = station.jobs();
    if (ended)
        jobs.removeIf([](const core::Job &job) { return !core::isEnded(job.state); });
    return jobs;
}

} // namespace

Result<QByteArray> loadOrCreateToken(const QString &path)
{
    QFile file(path);
    if (file.exists()) {
        const auto others =
            QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        if (file.permissions() & others)
            return Failure{FailureCode::Unauthorized, Stage::None,
                           u"%1 can be read by others; make it 0600"_s.arg(path)};
        if (!file.open(QIODevice::ReadOnly))
            return Failure{FailureCode::DestinationUnwritable, Stage::None,
                           u"%1: %2"_s.arg(path, file.errorString())};
        const QByteArray token = file.read(4096).trimmed();
        if (token.size() < minTokenBytes)
            return Failure{FailureCode::BadRequest, Stage::None,
                           u"%1: a token has at least %2 characters; remove the file, and the "
                           "station makes one"_s.arg(path)
                               .arg(minTokenBytes)};
        return token;
    }
    const QByteArray token = core::newSecret().toLatin1();
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, ownerOnly) ||
        file.write(token + '\n') < 0 || !file.flush())
        return Failure{FailureCode::DestinationUnwritable, Stage::None,
                       u"%1: %2"_s.arg(path, file.errorString())};
    return token;
}

void addOperatorRoutes(QHttpServer &server, Station &station, const OperatorAccess &access)
{
    using Method = QHttpServerRequest::Method;
    const auto guard = std::make_shared<TokenGuard>(access.token);
    const auto add = [&](const char *path, Method method, ControlHandler handler) {
        addRoute(server, protocol::names::operatorPrefix + QLatin1StringView(path), method,
                 [access, guard, handler](const ControlRequest &request) -> ControlAnswer {
                     if (const auto failure = refused(access, *guard, request))
                         return *failure;
                     return handler(request);
                 });
    };
    const auto addLater = [&](const char *path, LaterHandler handler) {
        addLaterRoute(
            server, protocol::names::operatorPrefix + QLatin1StringView(path), Method::Post,
            [access, guard, handler](const ControlRequest &request, const ControlReply &reply) {
                if (const auto failure = refused(access, *guard, request))
                    return reply(*failure);
                handler(request, reply);
            });
    };
    Station *const s = &station;
    add("devices", Method::Get, [s](const ControlRequest &) -> ControlAnswer {
        return {200, listed("devices"_L1, s->devices(),
                            [s](const core::Device &device) { return toJson(*s, device); })};
    });
    add("devices/<arg>/actions", Method::Post,
        [s](const ControlRequest &request) { return deviceAction(*s, request); });
    add("devices/<arg>/log", Method::Get,
        [s](const ControlRequest &request) { return deviceLog(*s, request); });
    add("devices/<arg>/boot", Method::Get,
        [s](const ControlRequest &request) { return deviceBoot(*s, request); });
    add("netboot", Method::Get, [s](const ControlRequest &) -> ControlAnswer {
        return {200, toJson(s->netbootStatus())};
    });
    add("devices/<arg>", Method::Delete, [s](const ControlRequest &request) -> ControlAnswer {
        const auto mac = parseMac(request.argument);
        return mac ? done(s->forget(*mac)) : ControlAnswer(mac.failure());
    });
    add("images", Method::Get, [s](const ControlRequest &) -> ControlAnswer {
        QJsonObject object = listed("images"_L1, s->library().images(),
                                    [](const core::Image &image) { return toJson(image); });
        addGolden(object, *s);
        return {200, object};
    });
    addLater("images", [s](const ControlRequest &request, const ControlReply &reply) {
        importImage(*s, request, reply);
    });
    add("images/<arg>", Method::Get, [s](const ControlRequest &request) -> ControlAnswer {
        const core::Image *image = s->library().image(request.argument);
        if (!image)
            return Failure{FailureCode::UnknownImage, Stage::None, request.argument};
        return {200, toJson(*image)};
    });
    add("images/<arg>", Method::Delete,
        [s](const ControlRequest &request) { return done(s->library().remove(request.argument)); });
    add("golden-image", Method::Put,
        [s](const ControlRequest &request) { return chooseGolden(*s, request); });
    add("settings", Method::Get, [s](const ControlRequest &) -> ControlAnswer {
        return {200, settingsOf(*s)};
    });
    add("settings", Method::Put,
        [s](const ControlRequest &request) { return changeSettings(*s, request); });
    add("jobs", Method::Get, [s](const ControlRequest &) -> ControlAnswer {
        return {200, listed("jobs"_L1, jobsOf(*s, false),
                            [](const core::Job &job) { return toJson(job); })};
    });
    addLater("jobs", [s](const ControlRequest &request, const ControlReply &reply) {
        createJob(*s, request, reply);
    });
    add("jobs/<arg>", Method::Get, [s](const ControlRequest &request) -> ControlAnswer {
        const core::Job *job = s->job(request.argument);
        if (!job)
            return Failure{FailureCode::UnknownJob, Stage::None, request.argument};
        return {200, toJson(*job)};
    });
    add("jobs/<arg>", Method::Delete, [s](const ControlRequest &request) {
        return done(s->cancel(request.argument, u"operator"_s));
    });
    add("history", Method::Get, [s](const ControlRequest &) -> ControlAnswer {
        return {200, listed("jobs"_L1, jobsOf(*s, true),
                            [](const core::Job &job) { return toJson(job); })};
    });
    add("messages", Method::Get, [s](const ControlRequest &) -> ControlAnswer {
        return {200, listed("messages"_L1, s->messages(),
                            [](const core::Message &message) { return toJson(message); })};
    });
}

} // namespace http
