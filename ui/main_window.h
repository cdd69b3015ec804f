// SPDX-License-Identifier: GPL-3.0-or-later
// The window: golden image on the left, devices, and below them details and messages. It lays out
// and connects; what may be done is decided in order_rules, done in OrderDesk, and worded in the
// *_text files.
#pragma once

#include "netboot/preflight.h"
#include "ui/device_model.h"
#include "ui/image_model.h"
#include "ui/order_desk.h"

#include <QMainWindow>

class QLabel;
class QSplitter;

namespace core
{
class Station;
struct Message;
} // namespace core
namespace netboot
{
class Service;
struct ServiceWish;
} // namespace netboot

namespace ui
{

class AutoBanner;
class DetailsPane;
class DeviceFeed;
class DevicePane;
class DropOverlay;
class ImageDesk;
class FitWatch;
class ImageFeed;
class ImagePanel;
class MessagePane;
class NetbootDialog;
class WindowActions;

class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    // `station` outlives the window.
    explicit MainWindow(core::Station &station, QWidget *parent = nullptr);
    ~MainWindow() override;

    // The address at which devices reach the station, for the status bar.
    void setListening(const QString &url);

    // Lets the operator start and stop it; `service` outlives the window. The dialog begins with
    // `wish`.
    void setNetbootService(netboot::Service &service, const netboot::ServiceWish &wish);

    // What "Check the bench" begins with.
    void setPreflightPlan(const netboot::PreflightPlan &plan) { m_preflightPlan = plan; }

    // What was dropped, or handed over by a second start: takes an image into the library and makes
    // it the golden one.
    void take(const QStringList &files);
    // Brings the window to the front, as far as the desktop allows; else it asks for attention.
    void present();

    [[nodiscard]] const DevicePane *devicePane() const { return m_devices; }
    [[nodiscard]] MessagePane *messagePane() const { return m_messages; }
    [[nodiscard]] DetailsPane *detailsPane() const { return m_details; }
    [[nodiscard]] WindowActions *actions() const { return m_actions; }

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void layOut();
    void fillStatusBar();
    void connectFeeds();
    void connectActions();
    void restoreLayout();
    void saveLayout() const;

    void carryOut(Order order);
    void giveOrder(Order order, const QList<DeviceRow> &rows);
    void followImages();
    void followFit();
    void followSelection();
    void showDetails();
    void showStatus();
    void showNetboot();
    void showMessage(const core::Message &message);
    void tellRefused(const QString &order, const QList<Refusal> &refusals);
    void askBeforeClosing(int jobs);
    void showBootOrder();
    void showPreflight();
    [[nodiscard]] netboot::PreflightPlan preflightPlan() const;
    void takePlan(const netboot::PreflightPlan &plan);
    void showFirstSteps();
    void showAbout();

    core::Station &m_station;
    DeviceModel m_deviceModel;
    ImageModel m_imageModel;
    DeviceFeed *m_deviceFeed;
    ImageFeed *m_imageFeed;
    FitWatch *m_fitWatch;
    OrderDesk *m_desk;
    ImageDesk *m_imageDesk;
    ImagePanel *m_images;
    DevicePane *m_devices;
    DetailsPane *m_details;
    MessagePane *m_messages;
    AutoBanner *m_banner;
    WindowActions *m_actions;
    DropOverlay *m_dropOverlay;
    QSplitter *m_columns = nullptr;
    QSplitter *m_rows = nullptr;
    QSplitter *m_bottom = nullptr;
    QLabel *m_listeningLabel;
    QLabel *m_devicesLabel;
    QLabel *m_jobsLabel;
    QLabel *m_netbootLabel;
    QString m_listening;
    netboot::PreflightPlan m_preflightPlan;
    NetbootDialog *m_netboot = nullptr;
    bool m_closingConfirmed = false;
    bool m_carryingOut = false; // what changes meanwhile is looked at once, afterwards
};

} // namespace ui
