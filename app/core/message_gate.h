// SPDX-License-Identifier: GPL-3.0-or-later
// What anybody on the network can cause, again and again, must not push everything else out of the
// list of messages: the same about the same device is told once in a while, and all of it together
// at a bounded rate. Times are the steady clock's, ms.
#pragma once

#include "core/model.h"

#include <QHash>

namespace core
{

class MessageGate
{
public:
    static constexpr qint64 repeatMs = 10'000; // the same kind, device and cause
    static constexpr int conflictsPerSecond = 20;
    static constexpr int arrivalsPerSecond = 20;
    static constexpr int arrivalsAtOnce = 200; // a bench that is switched on, several times over

    // Whether the message is told now.
    [[nodiscard]] bool admit(const Message &message, qint64 nowMs);

    // A device without any right can cause messages of this kind.
    [[nodiscard]] static bool isNoise(const Message &message);

private:
    // So many at once, and so many a second in the long run.
    class Bucket
    {
    public:
        Bucket(int perSecond, int atOnce) : m_perSecond(perSecond), m_atOnce(atOnce), m_left(atOnce)
        {
        }
        [[nodiscard]] bool take(qint64 nowMs);

    private:
        double m_perSecond;
        double m_atOnce;
        double m_left;
        qint64 m_filled = -1;
    };

    [[nodiscard]] bool isRepeated(const Message &message, qint64 nowMs);

    QHash<QString, qint64> m_told; // when last, by kind, device and cause
    Bucket m_conflicts{conflictsPerSecond, conflictsPerSecond};
    Bucket m_arrivals{arrivalsPerSecond, arrivalsAtOnce};
};

} // namespace core
