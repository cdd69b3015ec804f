// SPDX-License-Identifier: GPL-3.0-or-later
// An order is confirmed to who gave it once the database has it: what a power cut takes away was
// never promised.
#include "core/station.h"

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

void Station::confirmJob(const JobId &id, std::function<void(const Result<void> &)> done)
{
    m_confirmations.submit([this, id, done = std::move(done)] {
        const bool isKept = m_store.flush(id);
        m_confirmed.post([this, id, isKept, done] { done(concludeOrder(id, isKept)); });
    });
}

// A device that has begun, or has ended, is not told that it should not have.
Result<void> Station::concludeOrder(const JobId &id, bool isKept)
{
    const Job *job = m_jobs.find(id);
    if (isKept || !job || job->started.isValid() || isEnded(job->state) || takeBack({id}).isEmpty())
        return {};
    return Failure{FailureCode::StationBusy, Stage::None,
                   u"the database could not be written to, so the job was not ordered; see the "
                   "messages, then try again"_s};
}

} // namespace core
