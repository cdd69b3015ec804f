// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/tftp_root.h"

#include "netboot/boot_files.h"
#include "netboot/helper/wish_check.h"

#include <QDir>
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

constexpr qint64 longestFirmware = 32 * 1024 * 1024;
constexpr qint64 headLength = 64;

// Whatever config.txt says, the boot ROM and the firmware ask for these.
constexpr auto fixedFiles = {"config.txt"_L1, "start4.elf"_L1, "fixup4.dat"_L1, "cmdline.txt"_L1};

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
    QString deviceTree;
    bool cutDown = false;
};

BootFiles bootFiles(const QString &folder)
{
    QFile file(folder + "/config.txt"_L1);
    QString config;
    if (file.open(QIODevice::ReadOnly))
        config = QString::fromUtf8(file.read(longestConfig));
    BootFiles names{setting(config, uR"(^[ \t]*kernel=[ \t]*(\S+))"_s),
                    setting(config, uR"(^[ \t]*initramfs[ \t]+(\S+))"_s),
                    setting(config, uR"(^[ \t]*device_tree=[ \t]*(\S+))"_s)};
    const QString memory = setting(config, uR"(^[ \t]*gpu_mem=[ \t]*([0-9]+))"_s);
    names.cutDown = !memory.isEmpty() && memory.toInt() <= cutDownMemory;
    if (names.kernel.isEmpty())
        names.kernel = u"kernel8.img"_s; // the firmware's own name for it
    if (names.deviceTree.isEmpty())
        names.deviceTree = u"bcm2711-rpi-cm4.dtb"_s; // as above
    return names;
}

QByteArray contentOf(const QString &path, qint64 length)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.read(length) : QByteArray();
}

// False: there is nothing in it to look at.
bool checkFile(const QString &folder, const QString &name, QList<TftpProblem> *problems)
{
    const QFileInfo info(folder + u'/' + name);
    if (!info.isFile())
        problems->append({Kind::Missing, name, 0});
    else if (info.size() == 0)
        problems->append({Kind::Empty, name, 0});
    else if (!info.permission(QFile::ReadOther))
        problems->append({Kind::Unreadable, name, 0});
    else
        return true;
    return false;
}

void checkFirmware(const QString &folder, const QString &name, QList<TftpProblem> *problems)
{
    if (!checkFile(folder, name, problems))
        return;
    const auto date = firmwareDate(contentOf(folder + u'/' + name, longestFirmware));
    if (!date)
        problems->append({Kind::NoFirmware, name, 0});
    else if (*date <= newestRefusingFirmware())
        problems->append({Kind::FirmwareOld, name, 0, date->toString(Qt::ISODate)});
    else if (*date < oldestStartingFirmware())
        problems->append({Kind::FirmwareDoubtful, name, 0, date->toString(Qt::ISODate)});
}

void checkHead(const QString &folder, const QString &name, bool (*isRight)(const QByteArray &),
               Kind otherwise, QList<TftpProblem> *problems)
{
    if (checkFile(folder, name, problems) && !isRight(contentOf(folder + u'/' + name, headLength)))
        problems->append({otherwise, name, 0});
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

QString complaint(const TftpProblem &problem)
{
    switch (problem.kind) {
    case Kind::NoFolder:
        return u"%1 does not exist"_s.arg(problem.file);
    case Kind::Refused:
        return problem.file;
    case Kind::Missing:
        return u"%1 is missing"_s.arg(problem.file);
    case Kind::Empty:
        return u"%1 is empty"_s.arg(problem.file);
    case Kind::Unreadable:
        return u"%1 cannot be read by everybody"_s.arg(problem.file);
    case Kind::TooLarge:
        return u"%1 has %2 bytes, more than TFTP carries"_s.arg(problem.file).arg(problem.size);
    case Kind::NoInitramfs:
        return u"%1 names no initramfs"_s.arg(problem.file);
    case Kind::Slow:
        return u"kernel and initramfs have %1 bytes"_s.arg(problem.size);
    case Kind::NoFirmware:
        return u"%1 is no boot firmware of a Raspberry Pi, or is cut off"_s.arg(problem.file);
    case Kind::FirmwareOld:
    case Kind::FirmwareDoubtful:
        return u"%1 is from %2; a Compute Module 4 needs one of %3 or later"_s.arg(
            problem.file, problem.date, oldestStartingFirmware().toString(Qt::ISODate));
    case Kind::NoKernel:
        return u"%1 is no arm64 kernel"_s.arg(problem.file);
    case Kind::NoDeviceTree:
        return u"%1 is no device tree"_s.arg(problem.file);
    case Kind::NoArchive:
        return u"%1 is no initramfs"_s.arg(problem.file);
    }
    return {};
}

bool isMissing(const QString &folder, QLatin1StringView name)
{
    return !QFileInfo::exists(folder + u'/' + name);
}

// Below the root; one without a name is the root itself. The bootloader asks below the folder of
// its serial number first.
QStringList kitFolders(const QString &root)
{
    static const QRegularExpression serial(uR"(\A[0-9a-f]{8}\z)"_s);
    QStringList own;
    if (isMissing(root, "config.txt"_L1) && isMissing(root, "start4.elf"_L1))
        own = QDir(root).entryList(QDir::Dirs | QDir::NoDotAndDotDot).filter(serial);
    return own.isEmpty() ? QStringList{QString()} : own;
}

QList<TftpProblem> inspectFolder(const QString &folder)
{
    QList<TftpProblem> problems;
    const BootFiles boot = bootFiles(folder);
    for (const auto name : fixedFiles) {
        if (name == "start4.elf"_L1)
            checkFirmware(folder, name, &problems);
        else
            checkFile(folder, name, &problems);
    }
    checkHead(folder, boot.deviceTree, isDeviceTree, Kind::NoDeviceTree, &problems);
    if (boot.cutDown) {
        checkFirmware(folder, u"start4cd.elf"_s, &problems);
        checkFile(folder, u"fixup4cd.dat"_s, &problems);
    }
    checkHead(folder, boot.kernel, isKernel, Kind::NoKernel, &problems);
    if (!boot.initramfs.isEmpty())
        checkHead(folder, boot.initramfs, isInitramfs, Kind::NoArchive, &problems);
    else if (!isMissing(folder, "config.txt"_L1))
        problems.append({Kind::NoInitramfs, u"config.txt"_s, 0});
    const qint64 booted =
        QFileInfo(folder + u'/' + boot.kernel).size() +
        (boot.initramfs.isEmpty() ? 0 : QFileInfo(folder + u'/' + boot.initramfs).size());
    if (booted > bootSizeGoal)
        problems.append({Kind::Slow, {}, booted});
    return problems;
}

} // namespace

QList<TftpProblem> inspectTftpRoot(const QString &folder)
{
    if (!QFileInfo(folder).isDir())
        return {{Kind::NoFolder, folder, 0}};
    QList<TftpProblem> problems;
    if (const auto root = checkTftpRoot(folder); !root)
        problems.append({Kind::Refused, root.failure().detail, 0});
    for (const QString &own : kitFolders(folder)) {
        for (TftpProblem problem : inspectFolder(own.isEmpty() ? folder : folder + u'/' + own)) {
            if (!own.isEmpty() && !problem.file.isEmpty())
                problem.file.prepend(own + u'/');
            problems.append(problem);
        }
    }
    checkSizes(folder, &problems);
    return problems;
}

protocol::Result<void> checkKit(const QString &folder)
{
    QStringList faults;
    for (const TftpProblem &problem : inspectTftpRoot(folder)) {
        const bool root = problem.kind == Kind::NoFolder || problem.kind == Kind::Refused;
        if (root)
            return protocol::Failure{protocol::FailureCode::TftpRootUnusable, protocol::Stage::None,
                                     complaint(problem)};
        if (problem.isFatal())
            faults.append(complaint(problem));
    }
    if (faults.isEmpty())
        return {};
    return protocol::Failure{protocol::FailureCode::KitUnusable, protocol::Stage::None,
                             u"%1: %2"_s.arg(folder, faults.join(u"; "_s))};
}

} // namespace netboot
