// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/tftp_root.h"

#include "netboot/helper/wish_check.h"

#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStringList>

namespace netboot
{

using namespace Qt::StringLiterals;
using Kind = TftpProblem::Kind;

namespace
{

constexpr qsizetype longestConfig = 64 * 1024;
constexpr int mostFiles = 20'000; // a folder with more is no TFTP root, and no reason to hang

// Whatever config.txt says, the boot ROM and the firmware ask for these.
constexpr auto fixedFiles = {"config.txt"_L1, "start4.elf"_L1, "fixup4.dat"_L1, "cmdline.txt"_L1,
                             "bcm2711-rpi-cm4.dtb"_L1};

// The last one counts, as for the firmware.
QString setting(const QString &config, const QString &pattern)
{
    const QRegularExpression line(pattern, QRegularExpression::MultilineOption);
    QString value;
    for (auto match = line.globalMatch(config); match.hasNext();)
        value = match.next().captured(1);
    return value;
}

// With so little memory for the GPU the firmware takes the cut-down pair instead, whatever else is
// there (Raspberry Pi documentation, config.txt, gpu_mem). MB.
constexpr int cutDownMemory = 16;
constexpr auto cutDownFiles = {"start4cd.elf"_L1, "fixup4cd.dat"_L1};

struct BootFiles {
    QString kernel;
    QString initramfs;
    bool cutDown = false;
};

BootFiles bootFiles(const QString &folder)
{
    QFile file(folder + "/config.txt"_L1);
    QString config;
    if (file.open(QIODevice::ReadOnly))
        config = QString::fromUtf8(file.read(longestConfig));
    BootFiles names{setting(config, uR"(^[ \t]*kernel=[ \t]*(\S+))"_s),
                    setting(config, uR"(^[ \t]*initramfs[ \t]+(\S+))"_s)};
    const QString memory = setting(config, uR"(^[ \t]*gpu_mem=[ \t]*([0-9]+))"_s);
    names.cutDown = !memory.isEmpty() && memory.toInt() <= cutDownMemory;
    if (names.kernel.isEmpty())
        names.kernel = u"kernel8.img"_s; // the firmware's own name for it
    return names;
}

void checkFile(const QString &folder, const QString &name, QList<TftpProblem> *problems)
{
    const QFileInfo info(folder + u'/' + name);
    if (!info.isFile())
        problems->append({Kind::Missing, name, 0});
    else if (info.size() == 0)
        problems->append({Kind::Empty, name, 0});
    else if (!info.permission(QFile::ReadOther))
        problems->append({Kind::Unreadable, name, 0});
}

void checkSizes(const QString &folder, QList<TftpProblem> *problems)
{
    QDirIterator files(folder, QDir::Files, QDirIterator::Subdirectories);
    for (int count = 0; files.hasNext() && count < mostFiles; ++count) {
        files.next();
        if (files.fileInfo().size() > tftpFileLimit)
            problems->append(
                {Kind::TooLarge, files.filePath().mid(folder.size() + 1), files.fileInfo().size()});
    }
}

} // namespace

QList<TftpProblem> inspectTftpRoot(const QString &folder)
{
    if (!QFileInfo(folder).isDir())
        return {{Kind::NoFolder, folder, 0}};
    QList<TftpProblem> problems;
    if (const auto root = checkTftpRoot(folder); !root)
        problems.append({Kind::Refused, root.failure().detail, 0});
    const BootFiles boot = bootFiles(folder);
    QStringList needed;
    for (const auto name : fixedFiles)
        needed << name;
    for (const auto name : cutDownFiles) {
        if (boot.cutDown)
            needed << name;
    }
    needed << boot.kernel;
    if (boot.initramfs.isEmpty() && QFileInfo::exists(folder + "/config.txt"_L1))
        problems.append({Kind::NoInitramfs, u"config.txt"_s, 0});
    else if (!boot.initramfs.isEmpty())
        needed << boot.initramfs;
    for (const QString &name : needed)
        checkFile(folder, name, &problems);
    checkSizes(folder, &problems);
    const qint64 booted =
        QFileInfo(folder + u'/' + boot.kernel).size() +
        (boot.initramfs.isEmpty() ? 0 : QFileInfo(folder + u'/' + boot.initramfs).size());
    if (booted > bootSizeGoal)
        problems.append({Kind::Slow, {}, booted});
    return problems;
}

} // namespace netboot
