// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message_gate.h"

#include <algorithm>

namespace core
{

using namespace Qt::StringLiterals;

namespace
{

constexpr qsizetype maxRemembered = 4096;

enum class Source { Station, Arrival, Conflict, Repeats };

Source sourceOf(const Message &message)
{
    switch (message.kind) {
    case MessageKind::DeviceAppeared:
    case MessageKind::DeviceRestarted:
        return Source::Arrival;
    case MessageKind::AddressConflict:
    case MessageKind::UnitReplaced:
    case MessageKind::SerialShared:
    case MessageKind::DeviceMoved:
    case MessageKind::AutomaticPaused:
        return Source::Conflict;
    case MessageKind::JobInterrupted:
        return Source::Repeats;
    case MessageKind::StationWarning:
        return message.failure.code == protocol::FailureCode::TooManyDevices ? Source::Conflict
                                                                             : Source::Station;
    default:
        return Source::Station;
    }
}

QString keyOf(const Message &message)
{
    return u"%1 %2 %3 %4"_s.arg(int(message.kind))
        .arg(message.mac.value())
        .arg(int(message.failure.code))
        .arg(message.job);
}

} // namespace

bool MessageGate::Bucket::take(qint64 nowMs)
{
    if (m_filled >= 0)
        m_left = std::min(m_atOnce, m_left + double(nowMs - m_filled) * m_perSecond / 1000);
    m_filled = nowMs;
    if (m_left < 1)
        return false;
    m_left -= 1;
    return true;
}

bool MessageGate::isNoise(const Message &message)
{
    const Source source = sourceOf(message);
    return source == Source::Arrival || source == Source::Conflict;
}

bool MessageGate::isRepeated(const Message &message, qint64 nowMs)
{
    const QString key = keyOf(message);
    const auto told = m_told.constFind(key);
    if (told != m_told.constEnd() && nowMs - *told < repeatMs)
        return true;
    if (m_told.size() >= maxRemembered)
        m_told.removeIf([nowMs](const auto &entry) { return nowMs - entry.value() >= repeatMs; });
    if (m_told.size() < maxRemembered)
        m_told.insert(key, nowMs);
    return false;
}

bool MessageGate::admit(const Message &message, qint64 nowMs)
{
    const Source source = sourceOf(message);
    if (source == Source::Station)
        return true;
    if (isRepeated(message, nowMs))
        return false;
    if (source == Source::Conflict)
        return m_conflicts.take(nowMs);
    return source == Source::Repeats || m_arrivals.take(nowMs);
}

} // namespace core
