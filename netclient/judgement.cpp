// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/judgement.h"

#include "protocol/messages.h"

namespace netclient
{

using protocol::Failure;
using protocol::FailureCode;
using namespace Qt::StringLiterals;

namespace
{

std::optional<Verdict> verdictOfCode(FailureCode code)
{
    switch (code) {
    case FailureCode::UnknownJob:
    case FailureCode::UnknownTransfer:
    case FailureCode::Cancelled:
    case FailureCode::Superseded:
        return Verdict::JobOver;
    case FailureCode::Unauthorized:
    case FailureCode::UnknownDevice:
    case FailureCode::ForeignAddress:
        return Verdict::RenewSession;
    case FailureCode::StorageFull: // a status of the 500s, but it does not pass by itself
    case FailureCode::StationIoError:
    case FailureCode::FileTooLarge:
    case FailureCode::DestinationGone:
    case FailureCode::DestinationStalled:
    case FailureCode::PackDamaged:
    case FailureCode::DestinationUnwritable:
    case FailureCode::DestinationExists:
    case FailureCode::BackupOutOfOrder:
    case FailureCode::BackupMismatch:
        return Verdict::Refused;
    default:
        return std::nullopt;
    }
}

Verdict verdictOfStatus(int status)
{
    if (status >= 500 || status == 408 || status == 429)
        return Verdict::Retry;
    if (status == 401 || status == 403)
        return Verdict::RenewSession;
    if (status == 404 || status == 410)
        return Verdict::JobOver;
    return Verdict::Refused;
}

FailureCode codeOf(transport::HttpFault fault)
{
    return fault == transport::HttpFault::TimedOut ? FailureCode::Stalled
                                                   : FailureCode::ConnectionLost;
}

} // namespace

Judgement judge(const transport::HttpStatus &status, const transport::HttpAnswer &answer,
                const QByteArray &body)
{
    if (!status.ok())
        return {Verdict::Retry, {codeOf(status.fault), {}, status.detail}};
    if (answer.status / 100 == 2)
        return {};
    const auto told = protocol::parseError(body);
    const Failure failure = told.value_or(
        Failure{FailureCode::ServerRefused, {}, u"HTTP status %1"_s.arg(answer.status)});
    const auto byCode = told ? verdictOfCode(told->code) : std::nullopt;
    return {byCode.value_or(verdictOfStatus(answer.status)), failure};
}

Judgement judgeRead(const transport::HttpStatus &status)
{
    return status.ok() ? Judgement{} : judge(status, {}, {});
}

} // namespace netclient
