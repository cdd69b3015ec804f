// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/preflight_run.h"

#include "netboot/helper_process.h"

#include <unistd.h>

namespace netboot
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Stage;

namespace
{

constexpr auto noInterface = "-"_L1;

bool isRoot()
{
    return ::geteuid() == 0;
}

// Everything that this process may find out.
Observations findOut(const PreflightPlan &plan, const std::atomic<bool> *stop = nullptr)
{
    Observations seen = observe(plan);
    if (!isRoot())
        return seen;
    seen.asked = true;
    seen.probed = probe(plan.interface, plan.ports(), stop);
    return seen;
}

QStringList helperArguments(const PreflightPlan &plan)
{
    QStringList arguments{u"probe"_s, plan.netboots() ? plan.interface : QString(noInterface)};
    for (const quint16 port : plan.ports())
        arguments << QString::number(port);
    return arguments;
}

} // namespace

PreflightRun::PreflightRun(QObject *parent) : QObject(parent) {}

PreflightRun::~PreflightRun()
{
    *m_stop = true;
    if (!m_helper || m_helper->state() == QProcess::NotRunning)
        return;
    // One with root rights cannot be killed from here, and is not worth to be waited for.
    QProcess *left = m_helper.release();
    left->disconnect(this);
    connect(left, &QProcess::finished, left, &QObject::deleteLater);
}

void PreflightRun::start(const PreflightPlan &plan, bool withRights)
{
    m_plan = plan;
    m_asked = false;
    m_probed = {};
    m_waiting = 1;
    m_look.run<Observations>(
        [plan, stop = m_stop] { return findOut(plan, stop.get()); },
        [this](const protocol::Result<Observations> &seen) { finishLooking(seen); });
    if (withRights && !isRoot())
        askHelper();
}

void PreflightRun::askHelper()
{
    const QString program = findHelper();
    if (program.isEmpty())
        return; // as without rights
    ++m_waiting;
    m_helper = std::make_unique<QProcess>();
    m_helper->setProcessChannelMode(QProcess::ForwardedErrorChannel);
    connect(m_helper.get(), &QProcess::finished, this, &PreflightRun::takeHelperAnswer);
    connect(m_helper.get(), &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) // finished() does not follow
            finishPart();
    });
    m_helper->start(u"pkexec"_s, QStringList{program} + helperArguments(m_plan));
}

void PreflightRun::takeHelperAnswer()
{
    if (auto report = parseProbeReport(m_helper->readAllStandardOutput());
        report && m_helper->exitCode() == 0) {
        m_probed = std::move(*report);
        m_asked = true;
    }
    finishPart();
}

void PreflightRun::finishLooking(const protocol::Result<Observations> &seen)
{
    m_seen = seen ? *seen : Observations();
    finishPart();
}

void PreflightRun::finishPart()
{
    if (--m_waiting > 0)
        return;
    if (m_asked) {
        m_seen.asked = true;
        m_seen.probed = std::move(m_probed);
    }
    Q_EMIT finished(judge(m_plan, m_seen));
}

QList<Finding> runPreflight(const PreflightPlan &plan)
{
    return judge(plan, findOut(plan));
}

} // namespace netboot
