// SPDX-License-Identifier: GPL-3.0-or-later
// Checks the bench before devices are connected, and mends with a click what can be mended so. The
// checks run on a thread of their own.
#pragma once

#include "netboot/preflight_run.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace ui
{

class PreflightDialog : public QDialog
{
    Q_OBJECT

public:
    // Begins to check at once. `interfaces`: to choose from.
    PreflightDialog(const netboot::PreflightPlan &plan, const QStringList &interfaces,
                    QWidget *parent = nullptr);

    // More to choose from.
    void addInterfaces(const QStringList &names);

    // As it is set in the dialog.
    [[nodiscard]] netboot::PreflightPlan plan() const;
    [[nodiscard]] const QList<netboot::Finding> &findings() const { return m_findings; }
    // Shows these, as a run would.
    void showFindings(const QList<netboot::Finding> &findings);
    [[nodiscard]] bool isChecking() const { return m_run.isRunning(); }

Q_SIGNALS:
    // The plan was changed here: another interface, mode or folder.
    void planChanged(const netboot::PreflightPlan &plan);
    void checked();

private:
    void addSettings(QVBoxLayout *column, const QStringList &interfaces);
    void addResults(QVBoxLayout *column);
    void addButtons(QVBoxLayout *column);
    [[nodiscard]] QWidget *kitLine();
    void selectInterface(const QString &name);
    void chooseKit();

    void check(bool withRights = false);
    void changePlan();
    void mend(const netboot::Finding &finding, QPushButton *button);
    [[nodiscard]] static QString verdict(const QList<netboot::Finding> &findings, int warnings);
    void clearResults();
    void setChecking(bool checking);

    netboot::PreflightPlan m_plan;
    netboot::PreflightRun m_run;
    QList<netboot::Finding> m_findings;
    QComboBox *m_interface;
    QLineEdit *m_address;
    QCheckBox *m_proxy;
    QLineEdit *m_kit;
    QLabel *m_summary;
    QProgressBar *m_busy;
    QVBoxLayout *m_results = nullptr;
    QPushButton *m_again = nullptr;
};

} // namespace ui
