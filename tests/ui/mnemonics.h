// SPDX-License-Identifier: GPL-3.0-or-later
// The underlined letters of a dialog or menu: each once, and of the words themselves.
#pragma once

#include "ui/setup.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QKeySequence>
#include <QLabel>
#include <QLocale>
#include <QWidget>

inline void speakGerman()
{
    QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany));
    ui::setUpApplication(*qApp);
}

inline QStringList textsOf(const QWidget &window)
{
    QStringList texts;
    for (const QLabel *label : window.findChildren<QLabel *>()) {
        if (label->buddy())
            texts << label->text();
    }
    for (const QAbstractButton *button : window.findChildren<QAbstractButton *>())
        texts << button->text();
    return texts;
}

inline QStringList textsOf(const QList<QAction *> &actions)
{
    QStringList texts;
    for (const QAction *action : actions)
        texts << action->text();
    return texts;
}

// What is wrong with them; empty: nothing.
inline QString oddMnemonic(const QStringList &texts)
{
    QStringList taken;
    for (const QString &text : texts) {
        const QString key = QKeySequence::mnemonic(text).toString();
        if (text.contains(QStringLiteral("(&")) || (!key.isEmpty() && taken.contains(key)))
            return text;
        taken << key;
    }
    return {};
}
