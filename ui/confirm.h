// SPDX-License-Identifier: GPL-3.0-or-later
// Questions with two answers, that do not block: what is to be done on "yes" is called when it was
// clicked.
#pragma once

#include <QMessageBox>
#include <QString>

#include <functional>

namespace ui
{

struct Question {
    QMessageBox::Icon icon = QMessageBox::Question;
    QString title;
    QString text;
    QString informative;
    QString accept; // the button that does it; its object name is "accept"
    QString reject; // the button that does nothing
    bool acceptIsDefault = false;
};

void confirm(QWidget *window, const Question &question, const std::function<void()> &then);

} // namespace ui
