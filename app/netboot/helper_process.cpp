// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper_process.h"

#include "protocol/messages.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <unistd.h>

namespace netboot
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Stage;

namespace
{

constexpr auto helperName = "provisioning-netboot-helper"_L1;
constexpr int endPatienceMs = 10'000;

// pkexec(1): 126 the dialog was dismissed, 127 not authorized or no way to ask.
constexpr int pkexecDismissed = 126;
constexpr int pkexecDenied = 127;

} // namespace

QString findHelper()
{
    const QString here = QCoreApplication::applicationDirPath();
    for (const auto folder : {"/netboot/helper/"_L1, "/../libexec/provisioning-station/"_L1}) {
        const QFileInfo file(here + folder + helperName);
        if (file.isFile() && file.isExecutable())
            return file.canonicalFilePath();
    }
    return {};
}

HelperProcess::HelperProcess(QString program, QObject *parent)
    : QObject(parent), m_program(std::move(program))
{
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &HelperProcess::readLines);
    connect(&m_process, &QProcess::finished, this, &HelperProcess::handleEnd);
    connect(&m_process, &QProcess::errorOccurred, this, &HelperProcess::handleError);
}

HelperProcess::~HelperProcess()
{
    m_process.disconnect(this);
    if (!isRunning())
        return;
    m_process.closeWriteChannel();
    // A helper with root rights cannot be killed from here, nor need it be: its input has ended.
    m_process.waitForFinished(endPatienceMs);
}

void HelperProcess::start(const QStringList &arguments)
{
    m_orderly = false;
    m_asksForRights = ::geteuid() != 0;
    if (m_asksForRights)
        m_process.start(u"pkexec"_s, QStringList{m_program} + arguments);
    else
        m_process.start(m_program, arguments);
}

void HelperProcess::send(const QJsonObject &message)
{
    if (isRunning())
        m_process.write(protocol::toBody(message));
}

void HelperProcess::endInput()
{
    m_process.closeWriteChannel();
}

void HelperProcess::readLines()
{
    while (m_process.canReadLine()) {
        const auto parsed = parseEvent(m_process.readLine());
        if (!parsed)
            continue;
        m_orderly = m_orderly || parsed->kind == Event::Kind::Stopped;
        Q_EMIT event(*parsed);
    }
}

Failure HelperProcess::reason() const
{
    const int code = m_process.exitCode();
    const bool normal = m_process.exitStatus() == QProcess::NormalExit;
    if (m_asksForRights && normal && (code == pkexecDismissed || code == pkexecDenied))
        return {FailureCode::NotPermitted, Stage::None, u"pkexec: %1"_s.arg(code)};
    return {FailureCode::NetbootFailed, Stage::None,
            normal ? u"the helper ended with code %1"_s.arg(code) : u"the helper was killed"_s};
}

void HelperProcess::handleEnd()
{
    readLines();
    Q_EMIT ended(m_orderly, m_orderly ? Failure{} : reason());
}

void HelperProcess::handleError(QProcess::ProcessError error)
{
    if (error != QProcess::FailedToStart)
        return; // finished() follows
    Q_EMIT ended(false, {FailureCode::ProgramMissing, Stage::None,
                         m_asksForRights ? u"pkexec"_s : m_program});
}

} // namespace netboot
