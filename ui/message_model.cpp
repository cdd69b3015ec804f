// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/message_model.h"

#include "ui/format.h"
#include "ui/glyph_icon.h"
#include "ui/plain_text.h"

#include <QGuiApplication>
#include <QPalette>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ui
{
namespace
{

QString shownText(const MessageText &text)
{
    return text.nextStep.isEmpty() ? text.text : text.text + u'\n' + text.nextStep;
}

QString toolTip(const MessageEntry &entry)
{
    const QString text = shownText(entry.text);
    return entry.detail.isEmpty() ? text : text + u"\n\n"_s + entry.detail;
}

QString cellText(const MessageEntry &entry, int column)
{
    switch (column) {
    case MessageModel::TimeColumn:
        return format::time(entry.time, QDateTime::currentDateTimeUtc());
    case MessageModel::AboutColumn:
        return entry.about;
    default:
        return shownText(entry.text);
    }
}

QVariant cellColor(const MessageEntry &entry, int column)
{
    if (column != MessageModel::TextColumn)
        return toneColor(Tone::Muted, QGuiApplication::palette());
    if (entry.text.severity < Severity::Warning)
        return {};
    return toneColor(severityTone(entry.text.severity), QGuiApplication::palette());
}

} // namespace

QString toPlainText(const MessageEntry &entry)
{
    QStringList parts{entry.time.toLocalTime().toString(Qt::ISODate),
                      severityName(entry.text.severity),
                      entry.about,
                      entry.text.text,
                      entry.text.nextStep,
                      entry.detail};
    parts.removeAll(QString());
    return parts.join(u"  "_s);
}

void MessageModel::append(const QList<MessageEntry> &entries)
{
    const QList<MessageEntry> newest =
        entries.last(std::min<qsizetype>(entries.size(), maxEntries));
    if (newest.isEmpty())
        return;
    removeOldest(m_entries.size() + newest.size() - maxEntries);
    const int at = int(m_entries.size());
    beginInsertRows({}, at, at + int(newest.size()) - 1);
    m_entries.append(newest);
    endInsertRows();
}

void MessageModel::removeOldest(qsizetype count)
{
    if (count <= 0)
        return;
    beginRemoveRows({}, 0, int(count) - 1);
    m_entries.remove(0, count);
    m_removed += quint64(count);
    endRemoveRows();
}

int MessageModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

int MessageModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant MessageModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const MessageEntry &entry = m_entries.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return cellText(entry, index.column());
    case Qt::ToolTipRole:
        return plain(toolTip(entry));
    case Qt::ForegroundRole:
        return cellColor(entry, index.column());
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::AlignTop | Qt::AlignLeft);
    case Qt::DecorationRole:
        if (index.column() != TimeColumn)
            return {};
        return glyphIcon(severityGlyph(entry.text.severity), severityTone(entry.text.severity));
    case SeverityRole:
        return int(entry.text.severity);
    case PlainTextRole:
        return toPlainText(entry);
    case KeyRole:
        return QVariant::fromValue(m_removed + quint64(index.row()));
    case MacRole:
        return QVariant::fromValue(entry.mac);
    default:
        return {};
    }
}

QVariant MessageModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case TimeColumn:
        return tr("Time");
    case AboutColumn:
        return tr("About");
    case TextColumn:
        return tr("What happened");
    default:
        return {};
    }
}

void MessageFilter::setProblemsOnly(bool on)
{
    m_problemsOnly = on;
    invalidateFilter();
}

bool MessageFilter::filterAcceptsRow(int sourceRow, const QModelIndex &parent) const
{
    if (!m_problemsOnly)
        return true;
    const QModelIndex index = sourceModel()->index(sourceRow, 0, parent);
    return index.data(MessageModel::SeverityRole).toInt() >= int(Severity::Warning);
}

} // namespace ui
