// SPDX-License-Identifier: GPL-3.0-or-later
// Lies over the window while a file is dragged over it, and says what dropping it will do.
#pragma once

#include <QWidget>

namespace ui
{

class DropOverlay : public QWidget
{
    Q_OBJECT

public:
    explicit DropOverlay(QWidget *parent);

    // Covers the parent.
    void showOver();

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace ui
