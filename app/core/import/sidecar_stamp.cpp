// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/sidecar_stamp.h"

#include "core/import/sidecars.h"
#include "imaging/sha256.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <sys/stat.h>

namespace core
{

using namespace Qt::StringLiterals;

namespace
{

// The second time is that of the last change of any kind, which no program can set.
QByteArray lineOf(const QString &path)
{
    struct stat facts {
    };
    if (::stat(QFile::encodeName(path).constData(), &facts) != 0)
        return {};
    const auto time = [](const timespec &at) {
        return u"%1.%2"_s.arg(qint64(at.tv_sec)).arg(qint64(at.tv_nsec));
    };
    const QStringList parts{QFileInfo(path).fileName(), QString::number(facts.st_size),
                            time(facts.st_mtim), time(facts.st_ctim)};
    return (parts.join(u' ') + u'\n').toUtf8();
}

qint64 changedNs(const QString &path)
{
    struct stat facts {
    };
    if (::stat(QFile::encodeName(path).constData(), &facts) != 0)
        return 0;
    return facts.st_ctim.tv_sec * qint64(1'000'000'000) + facts.st_ctim.tv_nsec;
}

} // namespace

QString sidecarStamp(const QString &path)
{
    const QDir folder = QFileInfo(path).dir();
    imaging::Sha256 sum;
    for (const QString &name : folder.entryList(QDir::Files | QDir::Hidden, QDir::Name)) {
        if (!tellsOfImage(path, name))
            continue;
        const QByteArray line = lineOf(folder.filePath(name));
        sum.update(std::as_bytes(std::span(line.constData(), size_t(line.size()))));
    }
    return imaging::toHex(sum.finish()) + u'@' + QString::number(changedNs(path));
}

qint64 sourceChangedNs(const QString &stamp)
{
    return stamp.section(u'@', 1).toLongLong();
}

} // namespace core
