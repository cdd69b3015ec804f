// SPDX-License-Identifier: GPL-3.0-or-later
// Which image is written where none is named. The one in force stays until the next is ready, so
// that a line does not stop for an import, nor for a file that turns out to be none:
//
//     choice.choose(first);  // nothing was in force: it is at once, imported or not
//     choice.choose(second); // next(), in force once it is ready; if it fails, `first` stays
//
// Kept over a restart.
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

    // At once when it is ready, or when there is none in force that can be deployed or is on its
    // way; else once it is ready. Of several the one that was chosen last counts. Empty: none at
    // all. One whose import has failed changes nothing.
    void choose(const ImageId &id);

Q_SIGNALS:
    void changed();     // inForce()
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
};

} // namespace core
