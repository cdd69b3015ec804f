// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/line_channel.h"

#include "protocol/messages.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include <poll.h>
#include <unistd.h>

namespace netboot
{

namespace
{

// The descriptor may be shared, so that it cannot be made non-blocking. A pipe that is ready takes
// as much as this without blocking (pipe(7)).
constexpr qsizetype mostAtOnce = PIPE_BUF;

bool takesMore(int descriptor, int patienceMs)
{
    pollfd entry{descriptor, POLLOUT, 0};
    return ::poll(&entry, 1, patienceMs) == 1; // an error is ready, too: the write tells it
}

} // namespace

LineChannel::LineChannel(int input, int output, QObject *parent)
    : QObject(parent),
      m_input(input),
      m_output(output),
      m_readable(input, QSocketNotifier::Read),
      m_writable(output, QSocketNotifier::Write)
{
    m_writable.setEnabled(false);
    connect(&m_readable, &QSocketNotifier::activated, this, &LineChannel::read);
    connect(&m_writable, &QSocketNotifier::activated, this, &LineChannel::write);
}

void LineChannel::send(const QJsonObject &object, Worth worth)
{
    if (worth == Worth::CanBeSpared && m_waiting.size() >= spareLimit) {
        ++m_spared;
        return;
    }
    m_waiting += protocol::toBody(object); // ends in a line feed
    if (m_waiting.size() > neededLimit) {
        m_waiting.clear();
        close();
    }
    if (!m_writable.isEnabled())
        write();
}

void LineChannel::write()
{
    while (!m_waiting.isEmpty() && takesMore(m_output, 0) && writeSome()) {
    }
    m_writable.setEnabled(!m_waiting.isEmpty());
    if (m_spared > 0 && m_waiting.size() < spareLimit / 2)
        Q_EMIT spared(std::exchange(m_spared, 0));
}

bool LineChannel::writeSome()
{
    const ssize_t sent =
        ::write(m_output, m_waiting.constData(), size_t(std::min(m_waiting.size(), mostAtOnce)));
    if (sent < 0 && (errno == EINTR || errno == EAGAIN))
        return errno == EINTR;
    if (sent < 0) {
        m_waiting.clear(); // nobody listens any more: the standard input says so, too
        return false;
    }
    m_waiting.remove(0, sent);
    return true;
}

void LineChannel::flush(std::chrono::milliseconds patience)
{
    while (!m_waiting.isEmpty() && takesMore(m_output, int(patience.count())) && writeSome()) {
    }
}

void LineChannel::read()
{
    std::array<char, 4096> buffer;
    const ssize_t got = ::read(m_input, buffer.data(), buffer.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (got <= 0)
        return close();
    m_rest.append(buffer.data(), got);
    takeLines();
    if (m_rest.size() <= maxLine)
        return;
    m_readable.setEnabled(false);
    Q_EMIT overlong();
}

void LineChannel::takeLines()
{
    qsizetype end = 0;
    while ((end = m_rest.indexOf('\n')) >= 0) {
        const QByteArray line = m_rest.left(end);
        m_rest.remove(0, end + 1);
        Q_EMIT received(line);
    }
}

void LineChannel::close()
{
    m_readable.setEnabled(false);
    if (std::exchange(m_open, false))
        Q_EMIT closed();
}

} // namespace netboot
