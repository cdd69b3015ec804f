// SPDX-License-Identifier: GPL-3.0-or-later
// What every part of a job works with.
#pragma once

#include "imaging/chunk_packer.h"
#include "netclient/progress.h"
#include "netclient/station_link.h"

namespace netclient
{

struct JobContext {
    StationLink &link;
    StopSource &stop; // of this job
    Progress &progress;
    imaging::WorkerPool &pool;

    [[nodiscard]] const Tuning &tuning() const { return link.tuning(); }
};

} // namespace netclient
