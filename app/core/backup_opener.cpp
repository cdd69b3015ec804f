// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backup_opener.h"

#include "core/backup_path.h"
#include "core/crash_marks.h"
#include "core/destination.h"

namespace core
{

SinkResult openDestination(const BackupRegister &known, const BackupOrder &order)
{
    const CrashLabel label("job", order.job);
    const auto where = BackupPath::parse(order.path);
    if (!where)
        return where.failure();
    // One that is gone on with has most of its room already; what is missing shows soon enough.
    const auto fits = checkDestination(destinationFacts(order.path), order.path, where->format(),
                                       order.resumed ? 0 : order.size);
    if (!fits)
        return fits.failure();
    if (order.before)
        order.before->discard();
    // A crash between the rename and its record leaves the final file without a .part.
    const bool own = order.resumed && known.isOwnResult(order.job, order.path);
    // A help for after a crash alone: a full disk of the station is no reason not to save
    // elsewhere.
    if (!order.resumed)
        (void)known.write(order.job, {order.path, 0, 0});
    const auto sink = BackupSink::open(order.path, order.overwrite || own, order.job);
    if (sink)
        (void)known.write(order.job,
                          {order.path, (*sink)->identity(), own ? fileIdentity(order.path) : 0});
    else if (!order.resumed)
        known.remove(order.job);
    return sink;
}

} // namespace core
