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
        (void)known.write(order.job, {order.path, 0, 0, {}});
    const auto before = own ? known.read(order.job) : std::nullopt;
    const auto sink = BackupSink::open(order.path, order.overwrite || own, order.job);
    if (sink) {
        BackupRegister::Entry entry{order.path, (*sink)->identity(), 0, {}};
        entry.result = own ? fileIdentity(order.path) : 0;
        entry.results = before ? before->results : QList<ResultProof>();
        (void)known.write(order.job, entry);
        (*sink)->setNamingNote([known, job = order.job, entry](const ResultProof &proof) mutable {
            entry.addResult(proof);
            (void)known.write(job, entry);
        });
    } else if (!order.resumed) {
        // It may have failed when the .part was there already; the register need not know of it.
        BackupPath::removeLeftovers(order.path, order.job, 0);
        known.remove(order.job);
    }
    return sink;
}

} // namespace core
