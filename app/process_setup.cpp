// SPDX-License-Identifier: GPL-3.0-or-later
#include "process_setup.h"

#include <csignal>

#include <malloc.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace
{

sigset_t terminationSet()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

} // namespace

void setUpProcess()
{
    std::signal(SIGPIPE, SIG_IGN);
    // Images hold passwords and keys: what the station makes is for its user and, where an
    // administrator has set that up, a group.
    ::umask(0027);
    // Before any thread exists, so that all of them inherit it and the signals reach the descriptor
    // alone.
    const sigset_t set = terminationSet();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);

    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
#ifdef __GLIBC__
    // Transfers come and go with buffers of a MiB on threads of their own: without this each
    // thread's arena keeps them.
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 256 * 1024);
    mallopt(M_TRIM_THRESHOLD, 512 * 1024);
#endif
}

TerminationSignals::TerminationSignals(std::function<void()> quit, QObject *parent)
    : QObject(parent)
{
    const sigset_t set = terminationSet();
    m_descriptor = transport::Descriptor(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    m_notifier = std::make_unique<QSocketNotifier>(m_descriptor.get(), QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this, quit] {
        signalfd_siginfo info;
        while (::read(m_descriptor.get(), &info, sizeof info) == sizeof info) {
        }
        quit();
    });
}

TerminationSignals::~TerminationSignals() = default;
