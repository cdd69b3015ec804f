// SPDX-License-Identifier: GPL-3.0-or-later
// Takes images into the library and out of it, and asks the station to make one the golden image.
// Refusals are told in a box and posted.
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
    void remove(const QString &id); // asks first; an import under way is cancelled at once

Q_SIGNALS:
    void refused(const ui::MessageEntry &message);

private:
    void wishGolden(const core::ImageId &id, quint64 wish);
    void takeImport(const QString &path, const protocol::Result<core::ImageId> &id, quint64 wish);
    void takeOut(const QString &id);

    core::Station &m_station;
    QWidget *m_window;
    quint64 m_wishes = 0;     // counted, for disks answer in any order
    quint64 m_goldenWish = 0; // the latest of which the station was told
};

} // namespace ui
