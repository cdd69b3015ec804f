// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/order_desk.h"

#include "core/station.h"
#include "ui/backup_naming.h"
#include "ui/confirm.h"
#include "ui/file_dialogs.h"
#include "ui/fit_watch.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using protocol::ActionKind;
using protocol::Result;

namespace ui
{
namespace
{

template<class T>
Result<void> withoutValue(const Result<T> &result)
{
    return result ? Result<void>() : Result<void>(result.failure());
}

ActionKind actionOf(Order order)
{
    switch (order) {
    case Order::Reboot:
        return ActionKind::Reboot;
    case Order::PowerOff:
        return ActionKind::PowerOff;
    default:
        return ActionKind::Identify;
    }
}

bool hasBegun(const DeviceRow &row)
{
    return row.hasActiveJob() && row.job->started.isValid();
}

} // namespace

OrderDesk::OrderDesk(core::Station &station, QWidget *window)
    : QObject(window), m_station(station), m_window(window)
{
}

void OrderDesk::carryOut(Order order, const QList<DeviceRow> &rows, const Attempt &attempt)
{
    QList<Refusal> refusals;
    for (const DeviceRow &row : rows) {
        if (const Result<void> done = attempt(row); !done)
            refusals.append({row.device, done.failure()});
    }
    if (!refusals.isEmpty())
        Q_EMIT refused(orderName(order), refusals);
}

void OrderDesk::deploy(const QList<DeviceRow> &rows)
{
    const core::Image *golden = m_station.library().image(m_station.goldenImage());
    if (!golden) {
        askForImage();
        return;
    }
    const QList<DeviceRow> chosen = eligible(Order::Deploy, rows);
    if (chosen.isEmpty())
        return;
    const bool anySd = std::any_of(chosen.begin(), chosen.end(), DeployDialog::isSdCard);
    if (!m_askBeforeDeploy && !anySd) {
        orderDeploy(chosen, m_deployOptions);
        return;
    }
    auto *dialog = new DeployDialog(chosen, *golden, int(rows.size() - chosen.size()),
                                    tooSmallFor(m_station, *golden), m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        m_askBeforeDeploy = !dialog->dontAskAgain();
        m_deployOptions = dialog->options();
        orderDeploy(dialog->rows(), dialog->options());
    });
    dialog->open();
}

void OrderDesk::askForImage()
{
    Question question;
    question.icon = QMessageBox::Information;
    question.title = tr("Deploy");
    question.text = tr("There is no golden image yet.");
    question.informative = tr("Choose the image that is to be written to the devices. You can also "
                              "drop it on the window.");
    question.accept = tr("Choose image…");
    question.reject = tr("Cancel");
    question.acceptIsDefault = true;
    confirm(m_window, question, [this] { Q_EMIT imageWanted(); });
}

void OrderDesk::orderDeploy(const QList<DeviceRow> &rows, const core::JobOptions &options)
{
    const core::ImageId image = m_station.goldenImage();
    carryOut(Order::Deploy, rows, [&](const DeviceRow &row) {
        core::JobOptions own = options;
        own.allowSd = options.allowSd && DeployDialog::isSdCard(row);
        return withoutValue(m_station.deploy(row.device.mac, image, own));
    });
}

void OrderDesk::backup(const QList<DeviceRow> &rows, protocol::BackupScope scope)
{
    const QList<DeviceRow> chosen = eligible(Order::Backup, rows);
    if (chosen.size() == 1)
        backupOne(chosen.first(), scope);
    else if (!chosen.isEmpty())
        backupSeveral(chosen, scope);
}

void OrderDesk::backupOne(const DeviceRow &row, protocol::BackupScope scope)
{
    const QString name = backupName(row.device, QDate::currentDate());
    askForBackupFile(m_window, name, [this, row, scope](const QString &path, bool overwrite) {
        orderBackup(row, path, scope, overwrite);
    });
}

void OrderDesk::backupSeveral(const QList<DeviceRow> &rows, protocol::BackupScope scope)
{
    askForBackupFolder(m_window, int(rows.size()), [this, rows, scope](const QString &folder) {
        QSet<QString> taken;
        for (const DeviceRow &row : rows)
            orderBackup(row, uniqueBackupPath(folder, row.device, QDate::currentDate(), taken),
                        scope, false);
    });
}

void OrderDesk::orderBackup(const DeviceRow &row, const QString &path, protocol::BackupScope scope,
                            bool overwrite)
{
    core::JobOptions options;
    options.scope = scope;
    options.overwrite = overwrite;
    carryOut(Order::Backup, {row}, [&](const DeviceRow &one) {
        return withoutValue(m_station.backup(one.device.mac, path, options));
    });
}

void OrderDesk::cancel(const QList<DeviceRow> &rows)
{
    const QList<DeviceRow> running = eligible(Order::Cancel, rows);
    const auto begun = std::count_if(running.begin(), running.end(), hasBegun);
    if (begun == 0) {
        orderCancel(running);
        return;
    }
    Question question;
    question.icon = QMessageBox::Warning;
    question.title = tr("Cancel");
    question.text = tr("Cancel %n running job(s)?", nullptr, int(begun));
    question.informative =
        tr("A device whose deploy is cancelled does not boot until it is deployed "
           "again. A backup that is cancelled is not kept.");
    question.accept = tr("Cancel the jobs");
    question.reject = tr("Let them run");
    confirm(m_window, question, [this, running] { orderCancel(running); });
}

void OrderDesk::orderCancel(const QList<DeviceRow> &rows)
{
    carryOut(Order::Cancel, rows, [this](const DeviceRow &row) {
        const core::Job *job = m_station.job(row.job->id);
        if (!job || core::isEnded(job->state))
            return Result<void>(); // it ended while the question was open: nothing left to do
        return m_station.cancel(row.job->id, u"window"_s);
    });
}

void OrderDesk::request(const QList<DeviceRow> &rows, Order order)
{
    carryOut(order, eligible(order, rows), [this, order](const DeviceRow &row) {
        return m_station.requestAction(row.device.mac, actionOf(order));
    });
}

void OrderDesk::rearm(const QList<DeviceRow> &rows)
{
    carryOut(Order::Rearm, eligible(Order::Rearm, rows),
             [this](const DeviceRow &row) { return m_station.rearm(row.device.mac); });
}

void OrderDesk::forget(const QList<DeviceRow> &rows)
{
    carryOut(Order::Forget, eligible(Order::Forget, rows),
             [this](const DeviceRow &row) { return m_station.forget(row.device.mac); });
}

} // namespace ui
