// SPDX-License-Identifier: GPL-3.0-or-later
// A sign, a sentence that wraps, and perhaps a heading and a button: one thing that was found.
#pragma once

#include "ui/tone.h"

#include <QString>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace ui
{

class FindingLine : public QWidget
{
    Q_OBJECT

public:
    FindingLine(Glyph glyph, Tone tone, const QString &text, QWidget *parent = nullptr);

    // Before the sentence, bold.
    void setHeading(const QString &heading, int width);
    // Behind it; there is at most one.
    QPushButton *addButton(const QString &text);

    [[nodiscard]] QString text() const;

protected:
    void changeEvent(QEvent *event) override; // the sign's colour follows the palette

private:
    void drawSign();

    Glyph m_glyph;
    Tone m_tone;
    QHBoxLayout *m_line;
    QLabel *m_sign;
    QLabel *m_text;
};

} // namespace ui
