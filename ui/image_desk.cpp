// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/image_desk.h"

#include "core/import/image_name.h"
#include "core/import/sidecars.h"
#include "core/station.h"
#include "ui/confirm.h"
#include "ui/file_dialogs.h"
#include "ui/window_texts.h"

#include <QFileInfo>
#include <QPointer>

#include <algorithm>
#include <optional>

using protocol::Result;

namespace ui
{
namespace
{

// What the library would look at beside the image.
bool tellsOf(const QString &image, const QString &file)
{
    const QFileInfo about(file);
    return about.path() == QFileInfo(image).path() && core::tellsOfImage(image, about.fileName());
}

// The one image, when nothing but what tells of it was dropped with it.
std::optional<QString> imageAmong(const QStringList &files)
{
    if (files.size() == 1)
        return files.first();
    const auto isImage = [](const QString &file) { return core::imageNameOf(file).has_value(); };
    const auto image = std::ranges::find_if(files, isImage);
    const bool isAlone =
        image != files.end() && std::ranges::all_of(files, [&](const QString &file) {
            return file == *image || (!isImage(file) && tellsOf(*image, file));
        });
    return isAlone ? std::optional(*image) : std::nullopt;
}

} // namespace

ImageDesk::ImageDesk(core::Station &station, QWidget *window)
    : QObject(window), m_station(station), m_window(window)
{
}

void ImageDesk::choose()
{
    askForImageFile(m_window, [this](const QString &path) { open(path); });
}

void ImageDesk::open(const QString &path)
{
    const QPointer<ImageDesk> asks(this);
    const quint64 wish = ++m_wishes;
    m_station.library().importLater(path, [asks, path, wish](const Result<core::ImageId> &id) {
        if (asks)
            asks->takeImport(path, id, wish);
    });
}

void ImageDesk::takeImport(const QString &path, const Result<core::ImageId> &id, quint64 wish)
{
    if (id) {
        wishGolden(*id, wish);
        return;
    }
    Q_EMIT refused(imageRefusedMessage(tr("Import"), path, id.failure()));
    openBox(m_window, importRefusedBox(path, id.failure()));
}

void ImageDesk::take(const QStringList &files)
{
    if (const auto image = imageAmong(files))
        open(*image);
    else
        openBox(m_window, notOneImageBox());
}

// Of several the one that was wanted last counts, whichever folder answers first.
void ImageDesk::wishGolden(const core::ImageId &id, quint64 wish)
{
    if (wish < m_goldenWish)
        return;
    m_goldenWish = wish;
    m_station.setGoldenImage(id);
}

void ImageDesk::remove(const QString &id)
{
    const core::Image *image = m_station.library().image(id);
    if (!image)
        return;
    if (image->state != core::ImageState::Ready) {
        takeOut(id);
        return;
    }
    Question question;
    question.title = tr("Remove");
    question.text = tr("Remove %1 from the library?").arg(image->name);
    question.informative = tr("The file that it was made from is not touched.");
    question.accept = tr("Remove");
    question.reject = tr("Keep");
    confirm(m_window, question, [this, id] { takeOut(id); });
}

void ImageDesk::takeOut(const QString &id)
{
    if (const auto removed = m_station.library().remove(id); !removed)
        Q_EMIT refused(imageRefusedMessage(tr("Remove"), {}, removed.failure()));
}

} // namespace ui
