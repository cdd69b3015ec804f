// SPDX-License-Identifier: GPL-3.0-or-later
// Plain text in one of the window's tones, which follows the theme. With a name, screen readers
// tell name and value: an accessible name alone would hide the value.
#pragma once

#include "ui/tone.h"

#include <QLabel>

namespace ui
{

class TonedLabel : public QLabel
{
    Q_OBJECT

public:
    explicit TonedLabel(QWidget *parent = nullptr);

    void setTone(Tone tone);
    [[nodiscard]] Tone tone() const { return m_tone; }
    void setName(const QString &name); // of the value, "Size"
    void setValue(const QString &value);

protected:
    bool event(QEvent *event) override;

private:
    void color();
    void tell();

    Tone m_tone = Tone::Neutral;
    QString m_name;
    bool m_coloring = false;
};

} // namespace ui
