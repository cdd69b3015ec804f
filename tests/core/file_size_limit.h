// SPDX-License-Identifier: GPL-3.0-or-later
// No file of this process grows beyond a size, as on a file system that takes no larger one.
#pragma once

#include <QtGlobal>

#include <csignal>
#include <sys/resource.h>

namespace bench
{

class FileSizeLimit
{
public:
    explicit FileSizeLimit(qint64 bytes)
    {
        signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limit{rlim_t(bytes), m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &m_before); }
    FileSizeLimit(const FileSizeLimit &) = delete;
    FileSizeLimit &operator=(const FileSizeLimit &) = delete;

private:
    rlimit m_before{};
};

} // namespace bench
