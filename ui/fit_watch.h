// SPDX-License-Identifier: GPL-3.0-or-later
// Follows which devices the golden image does not fit.
#pragma once

#include "core/model.h"
#include "ui/tone.h"

#include <QObject>
#include <QSet>
#include <QTimer>

namespace core
{
class Station;
}

namespace ui
{

// Devices that told a size on which the image cannot be written.
[[nodiscard]] QSet<core::MacAddress> tooSmallFor(core::Station &station, const core::Image &image);

class FitWatch : public QObject
{
    Q_OBJECT

public:
    explicit FitWatch(core::Station &station, QObject *parent = nullptr); // `station` outlives it

    // One sentence: whether it fits every device, or which it does not fit; empty without devices
    // or image.
    [[nodiscard]] QString sentence() const { return m_sentence; }
    [[nodiscard]] bool allFit() const { return m_allFit; }
    [[nodiscard]] Tone tone() const; // of the sentence
    void look();

Q_SIGNALS:
    void changed();

private:
    void lookSoon();
    [[nodiscard]] QString fitSentence() const;

    core::Station &m_station;
    QTimer m_soon; // devices change often while they work; their size hardly ever
    QString m_sentence;
    bool m_allFit = true;
    bool m_known = false; // a device has told its size
};

} // namespace ui
