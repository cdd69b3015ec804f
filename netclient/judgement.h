// SPDX-License-Identifier: GPL-3.0-or-later
// What an answer of the station, or its absence, means for what the client does next.
#pragma once

#include "protocol/failure.h"
#include "transport/http_client.h"

namespace netclient
{

enum class Verdict {
    Good,
    Retry,        // nobody answered, or the station has trouble that passes
    RenewSession, // the station does not know this device (any more): register, then try again
    JobOver,      // the job or its token is dead
    Refused,      // trying again would get the same answer
};

struct Judgement {
    Verdict verdict = Verdict::Good;
    protocol::Failure failure; // unless Good
};

[[nodiscard]] Judgement judge(const transport::HttpStatus &status,
                              const transport::HttpAnswer &answer, const QByteArray &body);
// Of an answer's body that is being read.
[[nodiscard]] Judgement judgeRead(const transport::HttpStatus &status);

} // namespace netclient
