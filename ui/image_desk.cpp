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
    const core::ImageLibrary *library = &station.library();
    connect(library, &core::ImageLibrary::imageChanged, this, &ImageDesk::follow);
    connect(library, &core::ImageLibrary::imageRemoved, this, &ImageDesk::drop);
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

void ImageDesk::wishGolden(const core::ImageId &id, quint64 wish)
{
    const core::Image *image = m_station.library().image(id);
    if (!image || wish < m_goldenWish)
        return;
    const auto isOlder = [wish](const Next &next) { return next.wish < wish; };
    m_next.removeIf([&id](const Next &next) { return next.id == id; });
    if (image->state == core::ImageState::Ready || !hasGolden()) {
        m_next.removeIf(isOlder); // what was wanted before is not wanted any more
        m_goldenWish = wish;
        m_station.setGoldenImage(id);
    } else {
        m_next.insert(std::ranges::count_if(m_next, isOlder), {wish, id});
    }
    Q_EMIT nextChanged();
}

core::ImageId ImageDesk::next() const
{
    return m_next.isEmpty() ? core::ImageId() : m_next.last().id;
}

// One that can be deployed; an import that failed is no reason to wait.
bool ImageDesk::hasGolden() const
{
    const core::Image *golden = m_station.library().image(m_station.goldenImage());
    return golden && golden->state == core::ImageState::Ready;
}

void ImageDesk::follow(const QString &id)
{
    const core::Image *image = m_station.library().image(id);
    const auto next = std::ranges::find(m_next, id, &Next::id);
    if (!image || next == m_next.end() || image->state == core::ImageState::Importing)
        return;
    if (image->state == core::ImageState::Failed) {
        drop(id);
        return;
    }
    m_goldenWish = next->wish;
    m_next.erase(m_next.begin(), next + 1); // and what was wanted before it
    m_station.setGoldenImage(id);
    Q_EMIT nextChanged();
}

void ImageDesk::drop(const QString &id)
{
    if (m_next.removeIf([&id](const Next &next) { return next.id == id; }) > 0)
        Q_EMIT nextChanged();
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
