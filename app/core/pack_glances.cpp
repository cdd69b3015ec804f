// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pack_glances.h"

#include <utility>

namespace core
{

namespace
{

constexpr qint64 lookAgainMs = 1'000;
constexpr qint64 recentMs = 10'000; // two polls of a plain device

} // namespace

PackGlances::Sight PackGlances::glanceAt(const QString &path, const QString &identity,
                                         const FileStamp &known)
{
    if (fileStamp(path) == known)
        return std::optional<OpenedPack>();
    auto opened = openPack(path, identity);
    if (!opened)
        return opened.failure();
    return std::optional(std::move(*opened));
}

PackGlances::PackGlances(Seen seen, Look how, Clock steady)
    : m_seen(std::move(seen)), m_look(std::move(how)), m_steady(std::move(steady))
{
}

void PackGlances::look(const QString &identity, const QString &path, const FileStamp &known)
{
    Glance &glance = m_glances[identity];
    const qint64 now = m_steady();
    const bool isFresh = glance.ended && now - *glance.ended < lookAgainMs;
    if (glance.number == 0 && isFresh)
        return;
    // Whoever asks after a while has not waited for the answer that others gave up.
    if (!glance.askedSince || now - glance.wanted > recentMs)
        glance.askedSince = now;
    glance.wanted = now;
    if (glance.number != 0)
        return;
    glance.number = ++m_lastNumber;
    const auto work = [how = m_look, path, identity, known] { return how(path, identity, known); };
    m_errands.run<std::optional<OpenedPack>>(
        work, [this, identity, number = glance.number](const Sight &sight) {
            finish(identity, number, sight);
        });
}

void PackGlances::note(const QString &identity)
{
    m_glances.insert(identity, {0, std::nullopt, 0, m_steady()});
}

void PackGlances::forget(const QString &identity)
{
    m_glances.remove(identity);
}

bool PackGlances::isRecent(const QString &identity) const
{
    const Glance glance = m_glances.value(identity);
    return glance.ended && m_steady() - *glance.ended < recentMs;
}

std::chrono::milliseconds PackGlances::waitingFor(const QString &identity) const
{
    const Glance glance = m_glances.value(identity);
    return std::chrono::milliseconds(glance.askedSince ? m_steady() - *glance.askedSince : 0);
}

void PackGlances::finish(const QString &identity, quint64 number, const Sight &sight)
{
    const auto glance = m_glances.find(identity);
    if (glance == m_glances.end() || glance->number != number)
        return; // forgotten meanwhile, or somebody else has looked
    glance->number = 0;
    using protocol::FailureCode;
    const bool saw = sight || sight.failure().code == FailureCode::PackDamaged ||
                     sight.failure().code == FailureCode::ImageUnreadable;
    if (!saw)
        return; // no thread was to be had: it is not known
    glance->askedSince.reset();
    glance->ended = m_steady();
    m_seen(identity, sight);
}

} // namespace core
