// SPDX-License-Identifier: GPL-3.0-or-later
// BOOT_ORDER to play with: a field that takes digits or words, a choice for each step, what it
// means, and the cloud-init document that sets it on devices.
#pragma once

#include "netboot/boot_order.h"

#include <QDialog>

#include <array>
#include <optional>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QVBoxLayout;

namespace ui
{

class BootOrderDialog : public QDialog
{
    Q_OBJECT

public:
    explicit BootOrderDialog(netboot::BootOrder begin, QWidget *parent = nullptr);

    // Nothing while the field holds what is no order.
    [[nodiscard]] std::optional<netboot::BootOrder> order() const { return m_order; }
    [[nodiscard]] QString explanation() const; // as it is shown

    // `error` as of askDisk(): empty when it was saved, nothing when the folder does not answer.
    [[nodiscard]] static QString savedText(const QString &path,
                                           const std::optional<QString> &error);

private:
    [[nodiscard]] QWidget *makeSteps();
    [[nodiscard]] QWidget *makeDocument();
    [[nodiscard]] QComboBox *makeStep(int number);
    void addPresets(QFormLayout *form);
    void addButtons(QVBoxLayout *column);

    void readField();
    void readSteps();
    void take(netboot::BootOrder order);
    void display(std::optional<netboot::BootOrder> order);
    void showSteps();
    void showRemarks();
    void showDocument();
    void copyDocument();
    void saveDocument();

    std::optional<netboot::BootOrder> m_order;
    QLineEdit *m_field;
    std::array<QComboBox *, netboot::BootOrder::maxSteps> m_steps{};
    QLabel *m_sentence;
    QWidget *m_remarks;
    QVBoxLayout *m_remarkLines;
    QPushButton *m_better;
    QPlainTextEdit *m_document;
    QPushButton *m_copy = nullptr;
    QPushButton *m_save = nullptr;
    QLabel *m_done;
};

} // namespace ui
