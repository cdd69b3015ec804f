// SPDX-License-Identifier: GPL-3.0-or-later
// Dispatch and what downloads and uploads have in common; the two are in lane_download.cpp and
// lane_upload.cpp.
#include "http/lane_connection.h"

#include "http/bearer_token.h"
#include "http/transfer_path.h"

#include <exception>
#include <thread>
#include <utility>

namespace http
{

using namespace Qt::StringLiterals;
using core::Level;
using core::TransferEvent;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Stage;

namespace names = protocol::names;

LaneConnection::LaneConnection(const LaneContext &context,
                               transport::HttpServerConnection &connection, QString peer,
                               IdleTime &idle)
    : m_context(context), m_connection(connection), m_peer(std::move(peer)), m_idle(idle)
{
}

LaneConnection::~LaneConnection()
{
    detach();
}

void LaneConnection::serve(bool overloaded)
{
    try {
        serveRequests(overloaded);
    } catch (const std::exception &error) {
        failUnexpected(QString::fromLocal8Bit(error.what()));
    } catch (...) {
        failUnexpected(u"something unknown was thrown"_s);
    }
}

void LaneConnection::serveRequests(bool overloaded)
{
    m_connection.limitHeadTime(m_context.limits.headDeadline);
    allowStall(m_context.limits.fullStall);
    while (const auto head = nextHead()) {
        if (overloaded)
            return refuseOverloaded(*head);
        // Each of a kept connection: not every one is of who sent the first.
        if (const auto failure = m_context.rules.check(*head))
            return refuseForGood(*head, *failure);
        if (!handle(*head))
            return;
    }
}

std::optional<LaneConnection::Head> LaneConnection::nextHead()
{
    boost::system::error_code error;
    // The first one is there already, or nearly: who has just come is not idle.
    if (std::exchange(m_served, true))
        m_idle.begin();
    auto head = m_connection.readHead(error);
    m_idle.end();
    return head;
}

void LaneConnection::allowStall(std::chrono::milliseconds stall)
{
    m_connection.socket().setTimeouts(stall, stall);
    m_connection.socket().giveUpAfter(stall);
}

// Memory may be back in a moment, and a job that nobody hears of any more would stay for ever.
void LaneConnection::failUnexpected(const QString &what)
{
    using namespace std::chrono_literals;
    if (m_attached == 0)
        throw; // nobody's job: the connection's end says enough
    constexpr int tries = 50;
    for (int left = tries; left > 0; --left) {
        try {
            return postFailed(m_level, {FailureCode::Internal, Stage::None, what});
        } catch (const std::exception &) {
            std::this_thread::sleep_for(100ms);
        }
    }
}

void LaneConnection::refuseOverloaded(const Head &head)
{
    boost::system::error_code error;
    const Failure failure{FailureCode::StationBusy, Stage::None, u"too many transfers"_s};
    m_connection.writeAnswer(503, {{"Retry-After", "5"}, {"Content-Type", "application/json"}},
                             protocol::toBody(protocol::errorJson(failure)), false, error);
    m_connection.socket().shutdownSend();
    if (head.hasBody())
        m_connection.socket().drain(m_context.limits.refusalDrain);
}

bool LaneConnection::handle(const Head &head)
{
    const auto path = TransferPath::parse(head.target);
    if (!path)
        return refuse(head, {FailureCode::UnknownTransfer, Stage::None, {}});
    const auto &[token, what] = *path;
    const auto transfer = m_context.board.find(token);
    if (transfer != m_transfer)
        detach();
    m_transfer = transfer;
    if (!m_transfer && what == names::uploadCommit)
        return repeatCommit(head, token);
    if (!m_transfer || !m_transfer->mayUse(m_peer))
        return refuse(head, {FailureCode::UnknownTransfer, Stage::None, {}});
    if (!m_transfer->isSession(bearerToken(head.authorization)))
        return refuse(head, {FailureCode::Unauthorized, Stage::None,
                             u"not the session of this transfer's device"_s});
    return m_transfer->description().kind == core::JobKind::Deploy ? handleDownload(head, what)
                                                                   : handleUpload(head, what);
}

bool LaneConnection::take(Level level)
{
    if (m_attached != 0)
        return !m_transfer->isDead();
    m_attached = m_transfer->attach([this] { m_connection.socket().abort(); });
    if (m_attached == 0)
        return false;
    m_level = level;
    post(TransferEvent::Kind::Began, level, {});
    return true;
}

bool LaneConnection::attach(const Head &head, Level level)
{
    if (take(level))
        return true;
    (void)refuse(head, {FailureCode::UnknownTransfer, Stage::None, {}});
    return false;
}

void LaneConnection::detach()
{
    if (m_attached != 0)
        m_transfer->detach(m_attached);
    m_attached = 0;
}

void LaneConnection::finish()
{
    if (m_attached != 0)
        m_transfer->finish(m_attached);
    m_attached = 0;
}

void LaneConnection::post(TransferEvent::Kind kind, Level level, const Failure &failure)
{
    m_context.board.post({kind, m_transfer->description().token, level, failure, {}, {}});
}

void LaneConnection::postFailed(Level level, const Failure &failure)
{
    finish();
    post(TransferEvent::Kind::Failed, level, failure);
}

void LaneConnection::postCompleted(Level level, const core::BackupResult &result,
                                   const QString &note)
{
    finish();
    m_context.board.post(
        {TransferEvent::Kind::Completed, m_transfer->description().token, level, {}, result, note});
}

void LaneConnection::postInterrupted(Level level, const boost::system::error_code &error)
{
    // A newer connection, or the job's end, has ended this one: that is theirs to tell. Told before
    // the transfer is let go of, so that no newer one's beginning is heard of first.
    if (m_transfer->isCurrent(m_attached)) {
        const bool stalled = error == boost::system::errc::timed_out;
        const bool deploy = m_transfer->description().kind == core::JobKind::Deploy;
        post(TransferEvent::Kind::Interrupted, level,
             {stalled ? FailureCode::Stalled : FailureCode::ConnectionLost,
              deploy ? Stage::Write : Stage::Receive,
              error ? QString::fromStdString(error.message()) : u"the peer closed early"_s});
    }
    detach();
}

bool LaneConnection::refuse(const Head &head, const Failure &failure,
                            std::vector<transport::AnswerHeader> headers)
{
    boost::system::error_code error;
    headers.push_back({"Content-Type", "application/json"});
    // Whoever has no transfer has no business here: the lane's places are for those who do.
    const bool keepAlive =
        head.keepAlive && !head.hasBody() && failure.code != FailureCode::UnknownTransfer;
    QByteArray body = protocol::toBody(protocol::errorJson(failure));
    const int status = protocol::httpStatus(failure.code);
    if (head.method == "HEAD")
        m_connection.writeHead(status, std::move(headers), body.size(), keepAlive, error);
    else
        m_connection.writeAnswer(status, std::move(headers), body, keepAlive, error);
    if (keepAlive)
        return !error;
    m_connection.socket().shutdownSend();
    // Without a body nothing is on its way that could make a reset of the close.
    if (head.hasBody())
        m_connection.socket().drain(m_context.limits.refusalDrain);
    return false;
}

void LaneConnection::refuseForGood(const Head &head, const Failure &failure)
{
    Head closing = head;
    closing.keepAlive = false;
    (void)refuse(closing, failure);
}

bool LaneConnection::refuseMethod(const Head &head, const char *allowed)
{
    return refuse(head, {FailureCode::MethodNotAllowed, Stage::None, {}}, {{"Allow", allowed}});
}

bool LaneConnection::answer(const Head &head, int status, const QJsonObject &body)
{
    boost::system::error_code error;
    m_connection.writeAnswer(status, {{"Content-Type", "application/json"}}, protocol::toBody(body),
                             head.keepAlive, error);
    if (!head.keepAlive) {
        m_connection.socket().shutdownSend();
        m_connection.socket().drain(m_context.limits.refusalDrain);
    }
    return head.keepAlive && !error;
}

bool LaneConnection::readExactly(std::span<std::byte> buffer, boost::system::error_code &error)
{
    size_t filled = 0;
    while (filled < buffer.size()) {
        const size_t got = m_connection.readBody(buffer.subspan(filled), error);
        if (got == 0 || error)
            return false;
        filled += got;
        m_transfer->moved += qint64(got);
    }
    return true;
}

} // namespace http
