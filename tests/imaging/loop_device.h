// SPDX-License-Identifier: GPL-3.0-or-later
// A real block device for tests: a loop device over a file, detached at the end.
#pragma once

#include <QProcess>
#include <QString>

#include <unistd.h>

namespace samples
{

class LoopDevice
{
public:
    // Not valid without root, losetup, free loop devices or support for this block size.
    LoopDevice(const QString &file, int blockSize)
    {
        using namespace Qt::StringLiterals;
        if (::geteuid() != 0)
            return;
        QProcess losetup;
        losetup.start(u"losetup"_s,
                      {u"--show"_s, u"-f"_s, u"--sector-size"_s, QString::number(blockSize), file});
        if (losetup.waitForFinished() && losetup.exitCode() == 0)
            m_path = QString::fromLocal8Bit(losetup.readAllStandardOutput()).trimmed();
    }

    ~LoopDevice()
    {
        using namespace Qt::StringLiterals;
        if (isValid())
            QProcess::execute(u"losetup"_s, {u"-d"_s, m_path});
    }

    LoopDevice(const LoopDevice &) = delete;
    LoopDevice &operator=(const LoopDevice &) = delete;

    [[nodiscard]] bool isValid() const { return !m_path.isEmpty(); }
    [[nodiscard]] QString path() const { return m_path; }

private:
    QString m_path;
};

} // namespace samples
