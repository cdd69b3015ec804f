// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/order_desk.h"

#include "core/station.h"
#include "ui/backup_naming.h"
#include "ui/confirm.h"
#include "ui/disk_query.h"
#include "ui/file_dialogs.h"
#include "ui/fit_watch.h"
#include "ui/takeover_question.h"

#include <QFileInfo>

#include <algorithm>
#include <iterator>

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

// A slow share answers one question in its time, but not one for each device.
constexpr std::chrono::seconds listingPatience{30};

QStringList uniquePaths(const QString &folder, const QList<DeviceRow> &rows)
{
    QStringList paths;
    QSet<QString> taken = pathsIn(folder);
    for (const DeviceRow &row : rows)
        paths << uniqueBackupPath(folder, row.device, QDate::currentDate(), taken);
    return paths;
}

// "e4:5f:01:00:00:01, …": whom a question is about.
QString namesOf(const QList<DeviceRow> &rows)
{
    constexpr qsizetype most = 4;
    QStringList names;
    for (const DeviceRow &row : rows.first(std::min(most, rows.size())))
        names << deviceName(row.device);
    if (rows.size() > most)
        names << u"…"_s;
    return names.join(u'\n');
}

// It is asked once in a session at most, and always where there is something new to see.
bool mustAsk(const QList<DeviceRow> &rows, const core::Image &image, const core::ImageId &seen)
{
    const auto isSpecial = [](const DeviceRow &row) {
        return DeployDialog::isSdCard(row) || !row.isOnline();
    };
    return (!image.warnings.isEmpty() && image.id != seen) || std::ranges::any_of(rows, isSpecial);
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
    if (!m_askBeforeDeploy && !mustAsk(chosen, *golden, m_answeredFor)) {
        orderDeploy(chosen, golden->id, m_deployOptions);
        return;
    }
    auto *dialog = new DeployDialog(chosen, *golden, int(rows.size() - chosen.size()),
                                    tooSmallFor(m_station, *golden), m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, image = golden->id] {
        m_answeredFor = image;
        m_askBeforeDeploy = !dialog->dontAskAgain();
        m_deployOptions = dialog->options();
        orderDeploy(dialog->rows(), image, dialog->options());
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

// The image that was asked about: another may have become the golden one meanwhile.
void OrderDesk::orderDeploy(const QList<DeviceRow> &rows, const core::ImageId &image,
                            const core::JobOptions &options)
{
    carryOut(Order::Deploy, rows, [&](const DeviceRow &row) {
        core::JobOptions own = options;
        own.allowSd = options.allowSd && DeployDialog::isSdCard(row);
        return withoutValue(m_station.deploy(row.device.mac, image, own));
    });
}

void OrderDesk::backup(const QList<DeviceRow> &rows, const core::JobOptions &options)
{
    const QList<DeviceRow> chosen = eligible(Order::Backup, rows);
    if (chosen.size() == 1)
        backupOne(chosen.first(), options);
    else if (!chosen.isEmpty())
        backupSeveral(chosen, options);
}

void OrderDesk::backupOne(const DeviceRow &row, const core::JobOptions &options)
{
    const QString name = backupName(row.device, QDate::currentDate());
    askForBackupFile(m_window, name, [this, row, options](const QString &path, bool overwrite) {
        core::JobOptions own = options;
        own.overwrite = overwrite;
        orderBackup(row, path, own);
    });
}

void OrderDesk::backupSeveral(const QList<DeviceRow> &rows, const core::JobOptions &options)
{
    askForBackupFolder(m_window, int(rows.size()), [this, rows, options](const QString &folder) {
        askDisk<QStringList>(
            this, [folder, rows] { return uniquePaths(folder, rows); },
            [this, folder, rows, options](const std::optional<QStringList> &paths) {
                if (paths)
                    orderBackups(rows, *paths, options);
                else
                    refuseAll(rows, folder);
            },
            listingPatience);
    });
}

void OrderDesk::orderBackups(const QList<DeviceRow> &rows, const QStringList &paths,
                             const core::JobOptions &options)
{
    for (qsizetype i = 0; i < rows.size(); ++i)
        orderBackup(rows.at(i), paths.at(i), options);
}

// The folder did not even say which files it holds.
void OrderDesk::refuseAll(const QList<DeviceRow> &rows, const QString &folder)
{
    carryOut(Order::Backup, rows, [&folder](const DeviceRow &) {
        return Result<void>(protocol::Failure{protocol::FailureCode::DestinationStalled,
                                              protocol::Stage::None, folder});
    });
}

void OrderDesk::orderBackup(const DeviceRow &row, const QString &path,
                            const core::JobOptions &options)
{
    carryOut(Order::Backup, {row}, [&](const DeviceRow &one) {
        const auto job = m_station.backup(one.device.mac, path, options);
        if (job)
            rememberBackupFolder(QFileInfo(path).path());
        return withoutValue(job);
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
    QList<DeviceRow> asked;
    std::ranges::copy_if(running, std::back_inserter(asked), hasBegun);
    question.informative =
        namesOf(asked) + u"\n\n"_s +
        tr("A device whose deploy is cancelled does not start until it is deployed "
           "again. A backup that is cancelled is not kept.");
    question.accept = tr("Cancel the job(s)", nullptr, int(begun));
    question.reject = tr("Keep running");
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
    const QList<DeviceRow> chosen = eligible(order, rows);
    if (order != Order::PowerOff || chosen.size() < 2) {
        orderAction(chosen, order);
        return;
    }
    Question question;
    question.icon = QMessageBox::Warning;
    question.title = tr("Power off");
    question.text = tr("Power off %n device(s)?", nullptr, int(chosen.size()));
    question.informative = namesOf(chosen);
    question.accept = tr("Power off");
    question.reject = tr("Cancel");
    confirm(m_window, question, [this, chosen] { orderAction(chosen, Order::PowerOff); });
}

void OrderDesk::orderAction(const QList<DeviceRow> &rows, Order order)
{
    carryOut(order, rows, [this, order](const DeviceRow &row) {
        return m_station.requestAction(row.device.mac, actionOf(order));
    });
}

void OrderDesk::rearm(const QList<DeviceRow> &rows)
{
    carryOut(Order::Rearm, eligible(Order::Rearm, rows),
             [this](const DeviceRow &row) { return m_station.rearm(row.device.mac); });
}

void OrderDesk::accept(const QList<DeviceRow> &rows)
{
    const QList<DeviceRow> chosen = eligible(Order::Accept, rows);
    if (chosen.size() != 1)
        return;
    const QString address = claimantOf(chosen.first().device);
    confirm(m_window, takeoverQuestion(chosen.first()), [this, chosen, address] {
        // The address that was asked about: another one may claim the device by now.
        carryOut(Order::Accept, chosen, [this, address](const DeviceRow &row) {
            return m_station.accept(row.device.mac, address);
        });
    });
}

void OrderDesk::forget(const QList<DeviceRow> &rows)
{
    carryOut(Order::Forget, eligible(Order::Forget, rows),
             [this](const DeviceRow &row) { return m_station.forget(row.device.mac); });
}

} // namespace ui
