// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/auto_banner.h"

#include "core/station.h"
#include "ui/glyph_icon.h"
#include "ui/toned_label.h"

#include <QDir>
#include <QEvent>
#include <QHBoxLayout>
#include <QPushButton>

using namespace Qt::StringLiterals;
using core::AutoMode;
using core::JobKind;

namespace ui
{
namespace
{

constexpr int signSize = 20;

QString deployText(const core::Image *golden)
{
    if (!golden)
        return AutoBanner::tr("Automatic mode is on, but there is no golden image. Choose one.");
    switch (golden->state) {
    case core::ImageState::Importing:
        return AutoBanner::tr("Automatic mode is on: it begins when %1 is imported.")
            .arg(golden->name);
    case core::ImageState::Failed:
        return AutoBanner::tr("Automatic mode is on, but %1 could not be imported. Choose another "
                              "image.")
            .arg(golden->name);
    case core::ImageState::Ready:
        break;
    }
    return AutoBanner::tr("Automatic mode is on: every new device is erased and gets %1.")
        .arg(golden->name);
}

// Until then devices get the one that is in force.
QString nextText(const core::Image *next)
{
    return next ? u' ' + AutoBanner::tr("%1 follows when it is imported.").arg(next->name)
                : QString();
}

QString automaticDeployText(core::Station &station)
{
    const core::ImageLibrary &library = station.library();
    if (!station.awaitsGoldenImage())
        return deployText(library.image(station.goldenImage())) +
               nextText(library.image(station.nextGoldenImage()));
    const core::Image *awaited = library.image(station.awaitedGoldenImage());
    return awaited ? deployText(awaited)
                   : AutoBanner::tr("Automatic mode is on: it waits for the image that the station "
                                    "was started with. You may choose another one.");
}

QString countsText(const AutoCounts &counts)
{
    QStringList parts;
    if (counts.done > 0)
        parts << AutoBanner::tr("%n done", nullptr, counts.done);
    if (counts.atWork > 0)
        parts << AutoBanner::tr("%n at work", nullptr, counts.atWork);
    if (counts.failed > 0)
        parts << AutoBanner::tr("%n failed", nullptr, counts.failed);
    return parts.isEmpty() ? AutoBanner::tr("no device yet") : parts.join(u", "_s);
}

} // namespace

AutoCounts countAutomatic(const QList<DeviceRow> &rows, JobKind kind)
{
    AutoCounts counts;
    for (const DeviceRow &row : rows) {
        if (!row.job || row.job->kind != kind)
            continue;
        counts.atWork += row.hasActiveJob() ? 1 : 0;
        counts.done += row.job->state == core::JobState::Succeeded ? 1 : 0;
        counts.failed += row.job->state == core::JobState::Failed ? 1 : 0;
    }
    return counts;
}

AutoBanner::AutoBanner(core::Station &station, QWidget *parent)
    : QFrame(parent),
      m_station(station),
      m_sign(new QLabel),
      m_text(new TonedLabel),
      m_counts(new TonedLabel)
{
    setObjectName(u"autoBanner"_s);
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_text->setTone(Tone::Warning);
    m_text->setWordWrap(true);
    auto *off = new QPushButton(tr("&Turn off"));
    off->setObjectName(u"turnOffAutomatic"_s);
    off->setToolTip(tr("New devices are left alone. Jobs that have begun go on."));
    connect(off, &QPushButton::clicked, this, [this] { m_station.setAutoMode(AutoMode::Off); });
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(10, 6, 10, 6);
    line->setSpacing(10);
    line->addWidget(m_sign);
    line->addWidget(m_text, 1);
    line->addWidget(m_counts);
    line->addWidget(off);
    connect(&station, &core::Station::autoModeChanged, this, &AutoBanner::follow);
    connect(&station, &core::Station::goldenImageChanged, this, &AutoBanner::follow);
    connect(&station, &core::Station::nextGoldenImageChanged, this, &AutoBanner::follow);
    connect(&station.library(), &core::ImageLibrary::imageChanged, this, &AutoBanner::follow);
    paintSign();
    follow();
}

void AutoBanner::setRows(const QList<DeviceRow> &rows)
{
    m_rows = rows;
    follow();
}

void AutoBanner::follow()
{
    const AutoMode mode = m_station.autoMode();
    setVisible(mode != AutoMode::Off);
    if (mode == AutoMode::Off)
        return;
    const bool deploy = mode == AutoMode::Deploy;
    m_text->setValue(deploy ? automaticDeployText(m_station)
                            : tr("Automatic mode is on: every new device is backed up to %1.")
                                  .arg(QDir::toNativeSeparators(m_station.autoBackupDir())));
    m_counts->setValue(
        countsText(countAutomatic(m_rows, deploy ? JobKind::Deploy : JobKind::Backup)));
}

void AutoBanner::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        paintSign(); // a pixmap does not change its colour by itself
}

void AutoBanner::paintSign()
{
    m_sign->setPixmap(glyphIcon(Glyph::Warning, Tone::Warning)
                          .pixmap(QSize(signSize, signSize), devicePixelRatioF()));
}

} // namespace ui
