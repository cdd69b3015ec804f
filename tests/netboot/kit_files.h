// SPDX-License-Identifier: GPL-3.0-or-later
// A folder with the least files that pass for a netboot kit's: the marks that the checks look at,
// and nothing else. kit_files.py is the same for scripts.
#pragma once

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QtEndian>

#include <sys/stat.h>

namespace kit_files
{

using namespace Qt::StringLiterals;

// An ELF file of 32 bits whose table of sections is at its end, as start4.elf.
inline QByteArray firmware(const QByteArray &built = "Aug 26 2022", quint16 machine = 137)
{
    const QByteArray marks = "VC_BUILD_ID_TIME: 14:03:16" + QByteArray(1, '\0') +
                             "VC_BUILD_ID_TIME: " + built + QByteArray(1, '\0');
    QByteArray head = QByteArray("\x7f"
                                 "ELF\x01\x01\x01")
                          .leftJustified(52, '\0');
    qToLittleEndian<quint16>(machine, head.data() + 18);
    qToLittleEndian<quint32>(quint32(head.size() + marks.size()), head.data() + 32);
    qToLittleEndian<quint16>(40, head.data() + 46); // of each section
    qToLittleEndian<quint16>(1, head.data() + 48);  // sections
    return head + marks + QByteArray(40, '\0');
}

inline QByteArray kernel()
{
    return QByteArray(0x38, '\0') + "ARM\x64";
}

inline QByteArray deviceTree()
{
    return QByteArray("\xd0\x0d\xfe\xed").leftJustified(64, '\0');
}

inline QByteArray initramfs()
{
    return QByteArray("070701").leftJustified(110, '0');
}

class Kit
{
public:
    Kit()
    {
        // As the helper demands it: the service is another user.
        allow(0755);
        write(u"config.txt"_s,
              "arm_64bit=1\nkernel=kernel8.img\ninitramfs initramfs.img followkernel\n");
        writeFiles();
    }

    // But for config.txt, below this folder of it.
    void writeFiles(const QString &folder = {}) const
    {
        write(folder + u"start4.elf"_s, firmware());
        write(folder + u"fixup4.dat"_s, "x");
        write(folder + u"cmdline.txt"_s, "x");
        write(folder + u"bcm2711-rpi-cm4.dtb"_s, deviceTree());
        write(folder + u"kernel8.img"_s, kernel());
        write(folder + u"initramfs.img"_s, initramfs());
    }

    void write(const QString &name, const QByteArray &text) const
    {
        QDir(m_folder.path()).mkpath(QFileInfo(name).path());
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("%s", qPrintable(file.errorString()));
    }

    void resize(const QString &name, qint64 size) const
    {
        QFile file(path(name));
        if (!file.open(QIODevice::ReadWrite) || !file.resize(size)) // sparse
            qFatal("%s", qPrintable(file.errorString()));
    }

    void allow(mode_t bits) const
    {
        if (::chmod(QFile::encodeName(m_folder.path()).constData(), bits) != 0)
            qFatal("chmod");
    }

    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }
    [[nodiscard]] QString root() const { return m_folder.path(); }

private:
    QTemporaryDir m_folder{u"/var/tmp/ps-kit-XXXXXX"_s};
};

} // namespace kit_files
