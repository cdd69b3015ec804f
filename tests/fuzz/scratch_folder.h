// SPDX-License-Identifier: GPL-3.0-or-later
// A folder for one target's files: in memory where there is such a place, so that thousands of
// files a second cost no disk.
#pragma once

#include "fuzz_target.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

namespace fuzz
{

class ScratchFolder
{
public:
    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }

    void write(const QString &name, QByteArrayView bytes, qint64 size = -1) const
    {
        QFile file(path(name));
        require(file.open(QIODevice::WriteOnly | QIODevice::Truncate) &&
                file.write(bytes.data(), bytes.size()) == bytes.size());
        require(size < 0 || file.resize(size));
    }
    void remove(const QString &name) const { require(QFile::remove(path(name))); }

private:
    static QString place()
    {
        const QFileInfo memory(QStringLiteral("/dev/shm"));
        return (memory.isDir() && memory.isWritable() ? memory.filePath() : QDir::tempPath()) +
               QStringLiteral("/ps-fuzz-XXXXXX");
    }

    QTemporaryDir m_folder{place()};
};

} // namespace fuzz
