// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/token_guard.h"

#include <algorithm>

namespace http
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Stage;

namespace
{

// Takes as long for a wrong token as for a right one.
bool equalInConstantTime(const QByteArray &a, const QByteArray &b)
{
    if (a.size() != b.size())
        return false;
    int difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference |= a[i] ^ b[i];
    return difference == 0;
}

} // namespace

TokenGuard::TokenGuard(QByteArray token, GuessLimits limits, Now now)
    : m_token(std::move(token)), m_limits(limits), m_now(std::move(now))
{
}

std::optional<Failure> TokenGuard::check(const QByteArray &token, const QString &peer, bool isLocal)
{
    const bool right = equalInConstantTime(token, m_token);
    const bool refused = isRefused(peer);
    if (right && (isLocal || !refused)) {
        m_guesses.remove(peer);
        return std::nullopt;
    }
    if (refused)
        return Failure{FailureCode::TooManyAttempts, Stage::None,
                       u"%1 wrong operator tokens from %2; wait for %3 s"_s.arg(m_limits.wrong)
                           .arg(peer)
                           .arg(m_limits.refused.count())};
    if (!token.isEmpty())
        noteWrong(peer);
    return Failure{FailureCode::Unauthorized, Stage::None, u"operator token missing or wrong"_s};
}

bool TokenGuard::isRefused(const QString &peer) const
{
    const auto found = m_guesses.constFind(peer);
    return found != m_guesses.constEnd() && m_now() < found->refusedUntil;
}

void TokenGuard::noteWrong(const QString &peer)
{
    if (!m_guesses.contains(peer) && m_guesses.size() >= m_limits.addresses)
        forgetOldest();
    Guesses &guesses = m_guesses[peer];
    count(guesses);
    count(m_all);
    if (m_all.wrong == m_limits.inAll + 1)
        qWarning("%d wrong operator tokens within a minute, from several addresses", m_all.wrong);
    const int allowed = m_all.wrong > m_limits.inAll ? 1 : m_limits.wrong;
    if (guesses.wrong >= allowed)
        guesses = {0, {}, m_now() + m_limits.refused};
}

void TokenGuard::count(Guesses &guesses) const
{
    const auto now = m_now();
    if (guesses.wrong == 0 || now - guesses.first >= m_limits.within)
        guesses = {0, now, {}};
    ++guesses.wrong;
}

void TokenGuard::forgetOldest()
{
    const auto age = [](const Guesses &g) { return std::max(g.first, g.refusedUntil); };
    const auto oldest =
        std::min_element(m_guesses.begin(), m_guesses.end(),
                         [age](const Guesses &a, const Guesses &b) { return age(a) < age(b); });
    m_guesses.erase(oldest);
}

} // namespace http
