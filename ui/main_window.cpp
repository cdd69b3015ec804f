// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window.h"

#include "core/station.h"
#include "netboot/helper/machine_facts.h"
#include "netboot/service.h"
#include "ui/auto_banner.h"
#include "ui/boot_order_dialog.h"
#include "ui/confirm.h"
#include "ui/details_pane.h"
#include "ui/device_feed.h"
#include "ui/device_pane.h"
#include "ui/disk_query.h"
#include "ui/drop_overlay.h"
#include "ui/fit_watch.h"
#include "ui/image_desk.h"
#include "ui/image_feed.h"
#include "ui/image_panel.h"
#include "ui/message_model.h"
#include "ui/message_pane.h"
#include "ui/netboot_dialog.h"
#include "ui/netboot_text.h"
#include "ui/plain_text.h"
#include "ui/preflight_dialog.h"
#include "ui/status_summary.h"
#include "ui/theme.h"
#include "ui/window_actions.h"
#include "ui/window_texts.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QTreeView>

using namespace Qt::StringLiterals;

namespace ui
{
namespace
{

// Empty when something else is dragged, a web address for one.
QStringList draggedFiles(const QMimeData *data)
{
    QStringList files;
    for (const QUrl &url : data->urls()) {
        if (!url.isLocalFile())
            return {};
        files << url.toLocalFile();
    }
    return files;
}

} // namespace

MainWindow::MainWindow(core::Station &station, QWidget *parent)
    : QMainWindow(parent),
      m_station(station),
      m_deviceFeed(new DeviceFeed(station, m_deviceModel, this)),
      m_imageFeed(new ImageFeed(station, m_imageModel, this)),
      m_fitWatch(new FitWatch(station, this)),
      m_desk(new OrderDesk(station, this)),
      m_imageDesk(new ImageDesk(station, this)),
      m_images(new ImagePanel(m_imageModel)),
      m_devices(new DevicePane(m_deviceModel)),
      m_details(new DetailsPane),
      m_messages(new MessagePane),
      m_banner(new AutoBanner(station, this)),
      m_actions(new WindowActions(this, m_devices->view())),
      m_dropOverlay(new DropOverlay(this)),
      m_listeningLabel(new QLabel),
      m_devicesLabel(new QLabel),
      m_jobsLabel(new QLabel),
      m_netbootLabel(new QLabel)
{
    setWindowTitle(tr("Provisioning Station"));
    setAcceptDrops(true);
    layOut();
    fillStatusBar();
    connectFeeds();
    connectActions();
    restoreLayout();
    for (const core::Message &message : station.messages())
        showMessage(message);
    m_messages->flush();
    followImages();
    followSelection();
    showStatus();
    showNetboot();
}

MainWindow::~MainWindow() = default;

void MainWindow::connectFeeds()
{
    connect(m_deviceFeed, &DeviceFeed::flushed, this, &MainWindow::followSelection);
    connect(m_deviceFeed, &DeviceFeed::flushed, this, &MainWindow::showStatus);
    connect(m_imageFeed, &ImageFeed::changed, this, &MainWindow::followImages);
    connect(m_fitWatch, &FitWatch::changed, this, &MainWindow::followFit);
    connect(&m_station, &core::Station::messagePosted, this, &MainWindow::showMessage);
    connect(&m_station, &core::Station::netbootChanged, this, &MainWindow::showNetboot);
    connect(m_desk, &OrderDesk::refused, this, &MainWindow::tellRefused);
    connect(m_desk, &OrderDesk::imageWanted, m_imageDesk, &ImageDesk::choose);
}

void MainWindow::connectActions()
{
    connect(m_images, &ImagePanel::chooseRequested, m_imageDesk, &ImageDesk::choose);
    connect(m_images, &ImagePanel::goldenRequested, m_imageDesk, &ImageDesk::makeGolden);
    connect(m_imageDesk, &ImageDesk::refused, m_messages, &MessagePane::append);
    connect(m_images, &ImagePanel::removeRequested, m_imageDesk, &ImageDesk::remove);
    connect(m_devices, &DevicePane::chooseImageRequested, m_imageDesk, &ImageDesk::choose);
    connect(m_devices, &DevicePane::selectionChanged, this, &MainWindow::followSelection);
    connect(m_details, &DetailsPane::pageChanged, this, &MainWindow::showDetails);
    connect(m_devices, &DevicePane::contextMenuRequested, this, [this](const QPoint &position) {
        auto *menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->setToolTipsVisible(true);
        m_actions->fillContextMenu(*menu);
        menu->popup(position);
    });
    connect(m_actions, &WindowActions::ordered, this, &MainWindow::carryOut);
    connect(m_actions, &WindowActions::themeChosen, this, [](int theme) {
        rememberTheme(Theme(theme));
        applyTheme(*qApp, Theme(theme));
    });
    connect(m_actions->chooseImage, &QAction::triggered, m_imageDesk, &ImageDesk::choose);
    connect(m_actions->quit, &QAction::triggered, this, &MainWindow::close);
    connect(m_actions->selectAll, &QAction::triggered, m_devices->view(), &QTreeView::selectAll);
    connect(m_actions->find, &QAction::triggered, m_devices, &DevicePane::focusFilter);
    connect(m_actions->bootOrder, &QAction::triggered, this, &MainWindow::showBootOrder);
    connect(m_actions->preflight, &QAction::triggered, this, &MainWindow::showPreflight);
    connect(m_actions->firstSteps, &QAction::triggered, this, &MainWindow::showFirstSteps);
    connect(m_actions->about, &QAction::triggered, this, &MainWindow::showAbout);
}

void MainWindow::setListening(const QString &url)
{
    m_listening = url;
    m_listeningLabel->setText(tr("Listening on %1").arg(url));
    followImages();
}

void MainWindow::setNetbootService(netboot::Service &service, const netboot::ServiceWish &wish)
{
    auto *dialog = new NetbootDialog(m_station, service, wish, this);
    m_netboot = dialog;
    m_actions->netboot->setEnabled(true);
    connect(m_actions->netboot, &QAction::triggered, dialog, [dialog] {
        dialog->show();
        dialog->raise();
        dialog->activateWindow();
    });
}

void MainWindow::showNetboot()
{
    const StageText text = netbootText(m_station.netbootStatus());
    m_netbootLabel->setText(text.text);
    m_netbootLabel->setToolTip(plain(netbootNextStep(m_station.netbootStatus())));
    m_devices->setNetworkBoot(m_station.netbootStatus().isServing());
}

void MainWindow::carryOut(Order order)
{
    m_deviceFeed->flush(); // decide on what is, not on what was shown a moment ago
    const QList<DeviceRow> rows = m_devices->selectedRows();
    {
        const QScopedValueRollback<bool> guard(m_carryingOut, true);
        giveOrder(order, rows);
    }
    followSelection();
    showStatus();
}

void MainWindow::giveOrder(Order order, const QList<DeviceRow> &rows)
{
    switch (order) {
    case Order::Deploy:
        m_desk->deploy(rows);
        break;
    case Order::Backup:
        m_desk->backup(rows, m_actions->backupOptions());
        break;
    case Order::Cancel:
        m_desk->cancel(rows);
        break;
    case Order::Reboot:
    case Order::PowerOff:
    case Order::Identify:
        m_desk->request(rows, order);
        break;
    case Order::Rearm:
        m_desk->rearm(rows);
        break;
    case Order::Accept:
        m_desk->accept(rows);
        break;
    case Order::Forget:
        m_desk->forget(rows);
        break;
    }
}

void MainWindow::take(const QStringList &files)
{
    m_imageDesk->take(files);
}

void MainWindow::present()
{
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
    QApplication::alert(this);
}

void MainWindow::followImages()
{
    m_images->refresh();
    m_fitWatch->look();
    followFit();
    const core::Image *golden = m_imageModel.golden();
    const bool importing = golden && golden->state == core::ImageState::Importing;
    const bool ready = golden && golden->state == core::ImageState::Ready;
    m_devices->setNextStep(ready       ? NextStep::ConnectDevice
                           : importing ? NextStep::WaitForImport
                                       : NextStep::ChooseImage,
                           m_listening);
    followSelection();
}

void MainWindow::followFit()
{
    m_images->setFit(m_fitWatch->sentence(), m_fitWatch->tone());
}

void MainWindow::followSelection()
{
    if (m_carryingOut)
        return; // 64 devices are taken off the list one by one
    Situation situation{m_devices->selectedRows(), {}};
    if (const core::Image *golden = m_imageModel.golden())
        situation.golden = *golden;
    m_actions->follow(situation);
    showDetails();
}

void MainWindow::showDetails()
{
    const DeviceRow *row = m_devices->currentRow();
    if (!row) {
        m_details->showNothing();
        return;
    }
    const core::MacAddress mac = row->device.mac;
    m_details->showDevice(*row);
    if (m_details->showsHistory())
        m_details->showHistory(m_station.jobsOf(mac, DetailsPane::historyLength),
                               m_station.jobCountOf(mac));
    if (m_details->showsLog())
        m_details->showLog(m_station.deviceLog(mac));
}

void MainWindow::showStatus()
{
    if (m_carryingOut)
        return;
    const StatusSummary summary = summarize(m_deviceModel.rows());
    m_devicesLabel->setText(devicesText(summary));
    m_jobsLabel->setText(jobsText(summary));
    m_banner->setRows(m_deviceModel.rows());
}

void MainWindow::showMessage(const core::Message &message)
{
    m_messages->append(messageEntry(message, m_station));
}

void MainWindow::tellRefused(const QString &order, const QList<Refusal> &refusals)
{
    for (const Refusal &refusal : refusals)
        m_messages->append(refusalMessage(order, refusal));
    openBox(this, refusalBox(order, refusals));
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    const int jobs = summarize(m_deviceModel.rows()).activeJobs;
    if (jobs > 0 && !m_closingConfirmed) {
        event->ignore();
        askBeforeClosing(jobs);
        return;
    }
    saveLayout();
    QMainWindow::closeEvent(event);
}

void MainWindow::askBeforeClosing(int jobs)
{
    Question question;
    question.icon = QMessageBox::Warning;
    question.title = tr("Quit");
    question.text = tr("%n job(s) are still running. Quit anyway?", nullptr, jobs);
    question.informative = tr("The transfers stop. They resume when the station is started again.");
    question.accept = tr("Quit");
    question.reject = tr("Stay");
    confirm(this, question, [this] {
        m_closingConfirmed = true;
        close();
    });
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (draggedFiles(event->mimeData()).isEmpty())
        return;
    event->acceptProposedAction();
    m_dropOverlay->showOver();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent *)
{
    m_dropOverlay->hide();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    m_dropOverlay->hide();
    const QStringList files = draggedFiles(event->mimeData());
    if (files.isEmpty())
        return;
    event->acceptProposedAction();
    take(files);
}

void MainWindow::showBootOrder()
{
    (new BootOrderDialog(netboot::networkThenStorage, this))->open();
}

// Asks the kernel.
static QStringList benchNames()
{
    QStringList names;
    for (const netboot::InterfaceFacts &each : netboot::readMachineFacts().interfaces)
        if (each.ethernet && !each.loopback)
            names << each.name;
    return names;
}

void MainWindow::showPreflight()
{
    auto *dialog = new PreflightDialog(preflightPlan(), {}, this);
    askDisk<QStringList>(dialog, benchNames, [dialog](const std::optional<QStringList> &names) {
        dialog->addInterfaces(names.value_or(QStringList()));
    });
    connect(dialog, &PreflightDialog::planChanged, this, &MainWindow::takePlan);
    dialog->open();
}

// What is served counts more than what was once planned.
netboot::PreflightPlan MainWindow::preflightPlan() const
{
    netboot::PreflightPlan plan = m_preflightPlan;
    plan.devices.clear();
    for (const core::Device &device : m_station.devices())
        plan.devices.append(device.mac);
    const core::NetbootStatus &status = m_station.netbootStatus();
    if (!status.isServing())
        return plan;
    plan.serving = true;
    plan.interface = status.interface;
    plan.address = netboot::Subnet::parse(status.address).value_or(netboot::Subnet());
    plan.tftpRoot = status.tftpRoot;
    plan.mode = status.proxy ? netboot::Mode::Proxy : netboot::Mode::Dhcp;
    if (!m_netboot)
        return plan;
    if (const auto wish = m_netboot->wish()) {
        plan.firstLease = wish->firstLease;
        plan.lastLease = wish->lastLease;
        plan.uplink = wish->uplink;
    }
    return plan;
}

// What mends the bench is meant for the service, too.
void MainWindow::takePlan(const netboot::PreflightPlan &plan)
{
    m_preflightPlan = plan;
    if (!m_netboot || !plan.netboots())
        return;
    netboot::ServiceWish wish = m_netboot->wish() ? *m_netboot->wish() : netboot::ServiceWish();
    wish.interface = plan.interface;
    wish.mode = plan.mode;
    const bool moved = wish.address != plan.address;
    wish.address = plan.address;
    if (moved)
        netboot::fillRange(wish);
    wish.tftpRoot = plan.tftpRoot;
    m_netboot->setWish(wish);
}

void MainWindow::showFirstSteps()
{
    openBox(this, firstStepsBox());
}

void MainWindow::showAbout()
{
    openBox(this, aboutBox());
}

} // namespace ui
