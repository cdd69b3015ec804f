// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/device_cells.h"

#include "ui/boot_text.h"
#include "ui/bottleneck_text.h"
#include "ui/failure_text.h"
#include "ui/format.h"
#include "ui/job_text.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;
using core::JobState;

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::DeviceModel)
};

// Every device here is one, and the column is narrow.
QString shortModel(QString model)
{
    constexpr auto maker = "Raspberry Pi "_L1;
    return model.startsWith(maker) ? model.sliced(maker.size()) : model;
}

// Of the whole job in percent: its phases count other bytes. Where that is not known, of the phase.
QString progressText(const DeviceRow &row)
{
    if (cellBar(row) == DeviceModel::FullBar)
        return format::bytes(std::max(row.job->done, row.job->total));
    if (cellBar(row) == DeviceModel::NoBar)
        return {};
    const JobProgress progress = jobProgress(*row.job);
    return progress.whole ? format::percent(progress.done, progress.total)
                          : format::amount(progress.done, progress.total);
}

QString progressToolTip(const DeviceRow &row)
{
    if (!row.job || cellBar(row) == DeviceModel::NoBar || cellBar(row) == DeviceModel::FullBar)
        return progressText(row);
    return Tr::tr("%1: %2", "Writing: 1.2 of 7.8 GiB")
        .arg(phaseText(row.job->phase), format::amount(row.job->done, row.job->total));
}

QString speedText(const DeviceRow &row)
{
    if (!row.isMoving() || row.job->bytesPerSecond <= 0)
        return {};
    const QString speed = format::speed(row.job->bytesPerSecond);
    const QString limit = bottleneckName(row.job->bottleneck);
    return limit.isEmpty() ? speed : Tr::tr("%1 · %2", "84.2 MiB/s · network").arg(speed, limit);
}

QString timeLeftText(const DeviceRow &row)
{
    const qint64 seconds = row.isMoving() ? jobProgress(*row.job).secondsLeft : -1;
    return seconds >= 0 ? format::duration(seconds) : QString();
}

// Below 1, and larger the further behind.
double queueRank(const DeviceRow &row)
{
    return row.isInQueue() ? 1 - 1.0 / (1 + row.job->place) : 0;
}

// Running first, by how far; then what waits, the next first; then what ended.
double progressRank(const DeviceRow &row)
{
    if (!row.job)
        return -1;
    if (row.isInQueue())
        return 2 - queueRank(row);
    const JobProgress progress = jobProgress(*row.job);
    const double part = progress.total > 0 ? double(progress.done) / double(progress.total) : 0;
    return row.hasActiveJob() ? 2 + part : part;
}

// Groups the Stage column: trouble, work, waiting, done, away.
int stageRank(const DeviceRow &row)
{
    switch (stageText(row).glyph) {
    case Glyph::Bad:
        return 0;
    case Glyph::Interrupted:
        return 1;
    case Glyph::Warning:
        return 2;
    case Glyph::Working:
        return 3;
    case Glyph::Waiting:
        return row.hasActiveJob() ? 4 : 5;
    case Glyph::Info:
        return 6;
    case Glyph::Good:
        return 7;
    default:
        return 8;
    }
}

QString stageToolTip(const DeviceRow &row)
{
    const QString text = stageText(row).text;
    if (row.bootHint != core::BootHint::None && !row.isOnline()) {
        const HintText hint = hintText(row.bootHint);
        return Tr::tr("%1.\nThis usually means: %2\nWhat to do: %3")
            .arg(text, hint.cause, hint.nextStep);
    }
    if (!row.job)
        return text;
    if (row.isInQueue())
        return Tr::tr("%1.\nOnly so many deploys use the link at the same time; "
                      "its turn comes when others have fetched the image.")
            .arg(text);
    if (row.job->state == JobState::Failed || row.job->interrupted) {
        const FailureText words = failureText(row.job->failure);
        return Tr::tr("%1.\nWhat to do: %2").arg(text, words.nextStep);
    }
    if (row.job->state == JobState::Succeeded)
        return Tr::tr("%1.\n%2", "outcome, meaning").arg(text, outcomeMeaning(row.job->outcome));
    return text;
}

QString speedToolTip(const DeviceRow &row)
{
    const QString text = speedText(row);
    const QString limit = row.isMoving() ? bottleneckMeaning(*row.job) : QString();
    return limit.isEmpty() ? text : text + u'\n' + limit + u'\n' + bottleneckAdvice(*row.job);
}

QString deviceToolTip(const DeviceRow &row)
{
    QString text = row.device.mac.toString();
    if (!row.device.serial.isEmpty())
        text += u'\n' + Tr::tr("Serial number: %1").arg(row.device.serial);
    if (!row.device.isRegistered())
        return text + u'\n' + Tr::tr("The device has not registered yet.");
    return text + u'\n' +
           (row.isOnline()
                ? Tr::tr("The device is online.")
                : Tr::tr("Offline for %1.").arg(format::coarseDuration(row.silentSeconds)));
}

} // namespace

JobProgress jobProgress(const core::Job &job)
{
    if (job.overallTotal > 0)
        return {job.overallDone, job.overallTotal, job.overallSecondsLeft, true};
    return {job.done, job.total, job.secondsLeft, false};
}

DeviceModel::BarKind cellBar(const DeviceRow &row)
{
    if (!row.job)
        return DeviceModel::NoBar;
    if (row.isMoving())
        return DeviceModel::MovingBar;
    if (row.job->state == JobState::Succeeded)
        return DeviceModel::FullBar;
    const bool began = row.job->done > 0 && row.job->state >= JobState::Offered;
    return began ? DeviceModel::StoppedBar : DeviceModel::NoBar;
}

QString cellText(const DeviceRow &row, DeviceModel::Column column)
{
    switch (column) {
    case DeviceModel::DeviceColumn:
        return row.device.mac.toString();
    case DeviceModel::SerialColumn:
        return row.device.serial.isEmpty() ? row.device.bootTimeline.serial : row.device.serial;
    case DeviceModel::ModelColumn:
        return shortModel(row.device.model);
    case DeviceModel::AddressColumn:
        return row.device.address.isEmpty() ? row.device.bootTimeline.address : row.device.address;
    case DeviceModel::StageColumn:
        return stageText(row).text;
    case DeviceModel::ProgressColumn:
        return progressText(row);
    case DeviceModel::SpeedColumn:
        return speedText(row);
    case DeviceModel::TimeLeftColumn:
        return timeLeftText(row);
    case DeviceModel::ColumnCount:
        break;
    }
    return {};
}

QString cellFilterText(const DeviceRow &row, DeviceModel::Column column)
{
    return column == DeviceModel::ModelColumn ? row.device.model : cellText(row, column);
}

QVariant cellSortValue(const DeviceRow &row, DeviceModel::Column column)
{
    switch (column) {
    case DeviceModel::DeviceColumn:
        return row.device.mac.value();
    case DeviceModel::StageColumn:
        return stageRank(row) + queueRank(row);
    case DeviceModel::ProgressColumn:
        return progressRank(row);
    case DeviceModel::SpeedColumn:
        return row.isMoving() ? row.job->bytesPerSecond : 0.0;
    case DeviceModel::TimeLeftColumn: {
        const qint64 seconds = row.isMoving() ? jobProgress(*row.job).secondsLeft : -1;
        return seconds >= 0 ? seconds : std::numeric_limits<qint64>::max();
    }
    default:
        return cellFilterText(row, column);
    }
}

QString cellToolTip(const DeviceRow &row, DeviceModel::Column column)
{
    switch (column) {
    case DeviceModel::DeviceColumn:
        return deviceToolTip(row);
    case DeviceModel::StageColumn:
        return stageToolTip(row);
    case DeviceModel::SpeedColumn:
        return speedToolTip(row);
    case DeviceModel::ProgressColumn:
        return progressToolTip(row);
    default:
        return cellFilterText(row, column);
    }
}

QString columnTitle(DeviceModel::Column column)
{
    switch (column) {
    case DeviceModel::DeviceColumn:
        return Tr::tr("Device");
    case DeviceModel::SerialColumn:
        return Tr::tr("Serial number");
    case DeviceModel::ModelColumn:
        return Tr::tr("Model");
    case DeviceModel::AddressColumn:
        return Tr::tr("Address");
    case DeviceModel::StageColumn:
        return Tr::tr("Stage");
    case DeviceModel::ProgressColumn:
        return Tr::tr("Progress");
    case DeviceModel::SpeedColumn:
        return Tr::tr("Speed");
    case DeviceModel::TimeLeftColumn:
        return Tr::tr("Time left");
    case DeviceModel::ColumnCount:
        break;
    }
    return {};
}

} // namespace ui
