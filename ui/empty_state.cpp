// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/empty_state.h"

#include "ui/glyph_icon.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui
{
namespace
{

constexpr int signSize = 48;
constexpr int textWidth = 440;

QLabel *centredLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    return label;
}

} // namespace

EmptyState::EmptyState(QWidget *parent)
    : QWidget(parent),
      m_sign(centredLabel(this)),
      m_title(centredLabel(this)),
      m_text(centredLabel(this)),
      m_button(new QPushButton(this))
{
    QFont font = m_title->font();
    font.setPointSizeF(font.pointSizeF() * 1.3);
    font.setBold(true);
    m_title->setFont(font);
    m_text->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::MinimumExpanding);

    auto *middle = new QWidget;
    middle->setMaximumWidth(textWidth);
    auto *column = new QVBoxLayout(middle);
    column->setContentsMargins({});
    column->setSpacing(10);
    column->addStretch(2);
    column->addWidget(m_sign, 0, Qt::AlignHCenter);
    column->addWidget(m_title);
    column->addWidget(m_text);
    column->addSpacing(4);
    column->addWidget(m_button, 0, Qt::AlignHCenter);
    column->addStretch(3);
    auto *row = new QHBoxLayout(this);
    row->addStretch(1);
    row->addWidget(middle, 1000); // up to its maximum; the rest goes to the sides
    row->addStretch(1);
    connect(m_button, &QPushButton::clicked, this, &EmptyState::buttonClicked);
}

void EmptyState::setContents(const EmptyText &contents)
{
    m_glyph = contents.glyph;
    m_title->setText(contents.title);
    m_text->setText(contents.text);
    m_button->setText(contents.button);
    m_button->setVisible(!contents.button.isEmpty());
    paintSign();
}

QString EmptyState::title() const
{
    return m_title->text();
}

QString EmptyState::text() const
{
    return m_text->text();
}

void EmptyState::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        paintSign();
}

void EmptyState::paintSign()
{
    m_sign->setPixmap(
        glyphIcon(m_glyph, Tone::Muted).pixmap(QSize(signSize, signSize), devicePixelRatioF()));
}

} // namespace ui
