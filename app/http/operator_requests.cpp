// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/operator_requests.h"

#include "core/deploy_queue.h"
#include "http/peer_name.h"
#include "protocol/json_fields.h"

#include <QFileInfo>

namespace http
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::JsonFields;
using protocol::Result;
using protocol::Stage;

namespace
{

constexpr qsizetype maxPath = 4096; // PATH_MAX

Failure bad(const QString &what)
{
    return {FailureCode::BadRequest, Stage::None, what};
}

Result<JsonFields> fieldsOf(const QByteArray &body)
{
    const auto object = protocol::parseObject(body);
    if (!object)
        return object.failure();
    return JsonFields(*object);
}

Result<core::JobOptions> readOptions(JsonFields &wish)
{
    core::JobOptions options;
    options.allowSd = wish.texts("allow"_L1).contains("sd"_L1);
    options.eraseRest = wish.flag("erase_rest"_L1);
    options.overwrite = wish.flag("overwrite"_L1);
    const bool isProof = wish.flag("proof"_L1);
    const auto scope = protocol::backupScopeFromWire(wish.text("scope"_L1));
    const auto verify = protocol::verifyScopeFromWire(wish.text("verify"_L1));
    if (const auto verdict = wish.verdict(); !verdict)
        return verdict.failure();
    if (wish.has("scope"_L1) && !scope)
        return bad(u"scope is 'used' or 'exact'"_s);
    if (wish.has("verify"_L1) && !verify)
        return bad(u"verify is 'sampled' or 'full'"_s);
    options.scope = scope.value_or(options.scope);
    options.verify = verify.value_or(options.verify);
    if (isProof)
        options.verify = protocol::VerifyScope::Full;
    return options;
}

// As the station writes addresses: what was seen may have changed since, and is not meant then.
Result<DeviceActionRequest> readAcceptance(JsonFields &wish)
{
    const QString text = wish.text("address"_L1).trimmed();
    if (const auto verdict = wish.verdict(); !verdict)
        return verdict.failure();
    const QHostAddress address(text);
    if (address.isNull())
        return bad(u"address is missing or none: 'accept' names the address that is to be the "
                   "device, as GET devices shows it"_s);
    DeviceActionRequest request;
    request.accept = peerName(address);
    return request;
}

Result<core::JobKind> readKind(JsonFields &wish)
{
    const QString kind = wish.text("kind"_L1);
    if (kind == "deploy"_L1)
        return core::JobKind::Deploy;
    if (kind == "backup"_L1)
        return core::JobKind::Backup;
    return bad(u"kind is 'deploy' or 'backup'"_s);
}

} // namespace

Result<protocol::MacAddress> parseMac(const QString &text)
{
    const auto mac = protocol::MacAddress::parse(text);
    if (!mac)
        return bad(u"mac is missing or not an Ethernet address"_s);
    return *mac;
}

Result<JobRequest> parseJobRequest(const QByteArray &body)
{
    auto wish = fieldsOf(body);
    if (!wish)
        return wish.failure();
    JobRequest request;
    if (wish->has("image"_L1))
        request.image = wish->text("image"_L1);
    request.path = wish->text("path"_L1, maxPath);
    const auto mac = parseMac(wish->text("mac"_L1));
    const auto kind = readKind(*wish);
    const auto options = readOptions(*wish); // with the verdict on all fields
    if (!options)
        return options.failure();
    if (!mac)
        return mac.failure();
    if (!kind)
        return kind.failure();
    request.mac = *mac;
    request.kind = *kind;
    request.options = *options;
    return request;
}

Result<ImportRequest> parseImportRequest(const QByteArray &body)
{
    auto wish = fieldsOf(body);
    if (!wish)
        return wish.failure();
    ImportRequest request;
    request.path = wish->text("path"_L1, maxPath);
    if (wish->has("golden"_L1))
        request.golden = wish->flag("golden"_L1);
    if (const auto verdict = wish->verdict(); !verdict)
        return verdict.failure();
    if (!QFileInfo(request.path).isAbsolute())
        return bad(u"path is missing or not absolute"_s);
    return request;
}

Result<QString> parseGoldenRequest(const QByteArray &body)
{
    auto wish = fieldsOf(body);
    if (!wish)
        return wish.failure();
    const QString id = wish->text("image"_L1);
    if (const auto verdict = wish->verdict(); !verdict)
        return verdict.failure();
    return id;
}

Result<SettingsRequest> parseSettingsRequest(const QByteArray &body)
{
    auto wish = fieldsOf(body);
    if (!wish)
        return wish.failure();
    SettingsRequest request;
    const qint64 limit = wish->number("max_deploys"_L1, core::maxDeploysLimit, -1);
    // What is left out stays as it is; null is no number.
    if (!wish->verdict() || wish->isNull("max_deploys"_L1))
        return bad(u"max_deploys is 0 to %1"_s.arg(core::maxDeploysLimit));
    if (limit >= 0)
        request.maxDeploys = int(limit);
    return request;
}

Result<DeviceActionRequest> parseDeviceActionRequest(const QByteArray &body)
{
    auto wish = fieldsOf(body);
    if (!wish)
        return wish.failure();
    const QString name = wish->text("action"_L1);
    if (const auto verdict = wish->verdict(); !verdict)
        return verdict.failure();
    if (name == "accept"_L1)
        return readAcceptance(*wish);
    DeviceActionRequest request;
    request.rearm = name == "rearm"_L1;
    if (request.rearm)
        return request;
    const auto action = protocol::actionKindFromWire(name);
    if (!action)
        return bad(u"action is 'reboot', 'poweroff', 'identify', 'rearm' or 'accept'"_s);
    request.action = *action;
    return request;
}

} // namespace http
