// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot_report.h"

#include <QCoreApplication>

#include <algorithm>
#include <cstdio>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using core::NetbootState;

namespace
{

constexpr int netbootFailed = 1; // the program's exit code

// The device whose job was the last one is told that it has ended.
constexpr auto answerTime = 3s;

void print(FILE *stream, const QString &text)
{
    std::fputs(qPrintable(text), stream);
    std::fflush(stream);
}

QString reason(const core::NetbootStatus &status)
{
    return u"%1 (%2)\n"_s.arg(status.failure.detail, protocol::toWire(status.failure.code));
}

} // namespace

NetbootReport::NetbootReport(const core::Station &station, bool headless, QObject *parent)
    : QObject(parent), m_station(station), m_headless(headless)
{
    connect(&station, &core::Station::netbootChanged, this, &NetbootReport::tell);
    connect(&station, &core::Station::deviceChanged, this, &NetbootReport::endWhenIdle);
    connect(&station, &core::Station::deviceRemoved, this, &NetbootReport::endWhenIdle);
    m_end.setSingleShot(true);
    connect(&m_end, &QTimer::timeout, this, &NetbootReport::end);
}

// The state changes for other reasons, too.
void NetbootReport::tell()
{
    const core::NetbootStatus &now = m_station.netbootStatus();
    const bool same = now.state == m_told.state && (now.state != NetbootState::Waiting ||
                                                    now.failure.code == m_told.failure.code);
    m_told = now;
    if (same)
        return;
    if (now.state == NetbootState::Serving)
        print(stdout, u"netboot on %1, %2\n"_s.arg(now.interface, now.address));
    if (now.state == NetbootState::Waiting)
        print(stderr, u"provisioning-station: netboot waits: "_s + reason(now));
    if (now.state == NetbootState::Failed)
        print(stderr, u"provisioning-station: "_s + reason(now));
    m_ending = m_headless && now.state == NetbootState::Failed;
    endWhenIdle();
}

void NetbootReport::endWhenIdle()
{
    if (!m_ending || m_end.isActive())
        return;
    if (isAtWork())
        m_end.setInterval(answerTime);
    else
        m_end.start();
}

void NetbootReport::end()
{
    if (m_ending && !isAtWork())
        QCoreApplication::exit(netbootFailed);
}

// A job that is offered to a device that is away waits for as long as it takes.
bool NetbootReport::isAtWork() const
{
    const QList<core::Device> devices = m_station.devices();
    return std::any_of(devices.begin(), devices.end(), [this](const core::Device &device) {
        const core::Job *job = m_station.latestJob(device.mac);
        if (!job)
            return false;
        const bool works =
            job->state == core::JobState::Transferring || job->state == core::JobState::Verifying;
        return works || (job->state == core::JobState::Offered && m_station.isOnline(device));
    });
}
