// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/takeover.h"

namespace core
{

namespace
{

Takeover itself(const Newcomer &newcomer)
{
    return newcomer.sameAddress ? Takeover::Same : Takeover::Moved;
}

Takeover judgeOtherUnit(const Newcomer &newcomer)
{
    if (newcomer.accepted || newcomer.ownSession)
        return Takeover::OtherUnit;
    const bool gone = newcomer.running ? newcomer.silentMs >= plainAwayMs && !newcomer.attached
                                       : newcomer.sameAddress || !newcomer.online;
    return gone ? Takeover::OtherUnit : Takeover::Refused;
}

// A job that has not begun is nobody's yet: it goes to whoever has the MAC now.
Takeover judgeIdle(const Newcomer &newcomer)
{
    const bool proven = newcomer.ownSession || newcomer.accepted || newcomer.bootSeen;
    if (newcomer.sameAddress || proven || !newcomer.online)
        return itself(newcomer);
    return Takeover::Shown;
}

bool isProvenByNeighbour(const Newcomer &newcomer)
{
    if (!newcomer.sameAddress)
        return false;
    if (newcomer.neighbourAgrees)
        return newcomer.silentMs >= silentSessionMs;
    return !newcomer.neighbourKnown && newcomer.silentMs >= unknownNeighbourMs;
}

// It has no secret; its address is all that tells it from others.
bool isPlainItself(const Newcomer &newcomer)
{
    return newcomer.sameAddress || (newcomer.silentMs >= plainAwayMs && !newcomer.attached);
}

} // namespace

Takeover judge(const Newcomer &newcomer)
{
    if (newcomer.otherUnit)
        return judgeOtherUnit(newcomer);
    if (!newcomer.running)
        return judgeIdle(newcomer);
    const bool proven =
        newcomer.ownSession || newcomer.accepted || newcomer.bootSeen ||
        (newcomer.wasPlain ? isPlainItself(newcomer) : isProvenByNeighbour(newcomer));
    return proven ? itself(newcomer) : Takeover::Refused;
}

} // namespace core
