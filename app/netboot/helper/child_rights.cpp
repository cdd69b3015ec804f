// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/child_rights.h"

#include <csignal>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace netboot
{

namespace
{

constexpr int cannotExecute = 126;
constexpr int neededRights[] = {CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW};

void require(bool done)
{
    if (!done)
        ::_exit(cannotExecute);
}

// Permitted, effective and inheritable, exactly these.
bool keepRights()
{
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct sets[2]{};
    for (const int right : neededRights) {
        const auto bit = __u32(1) << (right % 32);
        sets[right / 32].effective |= bit;
        sets[right / 32].permitted |= bit;
        sets[right / 32].inheritable |= bit;
    }
    return ::syscall(SYS_capset, &header, sets) == 0;
}

// An exec of an ordinary program keeps nothing but the ambient set.
bool raiseAmbient()
{
    for (const int right : neededRights) {
        if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, right, 0, 0) != 0)
            return false;
    }
    return true;
}

} // namespace

void becomeServiceProcess(const ServiceUser &user, pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::setsid(); // a terminal's Ctrl-C is the helper's to handle
    require(::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0);
    // The system calls themselves: glibc's functions would bring threads into step that a forked
    // child does not have.
    require(::syscall(SYS_setgroups, 0, nullptr) == 0);
    require(::syscall(SYS_setresgid, user.gid, user.gid, user.gid) == 0);
    require(::syscall(SYS_setresuid, user.uid, user.uid, user.uid) == 0);
    require(keepRights() && raiseAmbient());
    require(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    require(::prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) == 0);
    require(::getppid() == parent); // or it died before the line above
}

} // namespace netboot
