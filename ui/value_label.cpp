// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/value_label.h"

#include "ui/plain_text.h"

#include <QPainter>

namespace ui
{

ValueLabel::ValueLabel(QWidget *parent) : TonedLabel(parent)
{
    setWordWrap(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setFocusPolicy(Qt::ClickFocus);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

void ValueLabel::setValue(const QString &value)
{
    if (text() == value)
        return;
    TonedLabel::setValue(value);
    setToolTip(value.contains(u' ') ? QString() : plain(value));
}

void ValueLabel::paintEvent(QPaintEvent *event)
{
    const int width = contentsRect().width();
    const bool fits = text().contains(u' ') || fontMetrics().horizontalAdvance(text()) <= width;
    if (fits || hasSelectedText()) {
        QLabel::paintEvent(event);
        return;
    }
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(contentsRect(), Qt::AlignTop | Qt::AlignLeft | Qt::TextSingleLine,
                     fontMetrics().elidedText(text(), Qt::ElideMiddle, width));
}

} // namespace ui
