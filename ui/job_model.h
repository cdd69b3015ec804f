// SPDX-License-Identifier: GPL-3.0-or-later
// One device's jobs, newest first: its history.
#pragma once

#include "core/model.h"

#include <QAbstractTableModel>
#include <QList>

namespace ui
{

class JobModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        TimeColumn,
        KindColumn,
        SubjectColumn,
        ResultColumn,
        DurationColumn,
        BottleneckColumn,
        ColumnCount
    };

    using QAbstractTableModel::QAbstractTableModel;

    // `jobs` oldest first. Jobs that have ended do not change any more: what is new or changes is
    // at the top, and rows below it are not touched. Another list starts anew.
    void setJobs(const QList<core::Job> &jobs);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    [[nodiscard]] bool isContinuedBy(const QList<core::Job> &newestFirst) const;

    QList<core::Job> m_jobs; // newest first
};

} // namespace ui
