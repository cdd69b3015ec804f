// SPDX-License-Identifier: GPL-3.0-or-later
// Glances at the files of packs that devices are about to be written from: whether each is the file
// that it was. On threads of their own, for the library may lie on a share that does not answer.
// Lives on the main thread.
#pragma once

#include "core/clocks.h"
#include "core/errands.h"
#include "core/pack_check.h"

#include <QHash>

#include <chrono>
#include <functional>
#include <optional>

namespace core
{

class PackGlances
{
public:
    // Nothing: the file is the one that is known. Else another one, which is a pack of the same
    // image as far as its tail tells; as openPack() fails.
    using Sight = protocol::Result<std::optional<OpenedPack>>;
    using Seen = std::function<void(const QString &identity, const Sight &sight)>;
    using Look =
        std::function<Sight(const QString &path, const QString &identity, const FileStamp &known)>;
    [[nodiscard]] static Sight glanceAt(const QString &path, const QString &identity,
                                        const FileStamp &known);

    // `seen` is called from the event loop, `how` on other threads.
    explicit PackGlances(Seen seen, Look how = glanceAt, Clock steady = steadyClock);

    // Unless one is under way, or the last was not a second ago.
    void look(const QString &identity, const QString &path, const FileStamp &known);
    // Somebody else has just looked, and it was the file that is known. What a glance that is under
    // way will see is of no interest any more.
    void note(const QString &identity);
    void forget(const QString &identity);
    // Looked at so lately that a device may begin with it. A folder that answers slowly is looked
    // at again before that is over.
    [[nodiscard]] bool isRecent(const QString &identity) const;
    // For how long glances have been asked for, without a pause, and not been answered; 0: they
    // have.
    [[nodiscard]] std::chrono::milliseconds waitingFor(const QString &identity) const;

private:
    struct Glance {
        quint64 number = 0;               // of the one that is under way; 0: none is
        std::optional<qint64> askedSince; // ms, steady
        qint64 wanted = 0;                // when it was asked for last, ms, steady
        std::optional<qint64> ended;      // ms, steady
    };

    void finish(const QString &identity, quint64 number, const Sight &sight);

    Seen m_seen;
    Look m_look;
    Clock m_steady;
    quint64 m_lastNumber = 0;
    QHash<QString, Glance> m_glances; // by identity
    Errands m_errands;                // the last: its answers use the others
};

} // namespace core
