// SPDX-License-Identifier: GPL-3.0-or-later
// Takes what the technician wants for some devices, asks what has to be asked, and orders it from
// the station. What the station refuses is told per device. No dialog blocks: each lives until it
// is answered.
#pragma once

#include "ui/deploy_dialog.h"
#include "ui/order_rules.h"

#include <QObject>

#include <functional>

class QWidget;

namespace core
{
class Station;
}

namespace ui
{

struct Refusal {
    core::Device device;
    protocol::Failure failure;
};

class OrderDesk : public QObject
{
    Q_OBJECT

public:
    // `station` outlives the desk; dialogs belong to `window`.
    OrderDesk(core::Station &station, QWidget *window);

    void deploy(const QList<DeviceRow> &rows);
    // Of `options` the scope and whether the devices are read twice.
    void backup(const QList<DeviceRow> &rows, const core::JobOptions &options);
    void cancel(const QList<DeviceRow> &rows);
    void request(const QList<DeviceRow> &rows, Order order); // Reboot, PowerOff, Identify
    void rearm(const QList<DeviceRow> &rows);
    void accept(const QList<DeviceRow> &rows); // of one device, after asking
    void forget(const QList<DeviceRow> &rows);

Q_SIGNALS:
    void imageWanted(); // Deploy without a golden image
    void refused(const QString &order, const QList<ui::Refusal> &refusals);

private:
    using Attempt = std::function<protocol::Result<void>(const DeviceRow &)>;

    void carryOut(Order order, const QList<DeviceRow> &rows, const Attempt &attempt);
    void askForImage();
    void orderDeploy(const QList<DeviceRow> &rows, const core::ImageId &image,
                     const core::JobOptions &options);
    void backupOne(const DeviceRow &row, const core::JobOptions &options);
    void backupSeveral(const QList<DeviceRow> &rows, const core::JobOptions &options);
    void orderBackup(const DeviceRow &row, const QString &path, const core::JobOptions &options);
    void orderBackups(const QList<DeviceRow> &rows, const QStringList &paths,
                      const core::JobOptions &options);
    void refuseAll(const QList<DeviceRow> &rows, const QString &folder);
    void orderCancel(const QList<DeviceRow> &rows);
    void orderAction(const QList<DeviceRow> &rows, Order order);

    core::Station &m_station;
    QWidget *m_window;
    bool m_askBeforeDeploy = true;
    core::JobOptions m_deployOptions; // of the answer that is not to be asked again
    core::ImageId m_answeredFor;      // its warnings were seen
};

} // namespace ui
