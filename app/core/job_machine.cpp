// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/job_machine.h"

#include <algorithm>
#include <array>

namespace core
{
namespace
{

struct Row {
    JobState from;
    JobEvent event;
    JobState to;
};

using S = JobState;
using E = JobEvent;

constexpr auto table = std::to_array<Row>({
    {S::Queued, E::Offer, S::Offered},
    {S::Queued, E::Begin, S::Transferring},
    {S::Queued, E::Fail, S::Failed},
    {S::Queued, E::Cancel, S::Cancelled},

    {S::Offered, E::Offer, S::Offered},
    {S::Offered, E::Begin, S::Transferring},
    // After a restart of the station the device goes on where it was, without asking again.
    {S::Offered, E::ReadBack, S::Verifying},
    {S::Offered, E::Interrupt, S::Offered},
    {S::Offered, E::Succeed, S::Succeeded},
    {S::Offered, E::Fail, S::Failed},
    {S::Offered, E::Cancel, S::Cancelled},

    {S::Transferring, E::Offer, S::Offered},
    {S::Transferring, E::Begin, S::Transferring},
    {S::Transferring, E::ReadBack, S::Verifying},
    {S::Transferring, E::Interrupt, S::Offered},
    {S::Transferring, E::Succeed, S::Succeeded},
    {S::Transferring, E::Fail, S::Failed},
    {S::Transferring, E::Cancel, S::Cancelled},

    {S::Verifying, E::Offer, S::Offered},
    // Repairing a chunk fetches it again; that is still part of verifying.
    {S::Verifying, E::Begin, S::Verifying},
    {S::Verifying, E::ReadBack, S::Verifying},
    {S::Verifying, E::Interrupt, S::Offered},
    {S::Verifying, E::Succeed, S::Succeeded},
    {S::Verifying, E::Fail, S::Failed},
    {S::Verifying, E::Cancel, S::Cancelled},
});

} // namespace

std::optional<JobState> nextState(JobState state, JobEvent event)
{
    const auto *row = std::find_if(table.begin(), table.end(), [=](const Row &r) {
        return r.from == state && r.event == event;
    });
    return row == table.end() ? std::nullopt : std::optional(row->to);
}

} // namespace core
