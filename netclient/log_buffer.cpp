// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/log_buffer.h"

#include "protocol/messages.h"

#include <QFile>

#include <algorithm>
#include <ctime>

namespace netclient
{

using protocol::LogLine;
using namespace Qt::StringLiterals;

namespace
{

// Well below what a control request may have (protocol::maxControlBodyBytes).
constexpr qsizetype maxHeadBytes = 48 * 1024;

qint64 uptimeMs()
{
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return qint64(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

} // namespace

void LogBuffer::add(const QString &text)
{
    add(LogLine{uptimeMs(), text});
}

void LogBuffer::add(const LogLine &line)
{
    const std::lock_guard lock(m_mutex);
    m_lines.push_back({line.uptimeMs, line.text.left(protocol::maxLogText)});
    if (m_lines.size() <= maxLines)
        return;
    m_lines.pop_front();
    ++m_dropped;
    m_given -= m_given > 0 ? 1 : 0;
}

QList<LogLine> LogBuffer::head() const
{
    const std::lock_guard lock(m_mutex);
    QList<LogLine> lines;
    if (m_lines.empty())
        return lines;
    m_told = m_dropped;
    if (m_told > 0)
        lines.append({m_lines.front().uptimeMs, u"(%1 lines lost)"_s.arg(m_told)});
    qsizetype bytes = 0;
    for (m_given = 0; m_given < m_lines.size(); ++m_given) {
        const LogLine &line = m_lines[m_given];
        bytes += protocol::toBody(protocol::toJson(line)).size();
        if (bytes > maxHeadBytes || lines.size() == protocol::maxLogLines)
            break;
        lines.append(line);
    }
    return lines;
}

void LogBuffer::removeHead()
{
    {
        const std::lock_guard lock(m_mutex);
        m_lines.erase(m_lines.begin(), m_lines.begin() + qsizetype(m_given));
        m_given = 0;
        m_dropped -= m_told;
        m_told = 0;
    }
    m_emptied.notify_all();
}

bool LogBuffer::waitUntilEmpty(std::chrono::milliseconds time)
{
    std::unique_lock lock(m_mutex);
    return m_emptied.wait_for(lock, time, [this] { return m_lines.empty(); });
}

QList<LogLine> takeInitLog(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QList<LogLine> lines;
    while (!file.atEnd() && lines.size() < qsizetype(LogBuffer::maxLines)) {
        const QString line = QString::fromUtf8(file.readLine(4096)).trimmed();
        const double seconds = line.section(u' ', 0, 0).toDouble();
        if (!line.isEmpty())
            lines.append({qint64(seconds * 1000), line.section(u' ', 1)});
    }
    file.remove();
    return lines;
}

} // namespace netclient
