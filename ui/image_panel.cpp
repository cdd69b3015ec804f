// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/image_panel.h"

#include "ui/glyph_icon.h"
#include "ui/image_card.h"
#include "ui/image_model.h"

#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui
{
namespace
{

QLabel *heading(const QString &text)
{
    auto *label = new QLabel(text);
    QFont font = label->font();
    font.setBold(true);
    label->setFont(font);
    return label;
}

} // namespace

ImagePanel::ImagePanel(ImageModel &model, QWidget *parent)
    : QWidget(parent), m_model(model), m_card(new ImageCard), m_library(makeLibrary())
{
    auto *choose = new QPushButton(glyphIcon(Glyph::Open), tr("Choose image…"));
    choose->setObjectName(QStringLiteral("chooseImage"));
    choose->setToolTip(tr(
        "Takes an image, raw or compressed, or a backup into the library and makes it the golden "
        "image"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->setSpacing(8);
    layout->addWidget(heading(tr("Golden image")));
    layout->addWidget(m_card);
    layout->addWidget(choose);
    layout->addWidget(m_library, 1);
    layout->addStretch();
    connect(choose, &QPushButton::clicked, this, &ImagePanel::chooseRequested);
    connect(m_card, &ImageCard::cancelImportRequested, this, [this] {
        if (const core::Image *shown = importShown())
            Q_EMIT removeRequested(shown->id);
    });
    refresh();
}

QWidget *ImagePanel::makeLibrary()
{
    auto *library = new QWidget;
    m_list = new QListView;
    m_list->setModel(&m_model);
    m_list->setAccessibleName(tr("Image library"));
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setIconSize(QSize(20, 20));
    m_list->setSpacing(1);
    m_list->setToolTip(tr("Double-click an image to make it the golden image"));
    m_use = new QPushButton(tr("Make golden"));
    m_remove = new QPushButton(tr("Remove"));
    m_remove->setObjectName(QStringLiteral("removeImage"));
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_use);
    buttons->addWidget(m_remove);
    auto *layout = new QVBoxLayout(library);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->addWidget(heading(tr("Library")));
    layout->addWidget(m_list, 1);
    layout->addLayout(buttons);
    connect(m_list, &QListView::activated, this, &ImagePanel::requestSelected);
    connect(m_use, &QPushButton::clicked, this, &ImagePanel::requestSelected);
    connect(m_remove, &QPushButton::clicked, this, [this] { Q_EMIT removeRequested(selected()); });
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &ImagePanel::updateButtons);
    return library;
}

core::ImageId ImagePanel::selected() const
{
    return m_list->selectionModel()->hasSelection()
               ? m_list->currentIndex().data(ImageModel::IdRole).toString()
               : core::ImageId();
}

// As the card does.
const core::Image *ImagePanel::importShown() const
{
    const core::Image *golden = m_model.golden();
    return golden && golden->state == core::ImageState::Importing ? golden : m_model.next();
}

void ImagePanel::requestSelected()
{
    if (!selected().isEmpty())
        Q_EMIT goldenRequested(selected());
}

void ImagePanel::refresh()
{
    m_card->setImage(m_model.golden());
    m_card->setNext(m_model.next());
    m_library->setVisible(m_model.rowCount() > 0);
    updateButtons();
}

void ImagePanel::setFit(const QString &sentence, Tone tone)
{
    m_card->setFit(sentence, tone);
}

void ImagePanel::updateButtons()
{
    const core::Image *image = m_model.image(selected());
    const core::Image *golden = m_model.golden();
    const bool isGolden = image && golden && image->id == golden->id;
    m_use->setEnabled(image && !isGolden && image->state != core::ImageState::Failed);
    m_remove->setEnabled(image != nullptr);
    m_remove->setText(image && image->state == core::ImageState::Importing ? tr("Cancel import")
                                                                           : tr("Remove"));
}

} // namespace ui
