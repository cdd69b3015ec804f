// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drop_overlay.h"

#include "ui/glyph_icon.h"

#include <QPainter>

namespace ui
{

DropOverlay::DropOverlay(QWidget *parent) : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAccessibleName(tr("Drop area for a golden image"));
    hide();
}

void DropOverlay::showOver()
{
    setGeometry(parentWidget()->rect());
    raise();
    show();
}

void DropOverlay::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor veil = palette().color(QPalette::Window);
    veil.setAlphaF(0.88F);
    painter.fillRect(rect(), veil);
    const QColor accent = toneColor(Tone::Busy, palette());
    painter.setPen(QPen(accent, 3, Qt::DashLine));
    painter.drawRoundedRect(QRectF(rect()).adjusted(14, 14, -14, -14), 12, 12);

    QRectF sign(0, 0, 64, 64);
    sign.moveCenter(QRectF(rect()).center() - QPointF(0, 40));
    paintGlyph(painter, Glyph::Deploy, sign, accent);
    QFont font = painter.font();
    font.setPointSizeF(font.pointSizeF() * 1.5);
    font.setBold(true);
    painter.setFont(font);
    painter.setPen(palette().color(QPalette::WindowText));
    const QRectF below(0, sign.bottom() + 12, width(), 60);
    painter.drawText(below, Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap,
                     tr("Drop to make this the golden image"));
}

} // namespace ui
