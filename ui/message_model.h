// SPDX-License-Identifier: GPL-3.0-or-later
// What happened, oldest first and bounded.
#pragma once

#include "ui/message_text.h"

#include <QAbstractTableModel>
#include <QList>
#include <QSortFilterProxyModel>

namespace ui
{

struct MessageEntry {
    QDateTime time; // UTC
    core::MacAddress mac;
    QString about; // device or image; empty: the station
    MessageText text;
    QString detail; // technical; for the tooltip and the copied text
};

// One line per entry: time, severity, what it is about, sentence, next step, detail.
[[nodiscard]] QString toPlainText(const MessageEntry &entry);

class MessageModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { TimeColumn, AboutColumn, TextColumn, ColumnCount };
    enum Role {
        SeverityRole = Qt::UserRole,
        PlainTextRole,
        MacRole,
        KeyRole, // quint64, the entry's own
    };

    static constexpr int maxEntries = 1000;

    using QAbstractTableModel::QAbstractTableModel;

    void append(const QList<MessageEntry> &entries);
    void append(const MessageEntry &entry) { append(QList<MessageEntry>{entry}); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    void removeOldest(qsizetype count);

    QList<MessageEntry> m_entries;
    quint64 m_removed = 0; // since the start: the first entry's key
};

class MessageFilter : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setProblemsOnly(bool on);

protected:
    [[nodiscard]] bool filterAcceptsRow(int sourceRow, const QModelIndex &parent) const override;

private:
    bool m_problemsOnly = false;
};

} // namespace ui
