// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/takeover_question.h"

#include "core/presence.h"
#include "ui/order_rules.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::TakeoverQuestion)
};

QString whatHappens(const DeviceRow &row, const QString &claimant)
{
    QStringList lines;
    const core::Device &device = row.device;
    const QString minutes = QString::number(core::acceptanceLifetime.count());
    if (!device.otherUnit.isEmpty())
        lines << Tr::tr("The board %1 becomes this device, with nothing done yet. The jobs of the "
                        "board before it stay in the history.")
                     .arg(device.otherUnit);
    if (claimant != device.address)
        lines << Tr::tr("%1 becomes the address of this device if it registers within %2 minutes. "
                        "The machine at %3 gets no answer any more.")
                     .arg(claimant, minutes, device.address); // at once: a zone may be "%3"
    else if (device.otherUnit.isEmpty())
        lines << Tr::tr("The device goes on at %1 if it registers within %2 minutes.")
                     .arg(claimant, minutes);
    if (row.hasActiveJob() && device.otherUnit.isEmpty())
        lines << Tr::tr("Its job goes on there.");
    else if (row.hasActiveJob())
        lines << Tr::tr("The job of the board before it fails.");
    lines << Tr::tr(
                 "Check on the bench that %1 is this device: MAC address and serial number can be "
                 "copied.")
                 .arg(claimant);
    return lines.join(u"\n\n"_s);
}

} // namespace

Question takeoverQuestion(const DeviceRow &row)
{
    const QString claimant = claimantOf(row.device);
    Question question;
    question.icon = QMessageBox::Warning;
    question.title = orderName(Order::Accept);
    question.text =
        Tr::tr("Let %1 take over %2?", "address, device").arg(claimant, deviceName(row.device));
    question.informative = whatHappens(row, claimant);
    question.accept = Tr::tr("Let it take over");
    question.reject = Tr::tr("Cancel");
    return question;
}

} // namespace ui
