// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/programs.h"

#include <QFileInfo>
#include <QProcess>

namespace netboot
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

constexpr int patienceMs = 10'000;

} // namespace

Result<QString> findProgram(const QString &name)
{
    for (const auto folder : {"/usr/sbin/"_L1, "/usr/bin/"_L1, "/sbin/"_L1, "/bin/"_L1}) {
        const QFileInfo file(folder + name);
        if (file.isFile() && file.isExecutable())
            return file.filePath();
    }
    return Failure{FailureCode::ProgramMissing, Stage::None, name};
}

QProcessEnvironment plainEnvironment()
{
    QProcessEnvironment environment;
    environment.insert(u"PATH"_s, u"/usr/sbin:/usr/bin:/sbin:/bin"_s);
    environment.insert(u"LC_ALL"_s, u"C"_s);
    return environment;
}

Result<void> runProgram(const QString &name, const QStringList &arguments, const QByteArray &input)
{
    const auto path = findProgram(name);
    if (!path)
        return path.failure();
    QProcess process;
    process.setProcessEnvironment(plainEnvironment());
    process.setWorkingDirectory(u"/"_s);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(*path, arguments);
    process.write(input);
    process.closeWriteChannel();
    const bool ended = process.waitForFinished(patienceMs);
    if (ended && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
        return {};
    const QString said = QString::fromLocal8Bit(process.readAll()).simplified();
    process.kill();
    process.waitForFinished();
    return Failure{
        FailureCode::NetbootFailed, Stage::None,
        u"%1 %2: %3"_s.arg(name, arguments.join(u' '), ended ? said.left(400) : u"no answer"_s)};
}

Result<QByteArray> readRuleset()
{
    const auto path = findProgram(u"nft"_s);
    if (!path)
        return path.failure();
    QProcess process;
    process.setProcessEnvironment(plainEnvironment());
    process.start(*path, {u"-j"_s, u"list"_s, u"ruleset"_s});
    const bool ended = process.waitForFinished(patienceMs);
    if (ended && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
        return process.readAllStandardOutput();
    const QString said = QString::fromLocal8Bit(process.readAllStandardError()).simplified();
    process.kill();
    process.waitForFinished();
    return Failure{FailureCode::NetbootFailed, Stage::None, u"nft: %1"_s.arg(said.left(400))};
}

} // namespace netboot
