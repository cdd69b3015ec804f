// SPDX-License-Identifier: GPL-3.0-or-later
#include "station_options.h"

#include "core/deploy_queue.h"
#include "netboot_options.h"
#include "protocol/limits.h"

#include <QCommandLineParser>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace
{

constexpr int usageError = 2;

EarlyExit mistake(const QString &text)
{
    return {u"provisioning-station: %1\nTry 'provisioning-station --help'.\n"_s.arg(text),
            usageError};
}

// "ADDR:PORT", "[v6]:PORT", ":PORT" or "PORT".
bool parseListen(const QString &text, CommandLine *line)
{
    static const QRegularExpression form(
        uR"(\A(?:(\[[0-9A-Fa-f:.]+\]|[0-9.]*):)?([0-9]{1,5})\z)"_s);
    const auto match = form.match(text);
    bool ok = false;
    line->port = match.captured(2).toUShort(&ok);
    if (!match.hasMatch() || !ok)
        return false;
    QString host = match.captured(1);
    if (host.isEmpty())
        return true;
    host.remove(u'[').remove(u']');
    return line->address.setAddress(host);
}

bool isHostName(const QString &name)
{
    static const QRegularExpression form(uR"(\A[A-Za-z0-9._-]{1,253}\z)"_s);
    return form.match(name).hasMatch();
}

bool parseAutoMode(const QString &text, core::AutoMode *mode)
{
    if (text == "off"_L1)
        *mode = core::AutoMode::Off;
    else if (text == "deploy"_L1)
        *mode = core::AutoMode::Deploy;
    else if (text == "backup"_L1)
        *mode = core::AutoMode::Backup;
    else
        return false;
    return true;
}

// "http://ADDRESS[:PORT][/FOLDER]"; what is wrong with it, in words that go on after the option's
// name, or nothing.
QString readImageOrigin(const QString &text, QUrl *origin)
{
    *origin = QUrl(text, QUrl::StrictMode);
    if (origin->scheme() == "https"_L1)
        return u"https is not supported by the devices' program, and not needed: every byte is "
               "checked against the image's hash"_s;
    const bool plain = origin->userInfo().isEmpty() && !origin->hasQuery() &&
                       !origin->hasFragment() && origin->port() != 0;
    if (!origin->isValid() || origin->scheme() != "http"_L1 || origin->host().isEmpty() || !plain)
        return u"takes http://ADDRESS[:PORT][/FOLDER], not '%1'"_s.arg(text);
    const QHostAddress address(origin->host());
    if (address.isNull() || !address.scopeId().isEmpty())
        return u"takes the server's address, not the name '%1': devices have no name service"_s.arg(
            origin->host());
    if (!origin->path().endsWith(u'/'))
        origin->setPath(origin->path() + u'/');
    return {};
}

struct Options {
    QCommandLineOption headless{u"headless"_s, u"Run without a window."_s};
    QCommandLineOption listen{
        u"listen"_s,
        u"Serve here; port 0 takes any free one. Default: 0.0.0.0:%1."_s.arg(protocol::defaultPort),
        u"ADDR:PORT"_s};
    QCommandLineOption dataDir{u"data-dir"_s, u"Images, history and settings live here."_s,
                               u"DIR"_s};
    QCommandLineOption image{u"image"_s, u"Import FILE and make it the golden image."_s, u"FILE"_s};
    QCommandLineOption autoMode{
        u"auto"_s,
        u"What every newly seen device gets by itself: off, deploy or backup. Default: off."_s,
        u"MODE"_s, u"off"_s};
    QCommandLineOption backupDir{u"backup-dir"_s, u"Where --auto backup saves."_s, u"DIR"_s};
    QCommandLineOption tokenFile{u"operator-token-file"_s,
                                 u"Bearer token of the operator level; made if absent. Default: "
                                 "operator-token in the data directory."_s,
                                 u"FILE"_s};
    QCommandLineOption guard{
        u"loop-guard"_s,
        u"With --netboot, which deploys send the device to its own storage until it is re-armed: "
        "verified, any or off. Default: verified."_s,
        u"WHICH"_s, u"verified"_s};
    QCommandLineOption maxDeploys{
        u"max-deploys"_s,
        u"How many deploys use the link at the same time; the rest queue. 0: no limit. Remembered."_s,
        u"N"_s};
    NetbootOptions netboot;
    QCommandLineOption imageOrigin{
        u"image-origin"_s,
        u"Devices fetch images from this server's folder, a copy of images in the data directory; "
        "http with an address. What it lacks or has wrong comes from the station."_s,
        u"URL"_s};
    QCommandLineOption operatorRemote{u"operator-remote"_s,
                                      u"Open the operator level to other machines, too."_s};
    QCommandLineOption hostName{u"host-name"_s,
                                u"A name by which devices reach this station, besides the "
                                u"machine's own; requests for other "
                                "names are refused. May be given several times."_s,
                                u"NAME"_s};
    QCommandLineOption bootOrder{
        u"boot-order"_s,
        u"Explain a BOOT_ORDER and end: a number (0xf12) or words (network,emmc,restart)."_s,
        u"ORDER"_s};
    QCommandLineOption preflight{
        u"preflight"_s,
        u"Check whether everything is ready, with --netboot also for that, print it and end; exit "
        "code 0 only without errors. As root it finds out more."_s};
    QCommandLineOption json{u"json"_s, u"With --preflight: print JSON."_s};
    // Not Qt's own, which brings --help-all along.
    QCommandLineOption help{{u"h"_s, u"help"_s}, u"Show this help and end."_s};
    QCommandLineOption cloudInit{
        u"cloud-init"_s,
        u"With --boot-order: print the cloud-init document that sets it on a device's first start."_s};
};

bool parseGuard(const QString &text, core::GuardMode *mode)
{
    if (text == "verified"_L1)
        *mode = core::GuardMode::Verified;
    else if (text == "any"_L1)
        *mode = core::GuardMode::AnyDeploy;
    else if (text == "off"_L1)
        *mode = core::GuardMode::Off;
    else
        return false;
    return true;
}

bool parseMaxDeploys(const QString &text, std::optional<int> *limit)
{
    bool ok = false;
    *limit = text.toInt(&ok);
    return ok && **limit >= 0 && **limit <= core::maxDeploysLimit;
}

QString defaultDataDir()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
           "/provisioning-station"_L1;
}

// The first thing that is wrong with --boot-order and --cloud-init; empty: nothing.
QString readBootOrder(const QCommandLineParser &parser, const Options &o, CommandLine *line)
{
    line->cloudInit = parser.isSet(o.cloudInit);
    if (!parser.isSet(o.bootOrder))
        return line->cloudInit ? u"--cloud-init needs --boot-order"_s : QString();
    line->bootOrder = netboot::BootOrder::parse(parser.value(o.bootOrder));
    if (!line->bootOrder)
        return u"--boot-order takes a number like 0xf12 or words like network,emmc,restart, not '%1'"_s
            .arg(parser.value(o.bootOrder));
    if (line->cloudInit && !line->bootOrder->isUsable())
        return u"--boot-order %1 is not to be written to a device"_s.arg(
            line->bootOrder->toString());
    return {};
}

std::variant<CommandLine, EarlyExit> toCommandLine(const QCommandLineParser &parser,
                                                   const Options &o)
{
    CommandLine line;
    line.headless = parser.isSet(o.headless);
    line.operatorRemote = parser.isSet(o.operatorRemote);
    line.hostNames = parser.values(o.hostName);
    for (const QString &name : std::as_const(line.hostNames)) {
        if (!isHostName(name))
            return mistake(
                u"--host-name takes a name without scheme and port, not '%1'"_s.arg(name));
    }
    line.preflight = parser.isSet(o.preflight);
    line.json = parser.isSet(o.json);
    if (line.json && !line.preflight)
        return mistake(u"--json needs --preflight"_s);
    if (const QString wrong = readBootOrder(parser, o, &line); !wrong.isEmpty())
        return mistake(wrong);
    line.port = protocol::defaultPort;
    if (parser.isSet(o.listen) && !parseListen(parser.value(o.listen), &line))
        return mistake(u"--listen takes ADDR:PORT, not '%1'"_s.arg(parser.value(o.listen)));
    if (!parseAutoMode(parser.value(o.autoMode), &line.station.autoMode))
        return mistake(
            u"--auto takes off, deploy or backup, not '%1'"_s.arg(parser.value(o.autoMode)));
    if (!parseGuard(parser.value(o.guard), &line.station.guard))
        return mistake(
            u"--loop-guard takes verified, any or off, not '%1'"_s.arg(parser.value(o.guard)));
    if (parser.isSet(o.maxDeploys) &&
        !parseMaxDeploys(parser.value(o.maxDeploys), &line.station.maxDeploys))
        return mistake(u"--max-deploys takes 0 to %1, not '%2'"_s.arg(core::maxDeploysLimit)
                           .arg(parser.value(o.maxDeploys)));
    const auto wish = netbootWish(parser, o.netboot);
    if (!wish)
        return mistake(wish.failure().detail);
    line.netbootWish = *wish;
    line.startNetboot = parser.isSet(o.netboot.netboot);

    line.dataDir = parser.isSet(o.dataDir) ? parser.value(o.dataDir) : defaultDataDir();
    if (line.dataDir.isEmpty())
        return mistake(u"--data-dir is empty"_s);
    line.dataDir = QFileInfo(line.dataDir).absoluteFilePath();
    line.operatorTokenFile = parser.isSet(o.tokenFile)
                                 ? QFileInfo(parser.value(o.tokenFile)).absoluteFilePath()
                                 : line.dataDir + "/operator-token"_L1;
    if (parser.isSet(o.image))
        line.image = QFileInfo(parser.value(o.image)).absoluteFilePath();

    if (parser.isSet(o.imageOrigin)) {
        const QString wrong =
            readImageOrigin(parser.value(o.imageOrigin), &line.station.imageOrigin);
        if (!wrong.isEmpty())
            return mistake(u"--image-origin "_s + wrong);
    }

    const bool autoBackup = line.station.autoMode == core::AutoMode::Backup;
    if (autoBackup && !parser.isSet(o.backupDir))
        return mistake(u"--auto backup needs --backup-dir"_s);
    if (parser.isSet(o.backupDir)) {
        line.station.backupDir = QFileInfo(parser.value(o.backupDir)).absoluteFilePath();
        if (!QFileInfo(line.station.backupDir).isDir())
            return mistake(u"--backup-dir: '%1' is not a directory"_s.arg(line.station.backupDir));
    }
    return line;
}

// Qt asks the application for its name, which is not there yet.
QString helpText(const QCommandLineParser &parser)
{
    return parser.helpText().replace(u"<executable_name>"_s, u"provisioning-station"_s);
}

} // namespace

netboot::PreflightPlan preflightPlan(const CommandLine &line)
{
    netboot::PreflightPlan plan;
    plan.httpPort = line.port;
    plan.listen = line.address;
    plan.dataDir = line.dataDir;
    plan.backupDir = line.station.backupDir;
    plan.mode = line.netbootWish.mode;
    plan.address = line.netbootWish.address;
    plan.firstLease = line.netbootWish.firstLease;
    plan.lastLease = line.netbootWish.lastLease;
    plan.uplink = line.netbootWish.uplink;
    plan.tftpRoot = line.netbootWish.tftpRoot;
    if (line.startNetboot)
        plan.interface = line.netbootWish.interface;
    return plan;
}

std::variant<CommandLine, EarlyExit> parseCommandLine(const QStringList &arguments)
{
    const Options o;
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Deploys golden images to network-booted Raspberry Pi CM4 devices, and backs them up."_s);
    parser.addOptions({o.headless, o.listen, o.dataDir, o.image, o.autoMode, o.backupDir,
                       o.tokenFile, o.operatorRemote, o.hostName, o.bootOrder, o.cloudInit,
                       o.preflight, o.json, o.guard, o.maxDeploys, o.imageOrigin, o.help});
    parser.addOptions(o.netboot.all());
    const QCommandLineOption version = parser.addVersionOption();
    if (!parser.parse(arguments))
        return mistake(parser.errorText());
    if (parser.isSet(o.help))
        return EarlyExit{helpText(parser), 0};
    if (parser.isSet(version))
        return EarlyExit{u"provisioning-station %1\n"_s.arg(QLatin1StringView(PS_VERSION)), 0};
    if (!parser.positionalArguments().isEmpty())
        return mistake(u"unexpected argument '%1'"_s.arg(parser.positionalArguments().first()));
    return toCommandLine(parser, o);
}
