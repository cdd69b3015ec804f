// SPDX-License-Identifier: GPL-3.0-or-later
// What stands where there is nothing yet: a sign, what is missing, and what to do next.
#pragma once

#include "ui/tone.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace ui
{

struct EmptyText {
    Glyph glyph = Glyph::None;
    QString title;
    QString text;
    QString button; // empty: none
};

class EmptyState : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyState(QWidget *parent = nullptr);

    void setContents(const EmptyText &contents);
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void buttonClicked();

protected:
    void changeEvent(QEvent *event) override;

private:
    void paintSign();

    Glyph m_glyph = Glyph::None;
    QLabel *m_sign;
    QLabel *m_title;
    QLabel *m_text;
    QPushButton *m_button;
};

} // namespace ui
