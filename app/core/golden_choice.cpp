// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/golden_choice.h"

#include "core/store.h"

namespace core
{

using namespace Qt::StringLiterals;

namespace
{

const QString inForceKey = u"golden-image"_s;
const QString wantedKey = u"golden-next"_s;

} // namespace

GoldenChoice::GoldenChoice(ImageLibrary &library, Store &store) : m_library(library), m_store(store)
{
    connect(&library, &ImageLibrary::imageChanged, this, &GoldenChoice::follow);
    connect(&library, &ImageLibrary::imageSettled, this, &GoldenChoice::follow);
    connect(&library, &ImageLibrary::imageRemoved, this, &GoldenChoice::drop);
}

// Imports that were under way are started again by the library, and the choice goes on with them.
void GoldenChoice::restore(const Snapshot &snapshot)
{
    m_inForce = snapshot.settings.value(inForceKey);
    if (!m_library.image(m_inForce))
        m_inForce.clear();
    m_wanted = snapshot.settings.value(wantedKey).split(u' ', Qt::SkipEmptyParts);
    m_wanted.removeIf([this](const ImageId &id) { return !m_library.image(id); });
    const QStringList wanted = m_wanted;
    for (const ImageId &id : wanted)
        follow(id);
}

ImageId GoldenChoice::next() const
{
    return m_wanted.isEmpty() ? ImageId() : m_wanted.last();
}

// One that can be deployed, or will be as far as anybody knows.
bool GoldenChoice::holds() const
{
    const Image *image = m_library.image(m_inForce);
    return image && image->state != ImageState::Failed;
}

void GoldenChoice::choose(const ImageId &id)
{
    const Image *image = m_library.image(id);
    const bool isFailed = image && image->state == ImageState::Failed;
    const bool isUnknown = !image && !id.isEmpty();
    if (isUnknown)
        return;
    if (m_held)
        m_awaited = id;
    if (isFailed && holds())
        return;
    if (!holds() || !image || id == m_inForce || m_library.isSettled(id)) {
        setWanted({}); // what was wanted before is not wanted any more
        putInForce(id);
        return;
    }
    QStringList wanted = m_wanted;
    wanted.removeAll(id);
    setWanted(wanted << id);
}

void GoldenChoice::follow(const ImageId &id)
{
    const qsizetype at = m_wanted.indexOf(id);
    const Image *image = m_library.image(id);
    if (at < 0 || !image)
        return;
    if (image->state == ImageState::Failed) {
        drop(id);
        return;
    }
    if (!m_library.isSettled(id))
        return;
    const ImageId chosen = id;          // it may be an entry of what is shortened
    setWanted(m_wanted.sliced(at + 1)); // what was wanted before it is not any more
    putInForce(chosen);
}

void GoldenChoice::drop(const ImageId &id)
{
    const ImageId dropped = id;
    const bool wasInForce = m_inForce == dropped && !m_library.image(dropped);
    QStringList wanted = m_wanted;
    wanted.removeAll(dropped);
    const ImageId heir = wasInForce && !wanted.isEmpty() ? wanted.takeLast() : ImageId();
    setWanted(heir.isEmpty() ? wanted : QStringList());
    if (wasInForce)
        putInForce(heir);
}

void GoldenChoice::putInForce(const ImageId &id)
{
    const bool isAwaited = m_held && !id.isEmpty() && id == m_awaited;
    if (m_inForce == id && !isAwaited)
        return;
    m_inForce = id;
    if (isAwaited) {
        m_held = false;
        m_awaited.clear();
    }
    m_store.saveSetting(inForceKey, id);
    Q_EMIT changed();
}

void GoldenChoice::setWanted(const QStringList &ids)
{
    if (m_wanted == ids)
        return;
    m_wanted = ids;
    m_store.saveSetting(wantedKey, ids.join(u' '));
    Q_EMIT nextChanged();
}

} // namespace core
