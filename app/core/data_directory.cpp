// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data_directory.h"

#include <QDir>
#include <QFile>

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

constexpr mode_t others = S_IRWXO;

Failure failure(const QString &path, FailureCode code, const QString &why)
{
    return {code, Stage::None, u"data directory %1: %2"_s.arg(path, why)};
}

Failure withoutPermissions(const QString &path)
{
    return failure(path, FailureCode::DataDirUnsuitable,
                   u"its file system keeps no permissions (FAT, exFAT and NTFS do not), so that "
                   "everybody could read images and secrets"_s);
}

// What an earlier version made was open to all. Somebody else's is left as it is: who set it up for
// the station has decided that.
void closeToOthers(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    struct stat facts {
    };
    if (::stat(name.constData(), &facts) == 0 && facts.st_uid == ::geteuid() &&
        (facts.st_mode & others) != 0)
        (void)::chmod(name.constData(), S_IRWXU);
}

bool make(const QString &path)
{
    if (QDir(path).exists())
        return true;
    if (!QDir().mkpath(path))
        return false;
    // Where that cannot be done the lock's modes show it, and why is said then.
    (void)::chmod(QFile::encodeName(path).constData(), S_IRWXU);
    return true;
}

} // namespace

bool keepsModes(int descriptor)
{
    struct stat facts {
    };
    return ::fchmod(descriptor, S_IRUSR | S_IWUSR) == 0 && ::fstat(descriptor, &facts) == 0 &&
           (facts.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

Result<FileDescriptor> holdDataDirectory(const QString &path,
                                         const std::function<bool(int)> &modesKept)
{
    if (!make(path))
        return failure(path, FailureCode::StationIoError, u"cannot be created"_s);
    closeToOthers(path);
    FileDescriptor lock = openFile(path + "/lock"_L1, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
    if (!lock)
        return failure(path, FailureCode::StationIoError, qt_error_string(errno));
    if (!modesKept(lock.get()))
        return withoutPermissions(path);
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0)
        return lock;
    if (errno == EWOULDBLOCK)
        return failure(path, FailureCode::DeviceInUse, u"another station is using it"_s);
    return failure(path, FailureCode::DataDirUnsuitable,
                   u"its file system has no locks: "_s + qt_error_string(errno));
}

} // namespace core
