// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/device_cells.h"

#include "ui/boot_text.h"
#include "ui/bottleneck_text.h"
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

// What lies behind the stage: a start that stopped, a queue, what an outcome proves.
QString stageReason(const DeviceRow &row)
{
    if (row.bootHint != core::BootHint::None && !row.isOnline())
        return Tr::tr("This usually means: %1").arg(hintText(row.bootHint).cause);
    if (row.isInQueue())
        return Tr::tr("The station sends to a limited number of devices at the same time. This "
                      "device is next when the ones before it have the image.");
    return row.job && row.job->state == JobState::Succeeded ? outcomeMeaning(row.job->outcome)
                                                            : QString();
}

// How it failed, where the stage tells of what came after.
QString earlierFailure(const DeviceRow &row, const StageText &stage)
{
    if (!row.job || row.job->state != JobState::Failed)
        return {};
    const QString result = jobResultText(*row.job).text;
    return stage.text.contains(result) ? QString() : Tr::tr("Last job: %1.").arg(result);
}

QString stageToolTip(const DeviceRow &row)
{
    const StageText stage = stageText(row);
    const bool hinted = row.bootHint != core::BootHint::None && !row.isOnline();
    const QString failure = earlierFailure(row, stage);
    const QString nextStep = hinted              ? hintText(row.bootHint).nextStep
                             : failure.isEmpty() ? stage.nextStep
                                                 : jobResultText(*row.job).nextStep;
    QStringList lines{stage.text + u'.', stageReason(row), failure};
    if (!nextStep.isEmpty())
        lines << Tr::tr("What to do: %1").arg(nextStep);
    lines.removeAll(QString());
    return lines.size() == 1 ? stage.text : lines.join(u'\n');
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
