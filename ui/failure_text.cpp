// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/failure_text.h"

#include "ui/failure_rows.h"

#include <QCoreApplication>

#include <algorithm>

using protocol::FailureCode;
using protocol::Stage;

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::FailureText)
};

FailureText translated(const FailureRow &row)
{
    return {QCoreApplication::translate(failureContext, row.cause),
            QCoreApplication::translate(failureContext, row.nextStep)};
}

} // namespace

FailureText failureText(FailureCode code, Stage stage)
{
    const auto fits = [&](const FailureRow &row) {
        return row.code == code && (row.stage == Stage::None || row.stage == stage);
    };
    const auto rows = failureRows();
    const auto found = std::find_if(rows.begin(), rows.end(), fits);
    return found == rows.end() ? fallbackFailureText() : translated(*found);
}

FailureText failureText(const protocol::Failure &failure)
{
    return failureText(failure.code, failure.stage);
}

FailureText fallbackFailureText()
{
    return translated(fallbackFailureRow());
}

QString shortCause(const protocol::Failure &failure)
{
    QString cause = failureText(failure).cause;
    if (cause.endsWith(u'.'))
        cause.chop(1);
    return cause;
}

QString failedAt(Stage stage)
{
    switch (stage) {
    case Stage::None:
        return Tr::tr("Failed");
    case Stage::Register:
        return Tr::tr("Failed at registering");
    case Stage::Check:
        return Tr::tr("Failed at checking");
    case Stage::Wipe:
        return Tr::tr("Failed at wiping");
    case Stage::Zero:
        return Tr::tr("Failed at zeroing");
    case Stage::Write:
        return Tr::tr("Failed at writing");
    case Stage::Flush:
        return Tr::tr("Failed at flushing");
    case Stage::Verify:
        return Tr::tr("Failed at reading back");
    case Stage::Finish:
        return Tr::tr("Failed at writing the first block");
    case Stage::Read:
        return Tr::tr("Failed at reading the device");
    case Stage::Receive:
        return Tr::tr("Failed at receiving");
    case Stage::Commit:
        return Tr::tr("Failed at saving");
    case Stage::Import:
        return Tr::tr("Failed at importing");
    }
    return Tr::tr("Failed");
}

QString stageName(Stage stage)
{
    switch (stage) {
    case Stage::None:
        return Tr::tr("none", "stage");
    case Stage::Register:
        return Tr::tr("registering", "stage");
    case Stage::Check:
        return Tr::tr("checking", "stage");
    case Stage::Wipe:
        return Tr::tr("wiping", "stage");
    case Stage::Zero:
        return Tr::tr("zeroing", "stage");
    case Stage::Write:
        return Tr::tr("writing", "stage");
    case Stage::Flush:
        return Tr::tr("flushing", "stage");
    case Stage::Verify:
        return Tr::tr("reading back", "stage");
    case Stage::Finish:
        return Tr::tr("writing the first block", "stage");
    case Stage::Read:
        return Tr::tr("reading the device", "stage");
    case Stage::Receive:
        return Tr::tr("receiving", "stage");
    case Stage::Commit:
        return Tr::tr("saving", "stage");
    case Stage::Import:
        return Tr::tr("importing", "stage");
    }
    return Tr::tr("none", "stage");
}

} // namespace ui
