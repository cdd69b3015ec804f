// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/client.h"

#include "imaging/storage_finder.h"
#include "netclient/backup_job.h"
#include "netclient/deploy_job.h"
#include "netclient/log.h"
#include "netclient/measured_device.h"
#include "netclient/progress_reporter.h"
#include "protocol/guarded.h"

#include <sys/resource.h>

namespace netclient
{

using protocol::Action;
using protocol::ActionKind;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Report;
using protocol::ReportKind;
using protocol::Result;
using protocol::Stage;
using namespace Qt::StringLiterals;

namespace
{

Report deployedReport(const protocol::DeployProof &proof, const QString &note)
{
    Report report;
    report.note = note;
    report.kind = ReportKind::Deployed;
    report.proof = proof;
    return report;
}

// Bytes, of the whole program so far: on a small device whoever looks at its log wants to know.
qint64 peakMemory()
{
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return qint64(used.ru_maxrss) * 1024;
}

Report failedReport(const Failure &failure)
{
    Report report;
    report.kind = ReportKind::Failed;
    report.failure = failure;
    return report;
}

} // namespace

Client::Client(const Options &options, const SystemPaths &paths, StationLink &link,
               DeviceActions &actions, StopSource &stop)
    : m_options(options), m_paths(paths), m_link(link), m_actions(actions), m_stop(stop)
{
}

ExitCode Client::run()
{
    Backoff backoff(m_link.tuning().backoff);
    while (!m_stop.isStopped()) {
        std::optional<ExitCode> code;
        // What escapes costs a round. Without this program the device would do nothing at all.
        if (!protocol::survives("round", [&] { code = round(backoff); }))
            (void)m_stop.sleep(backoff.next());
        if (code)
            return *code;
    }
    return ExitCode::Interrupted;
}

std::optional<ExitCode> Client::round(Backoff &backoff)
{
    Action action;
    const Judgement judgement = ask(&action);
    note(judgement);
    m_actions.alive();
    m_actions.show(stateAtRest());
    if (judgement.verdict != Verdict::Good) {
        if (m_options.once && judgement.failure.code == FailureCode::Unsupported)
            return ExitCode::Unsupported;
        (void)m_stop.sleep(backoff.next());
        return std::nullopt;
    }
    backoff.reset();
    const auto code = wasOver(action) ? std::optional(ExitCode::JobOver) : perform(action);
    if (code && m_options.once)
        return code;
    (void)m_stop.sleep(m_link.pollInterval());
    return std::nullopt;
}

Judgement Client::ask(Action *action)
{
    if (!m_registered) {
        const Judgement registration = m_link.registerDevice(m_stop);
        if (registration.verdict != Verdict::Good)
            return registration;
        m_registered = true;
        m_actions.setClock(m_link.stationTime());
        logLine(u"registered with %1"_s.arg(QString::fromLatin1(m_link.endpoint().hostHeader())));
    }
    Judgement judgement = m_link.poll(m_stop, action);
    if (judgement.verdict == Verdict::RenewSession)
        m_registered = false;
    return judgement;
}

// How the last job ended stays to be seen, also when the station is gone by then.
DeviceState Client::stateAtRest() const
{
    if (m_lastOutcome)
        return *m_lastOutcome;
    return m_registered ? DeviceState::Waiting : DeviceState::Searching;
}

void Client::note(const Judgement &judgement)
{
    const QString text =
        judgement.verdict == Verdict::Good ? QString() : describe(judgement.failure);
    if (text != m_lastNote && !text.isEmpty() && !m_stop.isStopped())
        logLine(u"the station: %1; trying again"_s.arg(text));
    m_lastNote = text;
}

std::optional<ExitCode> Client::perform(const Action &action)
{
    switch (action.kind) {
    case ActionKind::None:
        return std::nullopt;
    case ActionKind::Deploy:
    case ActionKind::Backup:
        return performJob(action);
    default:
        return performOneShot(action);
    }
}

std::optional<ExitCode> Client::performOneShot(const Action &action)
{
    logLine(u"asked for: %1"_s.arg(protocol::toWire(action.kind)));
    Report accepted;
    accepted.kind = ReportKind::Accepted;
    const auto target = targetOf(action.reportUrl);
    StopSource stop(m_stop);
    StationRequests requests(m_link, stop);
    if (target && !requests.report(*target, accepted))
        return std::nullopt; // taken back in the meantime
    if (action.kind == ActionKind::Identify) {
        m_actions.identify(m_stop);
        return std::nullopt;
    }
    if (action.kind == ActionKind::Reboot)
        m_actions.reboot();
    else
        m_actions.powerOff();
    return ExitCode::PoweredOff;
}

// The job that we were cut off from is not offered again.
bool Client::wasOver(const Action &action)
{
    const bool over = std::exchange(m_cutOff, false) && action.kind == ActionKind::None;
    if (over)
        m_lastOutcome = DeviceState::Failed;
    return over;
}

std::optional<ExitCode> Client::performJob(const Action &action)
{
    logLine(u"job %1: %2"_s.arg(action.job, protocol::toWire(action.kind)));
    StopSource stop(m_stop);
    const Result<void> done = work(action, stop);
    m_cutOff = !done && stop.reason() == StopReason::CutOff && !m_stop.isStopped();
    if (m_cutOff) {
        logLine(u"job %1: the station does not know us here; asking again"_s.arg(action.job));
        return std::nullopt;
    }
    m_lastOutcome = done ? DeviceState::Done : DeviceState::Failed;
    if (!done && m_stop.isStopped())
        return ExitCode::Interrupted;
    logLine(u"job %1: %2"_s.arg(action.job, done ? u"verified"_s : describe(done.failure())));
    logLine(u"memory at its peak: %1 MB"_s.arg((peakMemory() + 999'999) / 1'000'000));
    if (done)
        return ExitCode::Verified;
    return stop.isStopped() ? ExitCode::JobOver : ExitCode::Failed;
}

// Does the job and sees to it that the station knows the outcome. What is thrown fails this job.
Result<void> Client::work(const Action &action, StopSource &stop)
{
    const auto target = targetOf(action.reportUrl);
    if (!target)
        return Failure{FailureCode::BadRequest, Stage::Check, u"the job has no report_url"_s};
    const auto done = protocol::guarded([&] { return carryOut(action, stop, *target); });
    const auto tell = [&](const Report &report) {
        return protocol::guarded(
            [&] { return StationRequests(m_link, stop).report(*target, report); });
    };
    if (done)
        return *done ? tell(**done) : Result<void>();
    if (!stop.isStopped())
        (void)tell(failedReport(done.failure()));
    return done.failure();
}

Result<std::optional<Report>> Client::carryOut(const Action &action, StopSource &stop,
                                               const QByteArray &target)
{
    m_actions.show(DeviceState::Working);
    const bool isDeploy = action.kind == ActionKind::Deploy;
    const auto path = findDevice(action);
    if (!path)
        return path.failure();
    auto device = imaging::openBlockDevice(*path, isDeploy ? imaging::DeviceAccess::ReadWrite
                                                           : imaging::DeviceAccess::Read);
    if (!device)
        return device.failure();

    Progress progress;
    MeasuredDevice measured(**device, progress.storage());
    const JobContext context{m_link, stop, progress, m_pool};
    const ProgressReporter reporter(m_link, stop, progress, m_pool, target,
                                    [this] { m_actions.alive(); });
    if (!isDeploy) {
        const auto stored = BackupJob(context, action, measured).run();
        if (!stored)
            return stored.failure();
        return std::optional<Report>();
    }
    DeployJob job(context, action, measured);
    const auto proof = job.run();
    if (!proof)
        return proof.failure();
    return std::optional(deployedReport(*proof, job.note()));
}

Result<QString> Client::findDevice(const Action &action) const
{
    if (!m_options.device.isEmpty())
        return m_options.device;
    // Reading an SD card harms nobody.
    const bool allowSd = action.allowSd || action.kind == ActionKind::Backup;
    const auto found = imaging::findStorage(m_paths.sysBlock, m_paths.dev, allowSd);
    if (!found) {
        Failure failure = found.failure();
        failure.stage = Stage::Check;
        return failure;
    }
    return found->devicePath;
}

} // namespace netclient
