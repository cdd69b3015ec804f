// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/image_model.h"

#include "ui/failure_text.h"
#include "ui/format.h"
#include "ui/glyph_icon.h"
#include "ui/image_warning_text.h"
#include "ui/plain_text.h"

#include <algorithm>

using core::ImageState;

namespace ui
{
namespace
{

QString toolTip(const core::Image &image, bool golden)
{
    QStringList lines{image.sourcePath};
    if (golden)
        lines << ImageModel::tr("This is the golden image.");
    if (image.state == ImageState::Ready && !image.warnings.isEmpty())
        lines << imageWarningLines(image.warnings);
    if (image.state == ImageState::Failed) {
        const FailureText words = failureText(image.failure);
        lines << words.cause << words.nextStep << image.failure.detail;
    }
    lines.removeAll(QString());
    return lines.join(u'\n');
}

// For screen readers, which do not see the icon.
QString spokenText(const core::Image &image, bool golden)
{
    QString text = golden ? ImageModel::tr("%1, golden image").arg(image.name) : image.name;
    if (image.state == ImageState::Ready && !image.warnings.isEmpty())
        text = ImageModel::tr("%1, with warnings").arg(text);
    return text;
}

QString stateLine(const core::Image &image)
{
    switch (image.state) {
    case ImageState::Importing:
        return ImageModel::tr("Importing, %1").arg(format::amount(image.done, image.total));
    case ImageState::Ready:
        return ImageModel::tr("%1, %2 used")
            .arg(format::bytes(image.size), format::bytes(image.dataBytes));
    case ImageState::Failed:
        return shortCause(image.failure);
    }
    return {};
}

QIcon stateIcon(const core::Image &image, bool golden)
{
    switch (image.state) {
    case ImageState::Importing:
        return glyphIcon(Glyph::Working, Tone::Busy);
    case ImageState::Failed:
        return glyphIcon(Glyph::Bad, Tone::Bad);
    case ImageState::Ready:
        break;
    }
    if (!image.warnings.isEmpty())
        return glyphIcon(Glyph::Warning, Tone::Warning);
    return golden ? glyphIcon(Glyph::Good, Tone::Good) : glyphIcon(Glyph::Image, Tone::Muted);
}

} // namespace

void ImageModel::update(const core::Image &image)
{
    const int at = position(image.id);
    if (at >= 0) {
        m_images[at] = image;
        announce(image.id);
        return;
    }
    const int end = int(m_images.size());
    beginInsertRows({}, end, end);
    m_images.append(image);
    endInsertRows();
}

void ImageModel::remove(const core::ImageId &id)
{
    const int at = position(id);
    if (at < 0)
        return;
    beginRemoveRows({}, at, at);
    m_images.removeAt(at);
    endRemoveRows();
}

void ImageModel::setGolden(const core::ImageId &id)
{
    const core::ImageId before = std::exchange(m_golden, id);
    announce(before);
    announce(id);
}

void ImageModel::setNext(const core::ImageId &id)
{
    const core::ImageId before = std::exchange(m_next, id);
    announce(before);
    announce(id);
}

const core::Image *ImageModel::image(const core::ImageId &id) const
{
    const int at = position(id);
    return at < 0 ? nullptr : &m_images.at(at);
}

int ImageModel::position(const core::ImageId &id) const
{
    const auto found = std::find_if(m_images.begin(), m_images.end(),
                                    [&](const core::Image &image) { return image.id == id; });
    return found == m_images.end() ? -1 : int(found - m_images.begin());
}

void ImageModel::announce(const core::ImageId &id)
{
    const int at = position(id);
    if (at >= 0)
        Q_EMIT dataChanged(index(at), index(at));
}

int ImageModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_images.size());
}

QVariant ImageModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const core::Image &image = m_images.at(index.row());
    const bool golden = image.id == m_golden;
    switch (role) {
    case Qt::DisplayRole:
        return image.name + u'\n' +
               (image.id == m_next ? tr("%1, then golden").arg(stateLine(image))
                                   : stateLine(image));
    case Qt::ToolTipRole:
        return plain(toolTip(image, golden));
    case Qt::DecorationRole:
        return stateIcon(image, golden);
    case Qt::AccessibleTextRole:
        return spokenText(image, golden);
    case IdRole:
        return image.id;
    default:
        return {};
    }
}

} // namespace ui
