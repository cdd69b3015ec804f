// SPDX-License-Identifier: GPL-3.0-or-later
#include "process_setup.h"

#include <QDir>
#include <QFile>

#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <malloc.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Stage;

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

protocol::Result<transport::Descriptor> lockDataDirectory(const QString &path)
{
    const auto failure = [&path](FailureCode code, const QString &why) {
        return Failure{code, Stage::None, u"data directory %1: %2"_s.arg(path, why)};
    };
    if (!QDir().mkpath(path))
        return failure(FailureCode::StationIoError, u"cannot be created"_s);
    const QByteArray name = QFile::encodeName(path + "/lock"_L1);
    transport::Descriptor lock(::open(name.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock.isOpen())
        return failure(FailureCode::StationIoError, QString::fromLocal8Bit(std::strerror(errno)));
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
        return failure(FailureCode::DeviceInUse, u"another station is using it"_s);
    return lock;
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
