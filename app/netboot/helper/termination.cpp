// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/termination.h"

#include <csignal>

#include <sys/signalfd.h>
#include <unistd.h>

namespace netboot
{

namespace
{

sigset_t endingSignals()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return set;
}

} // namespace

void blockTerminationSignals()
{
    const sigset_t set = endingSignals();
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
}

Termination::Termination(std::function<void()> end, QObject *parent) : QObject(parent)
{
    const sigset_t set = endingSignals();
    m_descriptor = ::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    m_notifier = std::make_unique<QSocketNotifier>(m_descriptor, QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this, end] {
        signalfd_siginfo info;
        while (::read(m_descriptor, &info, sizeof info) == sizeof info) {
        }
        end();
    });
}

Termination::~Termination()
{
    m_notifier.reset();
    ::close(m_descriptor);
}

} // namespace netboot
