// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/progress_reporter.h"

#include "netclient/log.h"
#include "protocol/guarded.h"

namespace netclient
{

using namespace Qt::StringLiterals;

ProgressReporter::ProgressReporter(StationLink &link, StopSource &jobStop, const Progress &progress,
                                   const imaging::WorkerPool &pool, QByteArray target,
                                   std::function<void()> moved)
    : m_link(link),
      m_jobStop(jobStop),
      m_progress(progress),
      m_pool(pool),
      m_target(std::move(target)),
      m_moved(std::move(moved)),
      m_ownStop(jobStop),
      m_requests(link, m_ownStop),
      m_thread([this] { run(); })
{
}

ProgressReporter::~ProgressReporter()
{
    m_ownStop.stop(StopReason::Interrupted);
    m_thread.join();
}

void ProgressReporter::run()
{
    do {
        protocol::survives("report of progress", [this] {
            const auto done = protocol::guarded([this] { return reportOnce(); });
            if (!done)
                logLine(u"report of progress: %1"_s.arg(done.failure().detail));
        });
    } while (m_ownStop.sleep(m_link.tuning().reportInterval));
}

// A report that gets lost is not repeated: the next one says more.
protocol::Result<void> ProgressReporter::reportOnce()
{
    const ProgressState state = m_progress.state();
    if (state != m_reported)
        m_moved();
    m_reported = state;
    protocol::Report report;
    report.kind = protocol::ReportKind::Progress;
    report.phase = state.phase;
    report.done = state.done;
    report.total = state.total;
    report.bottleneck = bottleneck(state);
    const QByteArray session = m_link.session();
    Reply reply;
    const Judgement judgement = m_requests.tryOnce(reportRequest(m_target, report), &reply);
    if (judgement.verdict == Verdict::JobOver)
        m_jobStop.stop(reasonOf(judgement));
    else if (judgement.failure.code == protocol::FailureCode::ForeignAddress)
        m_jobStop.stop(StopReason::CutOff); // our connections are the old address's
    else if (judgement.verdict == Verdict::RenewSession)
        (void)m_link.renewSession(session, m_ownStop);
    return {};
}

protocol::Bottleneck ProgressReporter::bottleneck(const ProgressState &state)
{
    const imaging::WorkTimes times{m_progress.network().total(),
                                   m_pool.busyTime() / m_pool.threads(),
                                   m_progress.storage().total()};
    return m_meter.sample(state.phase, state.done, times,
                          imaging::WorkClock::Clock::now().time_since_epoch());
}

} // namespace netclient
