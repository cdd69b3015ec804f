// SPDX-License-Identifier: GPL-3.0-or-later
// What the window tells in boxes and in the message pane.
#pragma once

#include "ui/message_model.h"
#include "ui/order_desk.h"

#include <QMessageBox>

class QWidget;

namespace ui
{

struct BoxText {
    QMessageBox::Icon icon = QMessageBox::Warning;
    QString title;
    QString text;
    QString informative;
    QString detailed; // technical
};

// A box with one button, that does not block.
void openBox(QWidget *window, const BoxText &text);

[[nodiscard]] BoxText refusalBox(const QString &order, const QList<Refusal> &refusals);
[[nodiscard]] BoxText importRefusedBox(const QString &path, const protocol::Failure &failure);
[[nodiscard]] BoxText notOneImageBox(); // several files were dropped
[[nodiscard]] BoxText firstStepsBox();
[[nodiscard]] BoxText aboutBox();

[[nodiscard]] MessageEntry messageEntry(const core::Message &message, core::Station &station);
[[nodiscard]] MessageEntry refusalMessage(const QString &order, const Refusal &refusal);
[[nodiscard]] MessageEntry imageRefusedMessage(const QString &order, const QString &path,
                                               const protocol::Failure &failure);

} // namespace ui
