// SPDX-License-Identifier: GPL-3.0-or-later
// Who may steer the station: whoever has the operator token, and has not guessed at it.
//
// Ten wrong tokens within a minute from one address and it is refused for a minute. From another
// machine that goes for the right token, too: it may be the guess that hits. On this machine the
// right token is always taken, for all of its users share one address, and one of them must not
// keep the operator out; there a guesser has to read a file of mode 0600 anyway.
//
// Many addresses together have a budget, too: once it is used up, each is refused at its first
// wrong token. From all others the right one is taken as ever, so that nobody locks the operator
// out from elsewhere.
#pragma once

#include "protocol/failure.h"

#include <QByteArray>
#include <QHash>
#include <QString>

#include <chrono>
#include <functional>
#include <optional>

namespace http
{

struct GuessLimits {
    int wrong = 10;
    std::chrono::seconds within{60};
    std::chrono::seconds refused{60};
    qsizetype addresses = 1024; // remembered at once
    int inAll = 50;             // wrong ones from all addresses together, within the same time
};

class TokenGuard
{
public:
    using Clock = std::chrono::steady_clock; // setting the time neither helps nor hurts
    using Now = std::function<Clock::time_point()>;

    explicit TokenGuard(QByteArray token, GuessLimits limits = {}, Now now = &Clock::now);

    // Unauthorized, TooManyAttempts; nullopt: may. An empty `token` is no guess.
    [[nodiscard]] std::optional<protocol::Failure> check(const QByteArray &token,
                                                         const QString &peer, bool isLocal);
    [[nodiscard]] qsizetype remembered() const { return m_guesses.size(); } // addresses

private:
    struct Guesses {
        int wrong = 0;
        Clock::time_point first;        // of those that count
        Clock::time_point refusedUntil; // before: not refused
    };

    void count(Guesses &guesses) const;
    [[nodiscard]] bool isRefused(const QString &peer) const;
    void noteWrong(const QString &peer);
    void forgetOldest();

    QByteArray m_token;
    GuessLimits m_limits;
    Now m_now;
    QHash<QString, Guesses> m_guesses;
    Guesses m_all; // of all addresses
};

} // namespace http
