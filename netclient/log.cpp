// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/log.h"

#include "netclient/log_buffer.h"

#include <atomic>
#include <cstdio>

namespace netclient
{

using namespace Qt::StringLiterals;

namespace
{

std::atomic<LogBuffer *> logBuffer = nullptr;

}

void setLogBuffer(LogBuffer *buffer)
{
    logBuffer = buffer;
}

void logLine(const QString &text)
{
    if (LogBuffer *buffer = logBuffer)
        buffer->add(text);
    const QByteArray line = text.toUtf8() + '\n';
    std::fwrite(line.constData(), 1, size_t(line.size()), stderr);
}

QString describe(const protocol::Failure &failure)
{
    QString text = protocol::toWire(failure.code);
    if (failure.stage != protocol::Stage::None)
        text += u" at stage %1"_s.arg(protocol::toWire(failure.stage));
    if (!failure.detail.isEmpty())
        text += ": "_L1 + failure.detail;
    return text;
}

} // namespace netclient
