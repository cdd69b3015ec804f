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
        return Tr::tr("Registering failed");
    case Stage::Check:
        return Tr::tr("Checking failed");
    case Stage::Wipe:
        return Tr::tr("Erasing the old partition table failed");
    case Stage::Zero:
        return Tr::tr("Zeroing failed");
    case Stage::Write:
        return Tr::tr("Writing failed");
    case Stage::Flush:
        return Tr::tr("Flushing failed");
    case Stage::Verify:
        return Tr::tr("Verification failed");
    case Stage::Finish:
        return Tr::tr("Finishing failed");
    case Stage::Read:
        return Tr::tr("Reading the device failed");
    case Stage::Receive:
        return Tr::tr("Receiving failed");
    case Stage::Commit:
        return Tr::tr("Saving failed");
    case Stage::Import:
        return Tr::tr("Import failed");
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
        return Tr::tr("erasing the old partition table", "stage");
    case Stage::Zero:
        return Tr::tr("zeroing", "stage");
    case Stage::Write:
        return Tr::tr("writing", "stage");
    case Stage::Flush:
        return Tr::tr("flushing", "stage");
    case Stage::Verify:
        return Tr::tr("verifying", "stage");
    case Stage::Finish:
        return Tr::tr("finishing", "stage");
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
