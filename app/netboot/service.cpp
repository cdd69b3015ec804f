// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/service.h"

#include "netboot/tftp_root.h"

#include <QTimeZone>

#include <algorithm>

namespace netboot
{

using namespace Qt::StringLiterals;
using core::NetbootState;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Stage;

namespace
{

constexpr qsizetype maxLog = 1000;

} // namespace

void fillRange(ServiceWish &wish)
{
    const quint32 network = wish.address.network();
    const quint32 last = wish.address.broadcast() - 1;
    const bool wide = last - network >= 200;
    wish.firstLease = wide ? network + 100 : network + 1;
    wish.lastLease = wide ? network + 200 : last;
}

Service::Service(core::Station &station, const QString &helper, core::Clock clock, QObject *parent)
    : QObject(parent),
      m_station(station),
      m_program(helper.isEmpty() ? findHelper() : helper),
      m_clock(std::move(clock))
{
    connect(&m_station, &core::Station::netbootRefusalChanged, this, &Service::tellRefusal);
    connect(&m_station, &core::Station::deviceRegistered, this, [this](MacAddress mac) {
        if (!m_tracker.takeRegistration(mac, now()).isNull())
            tell(mac);
    });
    connect(&m_station, &core::Station::deviceChanged, this, &Service::noteArrival);
    connect(&m_station, &core::Station::deviceRemoved, this,
            [this](MacAddress mac) { m_tracker.forget(mac); });
}

Service::~Service()
{
    // What is left of it is nobody's business any more.
    for (HelperProcess *helper : {m_helper.get(), m_restorer.get()}) {
        if (helper)
            helper->disconnect(this);
    }
}

QDateTime Service::now() const
{
    return QDateTime::fromMSecsSinceEpoch(m_clock(), QTimeZone::utc());
}

void Service::setState(NetbootState state, const Failure &failure)
{
    m_status.state = state;
    m_status.failure = failure;
    m_station.setNetbootStatus(m_status);
}

void Service::start(const ServiceWish &wish)
{
    if (isRunning())
        return;
    m_wish = wish;
    const bool proxy = wish.mode == Mode::Proxy;
    m_tracker = BootTracker(wish.tftpRoot, proxy);
    m_status = {NetbootState::Starting, wish.interface, {}, wish.tftpRoot, wish.uplink, proxy, {}};
    if (!proxy)
        m_status.range = ipv4Text(wish.firstLease) + u'-' + ipv4Text(wish.lastLease);
    m_failed = false;
    m_checking = ++m_checks;
    m_kit.run<void>([root = wish.tftpRoot] { return checkKit(root); },
                    [this, number = m_checking](const protocol::Result<void> &checked) {
                        finishCheck(number, checked);
                    });
    setState(NetbootState::Starting);
}

// A kit from which no device starts would be told of by devices that stop half-way.
void Service::finishCheck(int number, const protocol::Result<void> &checked)
{
    if (m_checking != number)
        return; // nobody waits for it any more
    m_checking = 0;
    if (!checked)
        return setState(NetbootState::Failed, checked.failure());
    startHelper();
}

void Service::startHelper()
{
    if (m_program.isEmpty())
        return setState(NetbootState::Failed, {FailureCode::ProgramMissing, Stage::None,
                                               u"provisioning-netboot-helper"_s});
    m_wish.refused = m_station.refusedNetboots(); // as it is by now
    for (const MacAddress mac : std::as_const(m_wish.refused))
        m_tracker.setRefused(mac, true);
    m_helper = std::make_unique<HelperProcess>(m_program);
    connect(m_helper.get(), &HelperProcess::event, this, &Service::take);
    connect(m_helper.get(), &HelperProcess::ended, this, &Service::handleEnd);
    m_helper->start({u"run"_s});
    if (m_helper)
        m_helper->send(toJson(m_wish));
}

void Service::stop()
{
    if (!isRunning())
        return;
    if (!m_helper) { // the kit is being checked still
        m_checking = 0;
        return setState(NetbootState::Off);
    }
    setState(NetbootState::Stopping);
    m_helper->send(toJson(Command{}));
    m_helper->endInput();
}

void Service::take(const Event &event)
{
    using Kind = Event::Kind;
    switch (event.kind) {
    case Kind::Started:
        m_status.address = event.address;
        setState(NetbootState::Serving);
        break;
    case Kind::Waiting:
        note(event.failure.detail);
        setState(NetbootState::Waiting, event.failure);
        break;
    case Kind::Resumed:
        note(u"%1 is back"_s.arg(m_wish.interface));
        setState(NetbootState::Serving);
        break;
    case Kind::Failed:
        m_failed = true;
        m_failure = event.failure;
        break;
    case Kind::Log:
    case Kind::Warning:
    case Kind::Restored:
        note(event.text);
        break;
    case Kind::Dhcp:
    case Kind::Refused:
    case Kind::Allowed:
    case Kind::Stopped:
        break;
    }
    noteTracked(m_tracker.take(event, now()));
}

void Service::noteTracked(MacAddress changed)
{
    if (!changed.isNull())
        tell(changed);
    const bool full = m_tracker.isPoolFull(now());
    if (full == m_status.poolFull)
        return;
    m_status.poolFull = full;
    m_station.setNetbootStatus(m_status);
}

void Service::handleEnd(bool orderly, const Failure &failure)
{
    // Inside one of its own signals: it goes when the event loop comes round.
    m_helper.release()->deleteLater();
    m_status.poolFull = false;
    if (!orderly && failure.code == FailureCode::NetbootFailed)
        putBack();
    if (m_failed)
        return setState(NetbootState::Failed, m_failure);
    if (!orderly)
        return setState(NetbootState::Failed, failure);
    setState(NetbootState::Off);
}

void Service::putBack()
{
    m_restorer = std::make_unique<HelperProcess>(m_program);
    connect(m_restorer.get(), &HelperProcess::event, this, &Service::take);
    m_restorer->start({u"restore"_s});
}

void Service::tell(MacAddress mac)
{
    const core::BootTimeline *timeline = m_tracker.find(mac);
    if (!timeline)
        return;
    // A copy: the station may take another row off its list, and the tracker forgets that machine.
    const core::BootTimeline copy = *timeline;
    m_station.noteBoot(copy);
}

// A device that was up before the service was does not register again: its client goes on asking.
void Service::noteArrival(MacAddress mac)
{
    const core::BootTimeline *timeline = m_tracker.find(mac);
    if (!timeline || timeline->steps.size() != 1 || timeline->stage() != core::BootStage::NetworkUp)
        return;
    const core::Device *device = m_station.device(mac);
    if (device && device->isRegistered() && m_station.isOnline(*device) &&
        !m_tracker.takeRegistration(mac, now()).isNull())
        tell(mac);
}

void Service::tellRefusal(MacAddress mac, bool refused)
{
    m_tracker.setRefused(mac, refused);
    if (m_helper)
        m_helper->send(
            toJson(Command{refused ? Command::Kind::Refuse : Command::Kind::Allow, mac}));
}

void Service::note(const QString &line)
{
    m_log.append(line);
    if (m_log.size() > maxLog)
        m_log.removeFirst();
    Q_EMIT logged(line);
}

} // namespace netboot
