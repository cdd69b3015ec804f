// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/operator_routes.h"

#include "core/deploy_queue.h"
#include "http/boot_json.h"
#include "http/control_request.h"
#include "http/operator_json.h"
#include "protocol/names.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QSaveFile>

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

constexpr QFile::Permissions ownerOnly = QFile::ReadOwner | QFile::WriteOwner;

Failure bad(const QString &what)
{
    return {FailureCode::BadRequest, Stage::None, what};
}

// Takes as long for a wrong token as for a right one.
bool equalInConstantTime(const QByteArray &a, const QByteArray &b)
{
    if (a.size() != b.size())
        return false;
    int difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference |= a[i] ^ b[i];
    return difference == 0;
}

std::optional<Failure> refused(const OperatorAccess &access, const ControlRequest &request)
{
    if (!request.peerIsLoopback && !access.allowRemote)
        return Failure{FailureCode::ForeignAddress, Stage::None,
                       u"operator level is open to this machine alone"_s};
    if (!equalInConstantTime(request.authorization, access.token))
        return Failure{FailureCode::Unauthorized, Stage::None,
                       u"operator token missing or wrong"_s};
    return std::nullopt;
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

Result<protocol::MacAddress> macOf(const QString &text)
{
    const auto mac = protocol::MacAddress::parse(text);
    if (!mac)
        return bad(u"mac is missing or not an Ethernet address"_s);
    return *mac;
}

Result<core::JobOptions> optionsOf(const QJsonObject &wish)
{
    core::JobOptions options;
    options.allowSd = wish.value("allow"_L1).toArray().contains("sd"_L1);
    options.eraseRest = wish.value("erase_rest"_L1).toBool();
    options.overwrite = wish.value("overwrite"_L1).toBool();
    if (wish.contains("scope"_L1)) {
        const auto scope = protocol::backupScopeFromWire(wish.value("scope"_L1).toString());
        if (!scope)
            return bad(u"scope is 'used' or 'exact'"_s);
        options.scope = *scope;
    }
    if (wish.contains("verify"_L1)) {
        const auto verify = protocol::verifyScopeFromWire(wish.value("verify"_L1).toString());
        if (!verify)
            return bad(u"verify is 'sampled' or 'full'"_s);
        options.verify = *verify;
    }
    return options;
}

ControlAnswer createJob(Station &station, const ControlRequest &request)
{
    const auto wish = protocol::parseObject(request.body);
    if (!wish)
        return wish.failure();
    const auto mac = macOf(wish->value("mac"_L1).toString());
    if (!mac)
        return mac.failure();
    const auto options = optionsOf(*wish);
    if (!options)
        return options.failure();
    const QString kind = wish->value("kind"_L1).toString();
    Result<core::JobId> job = bad(u"kind is 'deploy' or 'backup'"_s);
    if (kind == "deploy"_L1) {
        const QString image = wish->value("image"_L1).toString(station.goldenImage());
        job = station.deploy(*mac, image, *options);
    } else if (kind == "backup"_L1) {
        job = station.backup(*mac, wish->value("path"_L1).toString(), *options);
    }
    if (!job)
        return job.failure();
    return {201, toJson(*station.job(*job))};
}

ControlAnswer importImage(Station &station, const ControlRequest &request)
{
    const auto wish = protocol::parseObject(request.body);
    if (!wish)
        return wish.failure();
    const QString path = wish->value("path"_L1).toString();
    if (!QFileInfo(path).isAbsolute())
        return bad(u"path is missing or not absolute"_s);
    const auto id = station.library().import(path);
    if (!id)
        return id.failure();
    if (wish->value("golden"_L1).toBool(station.goldenImage().isEmpty()))
        station.setGoldenImage(*id);
    return {202, toJson(*station.library().image(*id))};
}

ControlAnswer chooseGolden(Station &station, const ControlRequest &request)
{
    const auto wish = protocol::parseObject(request.body);
    if (!wish)
        return wish.failure();
    const QString id = wish->value("image"_L1).toString();
    if (!station.library().image(id))
        return Failure{FailureCode::UnknownImage, Stage::None, id};
    station.setGoldenImage(id);
    return {200, {{"golden"_L1, id}}};
}

QJsonObject settingsOf(const Station &station)
{
    return {{"max_deploys"_L1, station.maxDeploys()}};
}

ControlAnswer changeSettings(Station &station, const ControlRequest &request)
{
    const auto wish = protocol::parseObject(request.body);
    if (!wish)
        return wish.failure();
    if (const QJsonValue limit = wish->value("max_deploys"_L1); !limit.isUndefined()) {
        const int wanted = limit.toInt(-1); // -1 also for what is no whole number
        if (wanted < 0 || wanted > core::maxDeploysLimit)
            return bad(u"max_deploys is 0 to %1"_s.arg(core::maxDeploysLimit));
        station.setMaxDeploys(wanted);
    }
    return {200, settingsOf(station)};
}

ControlAnswer deviceAction(Station &station, const ControlRequest &request)
{
    const auto mac = macOf(request.argument);
    if (!mac)
        return mac.failure();
    const auto wish = protocol::parseObject(request.body);
    if (!wish)
        return wish.failure();
    const QString name = wish->value("action"_L1).toString();
    if (name == "rearm"_L1)
        return done(station.rearm(*mac));
    if (name == "accept"_L1)
        return done(station.accept(*mac));
    const auto action = protocol::actionKindFromWire(name);
    if (!action)
        return bad(u"action is 'reboot', 'poweroff', 'identify', 'rearm' or 'accept'"_s);
    return done(station.requestAction(*mac, *action));
}

ControlAnswer deviceLog(const Station &station, const ControlRequest &request)
{
    const auto mac = macOf(request.argument);
    if (!mac)
        return mac.failure();
    if (!station.device(*mac))
        return Failure{FailureCode::UnknownDevice, Stage::None, mac->toString()};
    const core::DeviceLogs::Log *log = station.deviceLog(*mac);
    return {200, toJson(log ? *log : core::DeviceLogs::Log())};
}

ControlAnswer deviceBoot(const Station &station, const ControlRequest &request)
{
    const auto mac = macOf(request.argument);
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
        if (token.isEmpty())
            return Failure{FailureCode::BadRequest, Stage::None, u"%1 is empty"_s.arg(path)};
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
    const auto add = [&server, access](const char *path, Method method, ControlHandler handler) {
        addRoute(server, protocol::names::operatorPrefix + QLatin1StringView(path), method,
                 [access, handler](const ControlRequest &request) -> ControlAnswer {
                     if (const auto failure = refused(access, request))
                         return *failure;
                     return handler(request);
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
        const auto mac = macOf(request.argument);
        return mac ? done(s->forget(*mac)) : ControlAnswer(mac.failure());
    });
    add("images", Method::Get, [s](const ControlRequest &) -> ControlAnswer {
        QJsonObject object = listed("images"_L1, s->library().images(),
                                    [](const core::Image &image) { return toJson(image); });
        object.insert("golden"_L1, s->goldenImage());
        return {200, object};
    });
    add("images", Method::Post,
        [s](const ControlRequest &request) { return importImage(*s, request); });
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
    add("jobs", Method::Post,
        [s](const ControlRequest &request) { return createJob(*s, request); });
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
