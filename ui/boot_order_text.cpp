// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/boot_order_text.h"

#include <QCoreApplication>
#include <QStringList>

using namespace Qt::StringLiterals;
using netboot::BootMode;
using netboot::BootOrder;
using netboot::BootRemark;

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::BootOrderText)
};

QString hexDigit(BootMode mode)
{
    return QString::number(int(mode), 16);
}

// "Try" and this is a sentence's end: names begin with a small letter unless they are names.
QString stepsText(BootOrder order)
{
    QStringList names;
    for (const BootMode mode : order.tried())
        names << bootModeName(mode);
    return names.join(Tr::tr(", then ", "between the steps of a boot order"));
}

QString capitalized(QString text)
{
    if (!text.isEmpty() && !text.startsWith("eMMC"_L1))
        text[0] = text[0].toUpper();
    return text;
}

QString undefinedText(BootOrder order)
{
    QStringList digits;
    for (const BootMode mode : order.steps())
        if (!netboot::isDefined(mode) && !digits.contains(hexDigit(mode)))
            digits << hexDigit(mode);
    return Tr::tr("The bootloader knows no digit %1.").arg(digits.join(u", "_s));
}

QString noTerminatorText(BootOrder order)
{
    const auto better = order.suggestion();
    return better ? Tr::tr("What comes after the last step is not defined. End it with f, from the "
                           "start again: %1.")
                        .arg(better->toString())
                  : Tr::tr("What comes after the last step is not defined. End it with f, from the "
                           "start again.");
}

QString meantText(BootOrder order)
{
    const auto better = order.suggestion();
    return Tr::tr("The digits are tried from the right to the left: this is eMMC first, then "
                  "network. Network first, with the eMMC after it, is %1.")
        .arg((better ? *better : netboot::networkThenStorage).toString());
}

} // namespace

QString bootModeName(BootMode mode)
{
    switch (mode) {
    case BootMode::SdCardDetect:
        return Tr::tr("SD card, waiting for one to be inserted");
    case BootMode::Sd:
        return Tr::tr("eMMC or SD card");
    case BootMode::Network:
        return Tr::tr("network");
    case BootMode::RpiBoot:
        return Tr::tr("rpiboot, waiting for a computer at the USB port");
    case BootMode::UsbMassStorage:
        return Tr::tr("USB drive");
    case BootMode::BcmUsbMassStorage:
        return Tr::tr("USB drive at the module's own USB port");
    case BootMode::Nvme:
        return Tr::tr("NVMe drive");
    case BootMode::Http:
        return Tr::tr("web server (HTTP)");
    case BootMode::Stop:
        return Tr::tr("stop");
    case BootMode::Restart:
        return Tr::tr("from the start again");
    }
    return Tr::tr("nothing that is known (%1)").arg(hexDigit(mode));
}

QString bootOrderSentence(BootOrder order)
{
    return order.word() == 0 ? Tr::tr("Not set") : capitalized(stepsText(order));
}

QString bootOrderLine(BootOrder order)
{
    return order.toString() + u": "_s + (order.word() == 0 ? Tr::tr("not set") : stepsText(order));
}

QString bootRemarkText(BootRemark remark, BootOrder order)
{
    switch (remark) {
    case BootRemark::Empty:
        return Tr::tr("No order is set; the bootloader takes its own, which has no network in it.");
    case BootRemark::UndefinedMode:
        return undefinedText(order);
    case BootRemark::MeantNetworkFirst:
        return meantText(order);
    case BootRemark::NoTerminator:
        return noTerminatorText(order);
    case BootRemark::NoNetwork:
        return Tr::tr("The network is never tried: the device never reaches the station.");
    case BootRemark::NetworkOnly:
        return Tr::tr("Only the network is tried: the device never starts what was deployed.");
    case BootRemark::StorageFirst:
        return Tr::tr("Storage comes before the network: a device whose eMMC holds a system that "
                      "starts never reaches the station. It does when its eMMC is blank, or when "
                      "eMMC boot is switched off (reTerminal DM: by the switch beside the USB-C "
                      "socket).");
    case BootRemark::NetworkFirst:
        return Tr::tr("The network comes first: the device asks the station at every start, and "
                      "without an answer it starts about 45 s later.");
    case BootRemark::Unreachable:
        return Tr::tr("What stands behind “%1” is never tried.")
            .arg(bootModeName(order.tried().constLast()));
    }
    return {};
}

Tone bootRemarkTone(BootRemark remark)
{
    return netboot::isWarning(remark) ? Tone::Warning : Tone::Muted;
}

QString bootOrderExplanation(BootOrder order)
{
    QString text = u"BOOT_ORDER="_s + order.toString() + u'\n';
    int number = 0;
    for (const BootMode mode : order.tried())
        text += u"  %1. %2 (%3)\n"_s.arg(++number).arg(bootModeName(mode), hexDigit(mode));
    for (const BootRemark remark : order.remarks())
        text += (netboot::isWarning(remark) ? Tr::tr("Warning: %1") : Tr::tr("Note: %1"))
                    .arg(bootRemarkText(remark, order)) +
                u'\n';
    return text;
}

} // namespace ui
