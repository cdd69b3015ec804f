// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/dnsmasq_process.h"

#include "netboot/helper/child_rights.h"
#include "netboot/helper/programs.h"

#include <QRegularExpression>

#include <csignal>

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

constexpr int startPatienceMs = 10'000;
constexpr int endPatienceMs = 3'000;
constexpr qsizetype maxLine = 4096;

// The last line that dnsmasq logs before it serves, after it has opened its sockets.
constexpr auto readyMark = "TFTP root is "_L1;

// What it says of itself, not of a client; before it has a log, it says nothing but errors. In
// capitals it only says that it failed, after the error.
bool isError(const QString &line)
{
    static const QRegularExpression form(
        uR"(\Adnsmasq(: |\[\d+\]: .*\b(failed|cannot|inaccessible|error)\b))"_s);
    return form.match(line).hasMatch();
}

} // namespace

DnsmasqProcess::DnsmasqProcess(QObject *parent) : QObject(parent)
{
    m_process.setProcessEnvironment(plainEnvironment());
    m_process.setWorkingDirectory(u"/"_s);
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setStandardInputFile(QProcess::nullDevice());
    m_patience.setSingleShot(true);
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &DnsmasqProcess::readLog);
    connect(&m_process, &QProcess::finished, this, &DnsmasqProcess::handleEnd);
    connect(&m_patience, &QTimer::timeout, &m_process, &QProcess::kill);
}

DnsmasqProcess::~DnsmasqProcess()
{
    stop();
}

Result<void> DnsmasqProcess::start(const QString &config, const ServiceUser &user)
{
    const auto program = findProgram(u"dnsmasq"_s);
    if (!program)
        return program.failure();
    m_ready = false;
    m_rest.clear();
    m_error.clear();
    m_lastWords.clear();
    const pid_t parent = ::getpid();
    m_process.setChildProcessModifier([user, parent] { becomeServiceProcess(user, parent); });
    m_process.start(*program, {u"--keep-in-foreground"_s, u"--conf-file="_s + config});
    m_patience.start(startPatienceMs);
    if (!m_process.waitForStarted())
        return Failure{FailureCode::NetbootFailed, Stage::None, m_process.errorString()};
    return {};
}

void DnsmasqProcess::reload()
{
    if (m_process.state() == QProcess::Running)
        ::kill(pid_t(m_process.processId()), SIGHUP);
}

void DnsmasqProcess::stop()
{
    m_process.disconnect(this);
    m_patience.stop();
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.terminate();
    if (m_process.waitForFinished(endPatienceMs))
        return;
    m_process.kill();
    m_process.waitForFinished(endPatienceMs);
}

void DnsmasqProcess::readLog()
{
    m_rest += m_process.readAllStandardOutput();
    qsizetype end = 0;
    while ((end = m_rest.indexOf('\n')) >= 0) {
        takeLine(m_rest.left(end));
        m_rest.remove(0, end + 1);
    }
    if (m_rest.size() > maxLine)
        m_rest.clear();
}

void DnsmasqProcess::takeLine(const QByteArray &bytes)
{
    const QString text = QString::fromUtf8(bytes.left(maxLine)).trimmed();
    if (text.isEmpty())
        return;
    m_lastWords = text;
    if (isError(text))
        m_error = text;
    Q_EMIT line(text);
    if (m_ready || !text.contains(readyMark))
        return;
    m_ready = true;
    m_patience.stop();
    Q_EMIT ready();
}

QString DnsmasqProcess::howItEnded() const
{
    // QProcess's exit code of what was killed is the signal's number.
    const bool killed = m_process.exitStatus() == QProcess::CrashExit;
    const QString end =
        (killed ? u"dnsmasq was killed by signal %1"_s : u"dnsmasq ended with code %1"_s)
            .arg(m_process.exitCode());
    const bool spoke = !m_lastWords.isEmpty() && !m_lastWords.contains(readyMark);
    return spoke ? u"%1; its last words: %2"_s.arg(end, m_lastWords) : end;
}

void DnsmasqProcess::handleEnd()
{
    m_patience.stop();
    readLog();
    const bool taken = m_error.contains("Address already in use"_L1);
    Q_EMIT failed({taken ? FailureCode::PortTaken : FailureCode::NetbootFailed, Stage::None,
                   m_error.isEmpty() ? howItEnded() : m_error});
}

} // namespace netboot
