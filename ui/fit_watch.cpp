// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fit_watch.h"

#include "core/image_fit.h"
#include "core/station.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace ui
{
namespace
{

constexpr auto lookInterval = 500ms;
constexpr qsizetype maxNamesShown = 3;

QString namesOf(const core::Station &station, const QSet<core::MacAddress> &macs)
{
    QStringList names;
    for (const core::Device &device : station.devices()) {
        if (macs.contains(device.mac) && names.size() < maxNamesShown)
            names << device.mac.toString();
    }
    if (macs.size() > maxNamesShown)
        names << u"…"_s;
    return names.join(u", "_s);
}

} // namespace

QSet<core::MacAddress> tooSmallFor(core::Station &station, const core::Image &image)
{
    const auto pack = station.library().pack(image.id);
    if (!pack)
        return {};
    core::JobOptions options;
    options.allowSd = true; // asked elsewhere
    QSet<core::MacAddress> macs;
    // Devices are of few sizes, and a look into the map of a large image takes its time.
    std::map<std::pair<core::Level, qint64>, bool> fits;
    for (const core::Device &device : station.devices()) {
        const std::pair kind(device.level, device.storage.size);
        if (!fits.contains(kind))
            fits[kind] = core::checkFit(device, *pack, options, &image).ok();
        if (!fits[kind])
            macs << device.mac;
    }
    return macs;
}

FitWatch::FitWatch(core::Station &station, QObject *parent) : QObject(parent), m_station(station)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(lookInterval);
    connect(&m_soon, &QTimer::timeout, this, &FitWatch::look);
    connect(&station, &core::Station::deviceAdded, this, &FitWatch::lookSoon);
    connect(&station, &core::Station::deviceChanged, this, &FitWatch::lookSoon);
    connect(&station, &core::Station::deviceRemoved, this, &FitWatch::lookSoon);
    look();
}

void FitWatch::lookSoon()
{
    if (!m_soon.isActive())
        m_soon.start();
}

void FitWatch::look()
{
    const core::Image *golden = m_station.library().image(m_station.goldenImage());
    QString sentence;
    QSet<core::MacAddress> tooSmall;
    if (golden && golden->state == core::ImageState::Ready && !m_station.devices().isEmpty()) {
        tooSmall = tooSmallFor(m_station, *golden);
        sentence = tooSmall.isEmpty()
                       ? fitSentence()
                       : tr("does not fit %n device(s): %1", nullptr, int(tooSmall.size()))
                             .arg(namesOf(m_station, tooSmall));
    }
    m_allFit = tooSmall.isEmpty();
    m_known = std::ranges::any_of(
        m_station.devices(), [](const core::Device &device) { return device.storage.size > 0; });
    if (std::exchange(m_sentence, sentence) != sentence)
        Q_EMIT changed();
}

Tone FitWatch::tone() const
{
    if (!m_allFit)
        return Tone::Warning;
    return m_known ? Tone::Good : Tone::Muted;
}

// None is too small; a device may have told no size, as a plain one need not.
QString FitWatch::fitSentence() const
{
    const auto &devices = m_station.devices();
    const auto silent = std::ranges::count_if(
        devices, [](const core::Device &device) { return device.storage.size <= 0; });
    if (silent == 0)
        return tr("fits every device that is known");
    if (silent == devices.size())
        return tr("not known whether it fits: no device has reported its size");
    return tr("fits the devices that reported their size; %n device(s) did not", nullptr,
              int(silent));
}

} // namespace ui
