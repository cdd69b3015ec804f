// SPDX-License-Identifier: GPL-3.0-or-later
// Asks before devices are erased: which ones, with which image, and how.
#pragma once

#include "ui/device_row.h"

#include <QDialog>
#include <QSet>

class QCheckBox;
class QLabel;
class QListWidget;
class QPushButton;
class QVBoxLayout;

namespace ui
{

class DeployDialog : public QDialog
{
    Q_OBJECT

public:
    // `leftOut`: selected devices that are busy and will not be touched. `tooSmall`: devices among
    // `rows` that the image does not fit.
    DeployDialog(const QList<DeviceRow> &rows, const core::Image &image, int leftOut,
                 const QSet<core::MacAddress> &tooSmall, QWidget *parent = nullptr);

    // None that is too small; SD cards only where they were allowed.
    [[nodiscard]] QList<DeviceRow> rows() const;
    [[nodiscard]] core::JobOptions options() const;
    [[nodiscard]] bool dontAskAgain() const;

    [[nodiscard]] static bool isSdCard(const DeviceRow &row);

private:
    void addHead(QVBoxLayout *column, const core::Image &image, int leftOut);
    void addWarnings(QVBoxLayout *column, const core::Image &image);
    void addDevices(QVBoxLayout *column);
    void addOptions(QVBoxLayout *column);
    void addButtons(QVBoxLayout *column);
    void addDevice(QListWidget *list, const DeviceRow &row);
    void updateQuestion();
    [[nodiscard]] bool isChosen(const DeviceRow &row) const;

    QList<DeviceRow> m_rows;
    QSet<core::MacAddress> m_tooSmall;
    QCheckBox *m_allowSd;
    QCheckBox *m_eraseRest;
    QCheckBox *m_verifyFull;
    QCheckBox *m_dontAsk;
    QPushButton *m_deploy = nullptr;
    QLabel *m_question = nullptr;
    QString m_imageName;
};

} // namespace ui
