// SPDX-License-Identifier: GPL-3.0-or-later
// Which image is written where none is named. The one in force stays until the next is ready, so
// that a line does not stop for an import, nor for a file that turns out to be none:
//
//     choice.choose(first);  // nothing was in force: it is at once, imported or not
//     choice.choose(second); // next(), in force once it is ready; if it fails, `first` stays
//
// Kept over a restart. A start that names its image does not let automatic mode write the one that
// was kept:
//
//     choice.hold();         // from now on, before anything was chosen
//     choice.choose(named);  // isHeld() until it, or what is chosen after it, is in force
#pragma once

#include "core/image_library.h"

#include <QObject>
#include <QStringList>

namespace core
{

struct Snapshot;

class GoldenChoice : public QObject
{
    Q_OBJECT

public:
    // Both outlive it.
    GoldenChoice(ImageLibrary &library, Store &store);

    void restore(const Snapshot &snapshot);

    [[nodiscard]] const ImageId &inForce() const { return m_inForce; } // empty: none
    // What was wanted last and is not ready yet; empty: none.
    [[nodiscard]] ImageId next() const;

    // Until what is chosen from now on is in force; its failure does not end it, another choice
    // does. Not kept.
    void hold() { m_held = true; }
    [[nodiscard]] bool isHeld() const { return m_held; }
    // What was chosen since hold(); empty: nothing, or it is not held.
    [[nodiscard]] ImageId awaited() const { return m_awaited; }

    // At once when it is ready, or when there is none in force that can be deployed or is on its
    // way; else once it is ready. Of several the one that was chosen last counts. Empty: none at
    // all. One whose import has failed changes nothing.
    void choose(const ImageId &id);

Q_SIGNALS:
    void changed();     // inForce(), or that it is held no more
    void nextChanged(); // next()

private:
    void follow(const ImageId &id);
    void drop(const ImageId &id);
    [[nodiscard]] bool holds() const;
    void putInForce(const ImageId &id);
    void setWanted(const QStringList &ids);

    ImageLibrary &m_library;
    Store &m_store;
    ImageId m_inForce;
    QStringList m_wanted; // the latest last
    bool m_held = false;
    ImageId m_awaited; // while it is held
};

} // namespace core
