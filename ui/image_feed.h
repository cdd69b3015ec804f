// SPDX-License-Identifier: GPL-3.0-or-later
// Carries the library's images and the choice of the golden one into the model.
#pragma once

#include <QObject>

namespace core
{
class Station;
}

namespace ui
{

class ImageModel;

class ImageFeed : public QObject
{
    Q_OBJECT

public:
    // Both outlive the feed. What the library holds already is in the model afterwards.
    ImageFeed(core::Station &station, ImageModel &model, QObject *parent = nullptr);

Q_SIGNALS:
    void changed(); // an image or the choice

private:
    void take(const QString &id);
    void drop(const QString &id);
    void takeGolden();
    void takeNext();

    core::Station &m_station;
    ImageModel &m_model;
};

} // namespace ui
