// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/line_channel.h"

#include "protocol/messages.h"

#include <array>
#include <cerrno>

#include <unistd.h>

namespace netboot
{

namespace
{

constexpr qsizetype maxLine = 1 << 20;

} // namespace

LineChannel::LineChannel(QObject *parent)
    : QObject(parent), m_notifier(STDIN_FILENO, QSocketNotifier::Read)
{
    connect(&m_notifier, &QSocketNotifier::activated, this, &LineChannel::read);
}

void LineChannel::send(const QJsonObject &object)
{
    const QByteArray line = protocol::toBody(object); // ends in a line feed
    qsizetype done = 0;
    while (done < line.size()) {
        const ssize_t sent =
            ::write(STDOUT_FILENO, line.constData() + done, size_t(line.size() - done));
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return; // nobody listens any more: the standard input says so, too
        done += sent;
    }
}

void LineChannel::read()
{
    std::array<char, 4096> buffer;
    const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (got <= 0)
        return close();
    m_rest.append(buffer.data(), got);
    qsizetype end = 0;
    while ((end = m_rest.indexOf('\n')) >= 0) {
        const QByteArray line = m_rest.left(end);
        m_rest.remove(0, end + 1);
        Q_EMIT received(line);
    }
    if (m_rest.size() > maxLine)
        close();
}

void LineChannel::close()
{
    m_notifier.setEnabled(false);
    Q_EMIT closed();
}

} // namespace netboot
