// SPDX-License-Identifier: GPL-3.0-or-later
// One line that gives way: what does not fit is left out in the middle and shown whole in the
// tooltip.
#pragma once

#include <QLabel>

namespace ui
{

class ElidedLabel : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget *parent = nullptr);

    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace ui
