// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/confirm.h"

#include "ui/plain_text.h"

#include <QPushButton>

namespace ui
{

void confirm(QWidget *window, const Question &question, const std::function<void()> &then)
{
    auto *box = new QMessageBox(question.icon, question.title, question.text, QMessageBox::NoButton,
                                window);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(plain(question.informative)); // setTextFormat is for the first
    QPushButton *accept = box->addButton(question.accept, QMessageBox::AcceptRole);
    accept->setObjectName(QStringLiteral("accept"));
    QPushButton *reject = box->addButton(question.reject, QMessageBox::RejectRole);
    box->setDefaultButton(question.acceptIsDefault ? accept : reject);
    box->setEscapeButton(reject);
    QObject::connect(box, &QMessageBox::finished, window, [box, accept, then] {
        if (box->clickedButton() == accept)
            then();
    });
    box->open();
}

} // namespace ui
