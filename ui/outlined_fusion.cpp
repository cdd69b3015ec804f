// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/outlined_fusion.h"

#include "ui/tone.h"

#include <QPainter>
#include <QStyleOption>

namespace ui
{

using namespace Qt::StringLiterals;

OutlinedFusion::OutlinedFusion() : QProxyStyle(u"fusion"_s) {}

void OutlinedFusion::drawPrimitive(PrimitiveElement element, const QStyleOption *option,
                                   QPainter *painter, const QWidget *widget) const
{
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    const bool box = element == PE_IndicatorCheckBox || element == PE_IndicatorItemViewItemCheck;
    if ((!box && element != PE_IndicatorRadioButton) || !isDark(option->palette))
        return;
    QColor line = option->palette.color(QPalette::WindowText);
    line.setAlphaF(option->state.testFlag(State_Enabled) ? 0.55F : 0.25F);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(line);
    painter->setBrush(Qt::NoBrush);
    const QRectF frame = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
    if (box)
        painter->drawRoundedRect(frame, 2, 2);
    else
        painter->drawEllipse(frame);
    painter->restore();
}

} // namespace ui
