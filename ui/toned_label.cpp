// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/toned_label.h"

#include <QEvent>
#include <QGuiApplication>
#include <QPalette>
#include <QScopedValueRollback>

namespace ui
{

TonedLabel::TonedLabel(QWidget *parent) : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
}

void TonedLabel::setTone(Tone tone)
{
    if (m_tone == tone)
        return;
    m_tone = tone;
    color();
}

void TonedLabel::setName(const QString &name)
{
    m_name = name;
    tell();
}

void TonedLabel::setValue(const QString &value)
{
    if (text() == value)
        return;
    setText(value);
    tell();
}

void TonedLabel::tell()
{
    if (!m_name.isEmpty())
        setAccessibleName(tr("%1: %2", "name: value").arg(m_name, text()));
}

bool TonedLabel::event(QEvent *event)
{
    const bool done = QLabel::event(event);
    const bool changed = event->type() == QEvent::PaletteChange ||
                         event->type() == QEvent::ApplicationPaletteChange ||
                         event->type() == QEvent::StyleChange;
    if (changed && !m_coloring && m_tone != Tone::Neutral)
        color();
    return done;
}

// Only the text's colour is its own; the rest comes from its parent.
void TonedLabel::color()
{
    const QScopedValueRollback<bool> guard(m_coloring, true);
    QPalette own;
    if (m_tone != Tone::Neutral) {
        const QColor shade = toneColor(m_tone, QGuiApplication::palette());
        own.setColor(QPalette::WindowText, shade);
        own.setColor(QPalette::Text, shade); // the role of labels on a Base background
    }
    setPalette(own);
}

} // namespace ui
