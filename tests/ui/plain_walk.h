// SPDX-License-Identifier: GPL-3.0-or-later
// Walks a window and finds every text that Qt would render as HTML.
#pragma once

#include <QAbstractItemView>
#include <QAction>
#include <QLabel>
#include <QTextDocument>
#include <QTextEdit>
#include <QWidget>

namespace plain_walk
{

inline void note(QStringList &found, const QString &where, const QString &text)
{
    if (Qt::mightBeRichText(text))
        found << where + QStringLiteral(": ") + text;
}

inline bool mayBeRich(const QLabel &label)
{
    return label.textFormat() == Qt::RichText || label.textFormat() == Qt::MarkdownText ||
           (label.textFormat() == Qt::AutoText && Qt::mightBeRichText(label.text()));
}

inline QStringList richTextsOf(const QAbstractItemModel &model, const QString &name)
{
    QStringList found;
    for (int row = 0; row < model.rowCount(); ++row) {
        for (int column = 0; column < model.columnCount(); ++column) {
            const QModelIndex index = model.index(row, column);
            for (const int role : {Qt::ToolTipRole, Qt::StatusTipRole, Qt::WhatsThisRole})
                note(found, QStringLiteral("%1 %2,%3").arg(name).arg(row).arg(column),
                     index.data(role).toString());
        }
    }
    return found;
}

// Labels, tooltips, views and boxes of `top` and of all its children, shown or not.
inline QStringList richTexts(const QWidget &top)
{
    QStringList found;
    QList<const QWidget *> all{&top};
    for (const QWidget *child : top.findChildren<QWidget *>())
        all.append(child);
    for (const QWidget *each : std::as_const(all)) {
        const QString name = QString::fromLatin1(each->metaObject()->className());
        note(found, name + QStringLiteral(" tooltip"), each->toolTip());
        note(found, name + QStringLiteral(" status"), each->statusTip());
        note(found, name + QStringLiteral(" what's this"), each->whatsThis());
        const auto *label = qobject_cast<const QLabel *>(each);
        if (label && mayBeRich(*label))
            found << name + QStringLiteral(" text: ") + label->text();
        const auto *view = qobject_cast<const QAbstractItemView *>(each);
        if (view && view->model())
            found += richTextsOf(*view->model(), name);
        for (const QAction *action : each->actions())
            note(found, QStringLiteral("action"), action->toolTip());
    }
    return found;
}

} // namespace plain_walk
