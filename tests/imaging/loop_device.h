// SPDX-License-Identifier: GPL-3.0-or-later
// A real block device for tests: a loop device over a file, detached at the end. It starts no
// process, because a test that has threads cannot fork under ThreadSanitizer.
#pragma once

#include <QFile>
#include <QString>

#include <cerrno>
#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace samples
{

class LoopDevice
{
public:
    // Not valid without root, free loop devices or support for this block size.
    LoopDevice(const QString &file, int blockSize)
    {
        const int backing = ::open(QFile::encodeName(file).constData(), O_RDWR | O_CLOEXEC);
        const int control = ::open("/dev/loop-control", O_RDWR | O_CLOEXEC);
        if (backing >= 0 && control >= 0)
            attach(control, backing, quint32(blockSize));
        ::close(control);
        ::close(backing);
    }

    ~LoopDevice()
    {
        if (isValid())
            ::ioctl(m_device, LOOP_CLR_FD, 0);
        ::close(m_device);
    }

    LoopDevice(const LoopDevice &) = delete;
    LoopDevice &operator=(const LoopDevice &) = delete;

    [[nodiscard]] bool isValid() const { return m_device >= 0; }
    [[nodiscard]] QString path() const { return m_path; }

private:
    // Another test may take the free device in between: then the next one.
    void attach(int control, int backing, quint32 blockSize)
    {
        for (int tries = 0; tries < 100 && m_device < 0; ++tries) {
            const int number = ::ioctl(control, LOOP_CTL_GET_FREE);
            if (number < 0)
                return;
            m_path = QStringLiteral("/dev/loop%1").arg(number);
            m_device = ::open(m_path.toLatin1().constData(), O_RDWR | O_CLOEXEC);
            if (m_device < 0)
                return;
            loop_config config{};
            config.fd = quint32(backing);
            config.block_size = blockSize;
            if (::ioctl(m_device, LOOP_CONFIGURE, &config) == 0)
                return;
            const bool taken = errno == EBUSY;
            ::close(m_device);
            m_device = -1;
            if (!taken)
                return;
        }
    }

    int m_device = -1;
    QString m_path;
};

} // namespace samples
