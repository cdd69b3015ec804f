// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/run_folder.h"

#include <QDir>
#include <QFile>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace netboot
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

Failure failed(const QString &path, const QString &why,
               FailureCode code = FailureCode::NetbootFailed)
{
    return {code, Stage::None, u"%1: %2"_s.arg(path, why)};
}

// Of the whole file, kept by the open file description (fcntl(2), F_OFD_SETLK): unlike flock's it
// can be asked about without being taken, which would turn away a run that starts just then.
struct flock wholeFile()
{
    struct flock lock {
    };
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

Failure failedNow(const QString &path)
{
    const int error = errno;
    const bool denied = error == EACCES || error == EPERM || error == EROFS;
    return failed(path, QString::fromLocal8Bit(std::strerror(error)),
                  denied ? FailureCode::NotPermitted : FailureCode::NetbootFailed);
}

// A folder that is this user's and that nobody else writes to: what lies in it is believed.
Result<void> makeFolder(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    if (::mkdir(name.constData(), 0755) != 0 && errno != EEXIST)
        return failedNow(path);
    struct stat status {
    };
    if (::lstat(name.constData(), &status) != 0)
        return failedNow(path);
    if (!S_ISDIR(status.st_mode) || status.st_uid != ::geteuid() || (status.st_mode & 022))
        return failed(path, u"is not a folder of this user's own"_s, FailureCode::NotPermitted);
    return {};
}

Result<void> writeFile(const QString &path, const QByteArray &text)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.flush() ||
        !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup |
                             QFile::ReadOther))
        return failed(path, file.errorString());
    return {};
}

Result<void> makeLeases(const QString &path, const ServiceUser &user)
{
    const QByteArray name = QFile::encodeName(path);
    const int fd = ::open(name.constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return failedNow(path);
    const bool owned = ::fchown(fd, user.uid, user.gid) == 0;
    const Failure failure = failedNow(path);
    ::close(fd);
    return owned ? Result<void>() : failure;
}

} // namespace

Result<ServiceUser> findServiceUser()
{
    // Debian's dnsmasq-base makes the first.
    for (const char *name : {"dnsmasq", "nobody"}) {
        if (const passwd *entry = ::getpwnam(name); entry && entry->pw_uid != 0)
            return ServiceUser{entry->pw_uid, entry->pw_gid};
    }
    return Failure{FailureCode::ProgramMissing, Stage::None, u"user dnsmasq"_s};
}

RunFolder::~RunFolder()
{
    if (m_lock >= 0)
        ::close(m_lock);
}

Result<void> RunFolder::open()
{
    if (const auto made = makeFolder(m_path); !made)
        return made;
    const QString path = m_path + "/lock"_L1;
    m_lock = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (m_lock < 0)
        return failedNow(path);
    struct flock lock = wholeFile();
    if (::fcntl(m_lock, F_OFD_SETLK, &lock) != 0)
        return Failure{FailureCode::NetbootInUse, Stage::None, m_path};
    return {};
}

bool RunFolder::isInUse() const
{
    const int fd = ::open(QFile::encodeName(m_path + "/lock"_L1).constData(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    struct flock lock = wholeFile();
    const bool known = ::fcntl(fd, F_OFD_GETLK, &lock) == 0;
    ::close(fd);
    return known && lock.l_type != F_UNLCK;
}

DnsmasqPaths RunFolder::dnsmasqPaths() const
{
    return {m_path + "/leases"_L1, m_path + "/rules"_L1};
}

QString RunFolder::rulePath(MacAddress mac) const
{
    return dnsmasqPaths().rules + u'/' + ruleFileName(mac);
}

Result<void> RunFolder::prepare(const QByteArray &config, const QList<MacAddress> &refused,
                                const ServiceUser &user) const
{
    const DnsmasqPaths paths = dnsmasqPaths();
    QDir(paths.rules).removeRecursively();
    if (const auto made = makeFolder(paths.rules); !made)
        return made;
    for (const MacAddress mac : refused) {
        if (const auto added = addRule(mac); !added)
            return added;
    }
    if (const auto made = makeLeases(paths.leases, user); !made)
        return made;
    return writeFile(this->config(), config);
}

Result<void> RunFolder::addRule(MacAddress mac) const
{
    return writeFile(rulePath(mac), ruleLine(mac));
}

Result<void> RunFolder::removeRule(MacAddress mac) const
{
    QFile file(rulePath(mac));
    if (file.exists() && !file.remove())
        return failed(file.fileName(), file.errorString());
    return {};
}

} // namespace netboot
