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

    void choose(); // by a file dialog
    // Imports it, then makes it the golden image. Its folder may take its time.
    void open(const QString &path);
    // What was dropped: one file, or an image and what lies beside it and tells of it. Open boxes
    // for anything else.
    void take(const QStringList &files);
    void makeGolden(const QString &id) { wishGolden(id, ++m_wishes); }
    // Becomes the golden image when it is ready; of several the latest. Empty: none.
    [[nodiscard]] core::ImageId next() const;
    void remove(const QString &id); // asks first; an import under way is cancelled at once

Q_SIGNALS:
    void refused(const ui::MessageEntry &message);
    void nextChanged();

private:
    // An image that is to become golden; wishes are counted, for disks answer in any order.
    struct Next {
        quint64 wish;
        core::ImageId id;
    };

    void wishGolden(const core::ImageId &id, quint64 wish);
    void takeImport(const QString &path, const protocol::Result<core::ImageId> &id, quint64 wish);
    void takeOut(const QString &id);
    void follow(const QString &id);
    void drop(const QString &id);
    [[nodiscard]] bool hasGolden() const;

    core::Station &m_station;
    QWidget *m_window;
    QList<Next> m_next; // in the order in which they were wanted
    quint64 m_wishes = 0;
    quint64 m_goldenWish = 0; // by which the golden image became it; 0: by none of these
};

} // namespace ui
