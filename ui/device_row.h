// SPDX-License-Identifier: GPL-3.0-or-later
// What one row of the device table is about: a device, its job, and how long it has been silent.
#pragma once

#include "core/model.h"

#include <optional>

namespace ui
{

struct DeviceRow {
    core::Device device;
    std::optional<core::Job> job;                   // the one that is not ended, else the last one
    qint64 silentSeconds = -1;                      // since it was last heard of; -1: it is there
    core::BootHint bootHint = core::BootHint::None; // why its start goes no further
    int waitingDeploys = 0;                         // in the queue, for the job's place in it
    qint64 bootStoppedSeconds = 0;                  // for how long
    bool automatic = false;                         // automatic mode is on

    [[nodiscard]] bool isOnline() const { return silentSeconds < 0; }
    [[nodiscard]] bool hasActiveJob() const { return job && !core::isEnded(job->state); }
    // Held back by the limit of deploys at the same time.
    [[nodiscard]] bool isInQueue() const { return job && job->place > 0; }
    // Bytes move or are checked right now.
    [[nodiscard]] bool isMoving() const
    {
        return job && !job->interrupted &&
               (job->state == core::JobState::Transferring ||
                job->state == core::JobState::Verifying);
    }
};

// For sentences: "Model (MAC)", or the MAC alone.
[[nodiscard]] QString deviceName(const core::Device &device);

} // namespace ui
