// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/start_failure.h"

#include "ui/failure_text.h"
#include "ui/plain_text.h"
#include "ui/window_texts.h"

#include <QCoreApplication>
#include <QDir>
#include <QPushButton>

using namespace Qt::StringLiterals;
using protocol::FailureCode;

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::StartFailure)
};

QString holderText(QStringList holders)
{
    holders.removeAll(QString());
    if (holders.isEmpty())
        return Tr::tr("The system does not say which program uses it.");
    return Tr::tr("It is used by %1.", "names of programs").arg(holders.join(u", "_s));
}

} // namespace

BoxText startFailureBox(const protocol::Failure &failure, const QString &dataDir, quint16 port,
                        const QStringList &portHolders)
{
    BoxText box{QMessageBox::Critical, Tr::tr("Provisioning Station"), {}, {}, {}};
    box.detailed = failure.detail + u" ("_s + protocol::toWire(failure.code) + u')';
    if (failure.code == FailureCode::DeviceInUse) {
        box.text = Tr::tr("Provisioning Station is already running.");
        box.informative = Tr::tr("Another station uses the data folder %1. Use its window, or quit "
                                 "it, then start again. A second station needs a data folder of "
                                 "its own (--data-dir).")
                              .arg(QDir::toNativeSeparators(dataDir));
        return box;
    }
    if (failure.code == FailureCode::PortTaken || !portHolders.isEmpty()) {
        box.text = Tr::tr("Port %1 is already in use.").arg(port);
        box.informative = holderText(portHolders) + u' ' +
                          Tr::tr("Quit that program, or start the station on another port "
                                 "(--listen ADDRESS:PORT).");
        return box;
    }
    const FailureText words = failureText(failure);
    box.text = Tr::tr("The station cannot start. %1", "cause").arg(words.cause);
    box.informative = words.nextStep;
    return box;
}

void showStartFailure(const BoxText &text)
{
    QMessageBox box(text.icon, text.title, text.text, QMessageBox::Close);
    box.setTextFormat(Qt::PlainText);
    box.setInformativeText(plain(text.informative)); // setTextFormat is for the first
    box.setDetailedText(text.detailed);
    box.button(QMessageBox::Close)
        ->setText(Tr::tr("Close")); // Qt's own catalogue need not be there
    box.exec();
}

} // namespace ui
