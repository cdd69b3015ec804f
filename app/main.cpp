// SPDX-License-Identifier: GPL-3.0-or-later
// Wires the station together. No logic: what decides anything lives in a layer.
#include "core/crash_marks.h"
#include "core/data_directory.h"
#include "core/end_deadline.h"
#include "core/image_library.h"
#include "core/station.h"
#include "core/store.h"
#include "http/web_server.h"
#include "netboot/boot_order_snippet.h"
#include "netboot/helper/socket_table.h"
#include "netboot/preflight_run.h"
#include "netboot/service.h"
#include "netboot_report.h"
#include "process_setup.h"
#include "station_options.h"
#include "ui/boot_order_text.h"
#include "ui/main_window.h"
#include "ui/preflight_text.h"
#include "ui/setup.h"
#include "ui/start_failure.h"
#include "ui/window_texts.h"
#include "window_socket.h"

#include <QApplication>
#include <QDir>

#include <chrono>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace
{

constexpr int startError = 1;
// A source on a share that hangs holds the thread that reads it.
constexpr std::chrono::seconds endPatience{20};

void print(FILE *stream, const QString &text)
{
    std::fputs(qPrintable(text), stream);
    std::fflush(stream);
}

int fail(const protocol::Failure &failure)
{
    print(stderr,
          u"provisioning-station: %1 (%2)\n"_s.arg(failure.detail, protocol::toWire(failure.code)));
    return startError;
}

// The explanation goes where it does not get into a file that the document is written to.
int explainBootOrder(const CommandLine &line)
{
    print(line.cloudInit ? stderr : stdout, ui::bootOrderExplanation(*line.bootOrder));
    if (line.cloudInit)
        print(stdout, QString::fromUtf8(netboot::bootOrderCloudConfig(*line.bootOrder)));
    return 0;
}

int printPreflight(const CommandLine &line)
{
    const auto findings = netboot::runPreflight(preflightPlan(line));
    print(stdout, line.json ? QString::fromUtf8(ui::preflightJson(findings))
                            : ui::preflightTable(findings));
    return netboot::hasError(findings) ? startError : 0;
}

// Everything that lives as long as the station serves, in the order in which it depends on each
// other.
struct Parts {
    core::FileDescriptor lock;
    std::unique_ptr<WindowSocket> windowSocket;
    imaging::WorkerPool pool;
    std::unique_ptr<core::Store> store;
    std::unique_ptr<core::CrashRecord> crashes;
    core::TransferBoard board;
    std::unique_ptr<core::ImageLibrary> library;
    std::unique_ptr<core::Station> station;
    std::unique_ptr<http::WebServer> server;
    std::unique_ptr<NetbootReport> netbootReport;
    std::unique_ptr<netboot::Service> netboot;
};

protocol::Result<void> startCore(Parts &parts, const CommandLine &line)
{
    auto lock = core::holdDataDirectory(line.dataDir);
    if (!lock)
        return lock.failure();
    parts.lock = std::move(*lock);
    if (!line.headless)
        parts.windowSocket = std::make_unique<WindowSocket>(line.dataDir);
    auto store = core::Store::open(line.dataDir + "/station.sqlite"_L1);
    if (!store)
        return store.failure();
    parts.store = std::move(*store);
    auto snapshot = parts.store->load();
    if (!snapshot)
        return snapshot.failure();
    parts.crashes = std::make_unique<core::CrashRecord>(line.dataDir + "/crashed"_L1, *parts.store);
    parts.crashes->judge(*snapshot);
    parts.library = std::make_unique<core::ImageLibrary>(line.dataDir + "/images"_L1, *parts.store,
                                                         parts.pool, snapshot->images);
    core::StationOptions options = line.station;
    options.dataDir = line.dataDir;
    options.namesImage = !line.image.isEmpty();
    parts.station = std::make_unique<core::Station>(*parts.store, *parts.library, parts.board,
                                                    *snapshot, options);
    return {};
}

protocol::Result<void> startServer(Parts &parts, const CommandLine &line)
{
    const auto token = http::loadOrCreateToken(line.operatorTokenFile);
    if (!token)
        return token.failure();
    parts.server = std::make_unique<http::WebServer>(
        *parts.station, parts.board, parts.pool, http::OperatorAccess{*token, line.operatorRemote},
        http::RequestRules(http::RequestRules::machineNames() + line.hostNames));
    return parts.server->listen(line.address, line.port);
}

// Its folder may not answer; the station serves meanwhile.
void loadImage(Parts &parts, const QString &path)
{
    if (path.isEmpty())
        return;
    parts.library->importLater(path, [&parts](const protocol::Result<core::ImageId> &id) {
        if (id)
            parts.station->setGoldenImage(*id);
        else
            QCoreApplication::exit(fail(id.failure()));
    });
}

void startNetboot(Parts &parts, const CommandLine &line)
{
    parts.netboot = std::make_unique<netboot::Service>(*parts.station);
    parts.netbootReport = std::make_unique<NetbootReport>(*parts.station, line.headless);
    // From the event loop on: a helper that cannot be started is to end the program by exit().
    if (line.startNetboot)
        QMetaObject::invokeMethod(
            parts.netboot.get(),
            [service = parts.netboot.get(), wish = line.netbootWish] { service->start(wish); },
            Qt::QueuedConnection);
}

protocol::Result<void> start(Parts &parts, const CommandLine &line)
{
    if (const auto started = startCore(parts, line); !started)
        return started;
    if (const auto started = startServer(parts, line); !started)
        return started;
    print(stdout, u"listening on %1\n"_s.arg(parts.server->url()));
    startNetboot(parts, line);
    return {};
}

// What the database is to hold is there before anything that may hang is ended.
int serve(Parts &parts, core::EndDeadline &deadline)
{
    const int code = QCoreApplication::exec();
    deadline.begin(code);
    parts.store->flush();
    return code;
}

int serveHeadless(const CommandLine &line)
{
    core::EndDeadline deadline(endPatience); // outlives the parts
    Parts parts;
    if (const auto started = start(parts, line); !started) {
        deadline.begin(startError); // imports of before may have begun, and hang
        return fail(started.failure());
    }
    loadImage(parts, line.image);
    const TerminationSignals signals([] { QCoreApplication::quit(); });
    return serve(parts, deadline);
}

// Whom the station's port belongs to, when it is not to be had.
QStringList portHolders(quint16 port)
{
    QStringList names;
    for (const netboot::PortUse &use : netboot::portsInUse({port})) {
        if (use.kind == netboot::PortKind::Tcp && port != 0)
            names << (use.program.isEmpty() ? QString()
                                            : u"%1 (process %2)"_s.arg(use.program).arg(use.pid));
    }
    names.removeDuplicates();
    return names;
}

// A second start of the window shows the first one. It keeps its own options.
bool isShownByOther(const protocol::Failure &failure, const CommandLine &line)
{
    if (failure.code != protocol::FailureCode::DeviceInUse)
        return false;
    ShowRequest request{{}, qEnvironmentVariable("XDG_ACTIVATION_TOKEN")};
    if (!line.image.isEmpty())
        request.files << line.image;
    if (!showOtherWindow(line.dataDir, request))
        return false;
    print(stdout, u"Provisioning Station is already running with %1. Its window was shown.\n"_s.arg(
                      line.dataDir));
    if (!line.image.isEmpty())
        print(stdout, u"It was given %1.\n"_s.arg(line.image));
    return true;
}

void show(ui::MainWindow &window, const ShowRequest &request)
{
    qputenv("XDG_ACTIVATION_TOKEN", request.activation.toUtf8()); // read by Qt's Wayland plugin
    window.present();
    if (!request.files.isEmpty())
        window.take(request.files);
}

int serveWithWindow(QApplication &application, const CommandLine &line)
{
    ui::setUpApplication(application);
    core::EndDeadline deadline(endPatience); // outlives the parts
    Parts parts;
    if (const auto started = start(parts, line); !started) {
        parts.windowSocket.reset(); // there will be no window
        if (isShownByOther(started.failure(), line))
            return 0;
        const QStringList holders = parts.server ? portHolders(line.port) : QStringList();
        ui::showStartFailure(
            ui::startFailureBox(started.failure(), line.dataDir, line.port, holders));
        deadline.begin(startError); // imports of before may have begun, and hang
        return fail(started.failure());
    }
    ui::MainWindow window(*parts.station);
    window.setListening(parts.server->url());
    netboot::PreflightPlan plan = preflightPlan(line);
    plan.httpPort = parts.server->port();
    plan.ownProcess = QCoreApplication::applicationPid();
    window.setPreflightPlan(plan);
    window.setNetbootService(*parts.netboot, line.netbootWish);
    window.show();
    if (!line.image.isEmpty())
        window.take({line.image});
    if (parts.windowSocket)
        parts.windowSocket->serve([&window](const ShowRequest &request) { show(window, request); });
    // Not by quit(): the window would ask whether jobs may stop, and nobody may be there to answer.
    const TerminationSignals signals([] { QCoreApplication::exit(0); });
    return serve(parts, deadline);
}

} // namespace

int main(int argc, char *argv[])
{
    setUpProcess();
    QCoreApplication::setApplicationName(u"provisioning-station"_s);
    QCoreApplication::setApplicationVersion(QLatin1StringView(PS_VERSION));

    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    const auto parsed = parseCommandLine(arguments);
    if (const auto *early = std::get_if<EarlyExit>(&parsed)) {
        print(early->code == 0 ? stdout : stderr, early->text);
        return early->code;
    }
    const CommandLine &line = std::get<CommandLine>(parsed);
    if (line.bootOrder)
        return explainBootOrder(line);
    if (line.preflight) {
        const QCoreApplication application(argc, argv);
        return printPreflight(line);
    }
    if (line.headless) {
        const QCoreApplication application(argc, argv);
        return serveHeadless(line);
    }
    QApplication application(argc, argv);
    return serveWithWindow(application, line);
}
