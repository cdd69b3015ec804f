// SPDX-License-Identifier: GPL-3.0-or-later
// Qt's Fusion style, with boxes to tick that can be seen on a dark ground: Fusion frames them in
// what is darker still than the window.
#pragma once

#include <QProxyStyle>

namespace ui
{

class OutlinedFusion : public QProxyStyle
{
    Q_OBJECT

public:
    OutlinedFusion();

    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;
};

} // namespace ui
