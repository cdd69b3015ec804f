// SPDX-License-Identifier: GPL-3.0-or-later
// The library's images, with a mark on the golden one.
#pragma once

#include "core/model.h"

#include <QAbstractListModel>
#include <QList>

namespace ui
{

class ImageModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { IdRole = Qt::UserRole };

    using QAbstractListModel::QAbstractListModel;

    void update(const core::Image &image); // appends what is new
    void remove(const core::ImageId &id);
    void setGolden(const core::ImageId &id);
    void setNext(const core::ImageId &id); // becomes golden when it is ready; empty: none

    [[nodiscard]] const core::Image *image(const core::ImageId &id) const;
    [[nodiscard]] const core::Image *golden() const { return image(m_golden); }
    [[nodiscard]] const core::Image *next() const { return image(m_next); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    [[nodiscard]] int position(const core::ImageId &id) const; // -1: none
    void announce(const core::ImageId &id);

    QList<core::Image> m_images;
    core::ImageId m_golden;
    core::ImageId m_next;
};

} // namespace ui
