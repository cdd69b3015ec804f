// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/finding_line.h"

#include "ui/glyph_icon.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace ui
{
namespace
{

constexpr int signSize = 16;

} // namespace

FindingLine::FindingLine(Glyph glyph, Tone tone, const QString &text, QWidget *parent)
    : QWidget(parent),
      m_glyph(glyph),
      m_tone(tone),
      m_line(new QHBoxLayout(this)),
      m_sign(new QLabel),
      m_text(new QLabel(text))
{
    m_line->setContentsMargins(0, 2, 0, 2);
    m_line->setSpacing(8);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_line->addWidget(m_sign, 0, Qt::AlignTop);
    m_line->addWidget(m_text, 1, Qt::AlignTop);
    drawSign();
}

void FindingLine::setHeading(const QString &heading, int width)
{
    auto *label = new QLabel(heading);
    QFont font = label->font();
    font.setBold(true);
    label->setFont(font);
    label->setFixedWidth(width);
    label->setWordWrap(true);
    m_line->insertWidget(1, label, 0, Qt::AlignTop);
}

QPushButton *FindingLine::addButton(const QString &text)
{
    auto *button = new QPushButton(text);
    button->setAutoDefault(false);
    m_line->addWidget(button, 0, Qt::AlignTop);
    return button;
}

QString FindingLine::text() const
{
    return m_text->text();
}

void FindingLine::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        drawSign();
    QWidget::changeEvent(event);
}

void FindingLine::drawSign()
{
    m_sign->setPixmap(
        glyphIcon(m_glyph, m_tone).pixmap(QSize(signSize, signSize), devicePixelRatioF()));
}

} // namespace ui
