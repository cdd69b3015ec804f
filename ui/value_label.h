// SPDX-License-Identifier: GPL-3.0-or-later
// A value that can be selected and copied. Words wrap; one long word (a hash, a path) that does not
// fit is shown with its middle left out and whole in the tooltip, and is still copied whole.
#pragma once

#include "ui/toned_label.h"

namespace ui
{

class ValueLabel : public TonedLabel
{
    Q_OBJECT

public:
    explicit ValueLabel(QWidget *parent = nullptr);

    void setValue(const QString &value);

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace ui
