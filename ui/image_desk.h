// SPDX-License-Identifier: GPL-3.0-or-later
// Takes images into the library and out of it, and makes one the golden image: at once when it is
// ready, else when its import is done. Until then, and if that fails or is cancelled, the one in
// force stays. Refusals are told in a box and posted.
#pragma once

#include "ui/message_model.h"

#include <QObject>

class QWidget;

namespace core
{
class Station;
}

namespace ui
{

class ImageDesk : public QObject
{
    Q_OBJECT

public:
    // `station` outlives the desk; dialogs belong to `window`.
    ImageDesk(core::Station &station, QWidget *window);

    void choose();                  // by a file dialog
    void open(const QString &path); // imports it, then makes it the golden image
    // What was dropped: one file, or an image and what lies beside it and tells of it. Open boxes
    // for anything else.
    void take(const QStringList &files);
    void makeGolden(const QString &id);
    // Becomes the golden image when it is ready; of several the latest. Empty: none.
    [[nodiscard]] core::ImageId next() const;
    void remove(const QString &id); // asks first; an import under way is cancelled at once

Q_SIGNALS:
    void refused(const ui::MessageEntry &message);
    void nextChanged();

private:
    void takeOut(const QString &id);
    void follow(const QString &id);
    void drop(const QString &id);
    [[nodiscard]] bool hasGolden() const;

    core::Station &m_station;
    QWidget *m_window;
    QList<core::ImageId> m_next; // the order in which they were wanted
};

} // namespace ui
