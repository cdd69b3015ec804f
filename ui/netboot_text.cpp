// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/netboot_text.h"

#include "ui/failure_text.h"

#include <QCoreApplication>

using core::NetbootState;
using core::NetbootStatus;

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::NetbootText)
};

QString servingText(const NetbootStatus &status)
{
    const QString text =
        Tr::tr("Serves boot files on %1 (%2)").arg(status.interface, status.address);
    if (status.proxy)
        return Tr::tr("%1, beside another DHCP server").arg(text);
    return status.uplink.isEmpty()
               ? text
               : Tr::tr("%1, internet by %2", "serves…, interface").arg(text, status.uplink);
}

} // namespace

StageText netbootText(const NetbootStatus &status)
{
    switch (status.state) {
    case NetbootState::Off:
        return {Tr::tr("Network boot is off"), Tone::Muted, Glyph::Waiting};
    case NetbootState::Starting:
        return {Tr::tr("Network boot starts on %1…").arg(status.interface), Tone::Busy,
                Glyph::Working};
    case NetbootState::Serving:
        return {servingText(status), Tone::Good, Glyph::Good};
    case NetbootState::Stopping:
        return {Tr::tr("Network boot ends…"), Tone::Busy, Glyph::Working};
    case NetbootState::Failed:
        return {Tr::tr("Network boot: %1").arg(failureText(status.failure).cause), Tone::Bad,
                Glyph::Bad};
    case NetbootState::Waiting:
        return {Tr::tr("Network boot waits: %1").arg(failureText(status.failure).cause),
                Tone::Warning, Glyph::Warning};
    }
    return {};
}

QString netbootNextStep(const NetbootStatus &status)
{
    if (status.state != NetbootState::Failed && status.state != NetbootState::Waiting)
        return {};
    const QString step = failureText(status.failure).nextStep;
    return status.failure.detail.isEmpty()
               ? step
               : Tr::tr("%1\nDetail: %2", "what to do, technical").arg(step, status.failure.detail);
}

} // namespace ui
