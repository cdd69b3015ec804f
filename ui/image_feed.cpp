// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/image_feed.h"

#include "core/station.h"
#include "ui/image_model.h"

namespace ui
{

ImageFeed::ImageFeed(core::Station &station, ImageModel &model, QObject *parent)
    : QObject(parent), m_station(station), m_model(model)
{
    core::ImageLibrary *library = &station.library();
    connect(library, &core::ImageLibrary::imageAdded, this, &ImageFeed::take);
    connect(library, &core::ImageLibrary::imageChanged, this, &ImageFeed::take);
    connect(library, &core::ImageLibrary::imageRemoved, this, &ImageFeed::drop);
    connect(&station, &core::Station::goldenImageChanged, this, &ImageFeed::takeGolden);
    connect(&station, &core::Station::nextGoldenImageChanged, this, &ImageFeed::takeNext);
    const QList<core::Image> images = library->images();
    for (const core::Image &image : images)
        m_model.update(image);
    m_model.setGolden(station.goldenImage());
    m_model.setNext(station.nextGoldenImage());
}

void ImageFeed::take(const QString &id)
{
    if (const core::Image *image = m_station.library().image(id))
        m_model.update(*image);
    Q_EMIT changed();
}

void ImageFeed::drop(const QString &id)
{
    m_model.remove(id);
    Q_EMIT changed();
}

void ImageFeed::takeGolden()
{
    m_model.setGolden(m_station.goldenImage());
    Q_EMIT changed();
}

void ImageFeed::takeNext()
{
    m_model.setNext(m_station.nextGoldenImage());
    Q_EMIT changed();
}

} // namespace ui
