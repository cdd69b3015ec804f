// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/service_run.h"

#include "netboot/helper/firewall.h"
#include "netboot/helper/pi_identity.h"
#include "netboot/helper/programs.h"
#include "netboot/helper/tftp_notes.h"
#include "netboot/helper/wish_check.h"

#include <QCoreApplication>
#include <QFile>

namespace netboot
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

constexpr auto restartDelay = 1s;
constexpr auto interfaceCheck = 5s; // what the kernel tells of comes at once, besides
constexpr auto repairPause = 2s;
constexpr auto linkPatience = 4s;         // of a card that was just switched on
constexpr auto lastWordsPatience = 500ms; // a station that hangs does not read them

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// What the wire brings can come without end; everything else answers the station.
LineChannel::Worth worthOf(Event::Kind kind)
{
    const bool fromTheWire = kind == Event::Kind::Log || kind == Event::Kind::Dhcp;
    return fromTheWire ? LineChannel::Worth::CanBeSpared : LineChannel::Worth::Needed;
}

} // namespace

Result<QStringList> putBackFrom(const RunFolder &folder)
{
    const auto journal = loadJournal(folder.journal());
    if (!journal)
        return journal.failure();
    QStringList left;
    const QStringList done = putBack(*journal, &left);
    if (!left.isEmpty())
        return Failure{FailureCode::NetbootFailed, Stage::None, left.join(u"; "_s)};
    QFile::remove(folder.journal());
    return done;
}

ServiceRun::ServiceRun(QObject *parent) : QObject(parent)
{
    connect(&m_channel, &LineChannel::received, this, &ServiceRun::takeLine);
    connect(&m_channel, &LineChannel::closed, this, &ServiceRun::stop);
    connect(&m_channel, &LineChannel::overlong, this, [this] {
        fail({FailureCode::BadRequest, Stage::None, u"a line is too long"_s});
    });
    connect(&m_channel, &LineChannel::spared, this, [this](qint64 lines) {
        warn(u"%1 lines of the log are left out: the station did not take them in time"_s.arg(
            lines));
    });
    connect(&m_watch, &DhcpWatch::seen, this, &ServiceRun::noteDhcp);
    connect(&m_interfaceTimer, &QTimer::timeout, this, &ServiceRun::keepInterface);
    connect(&m_links, &LinkWatch::changed, this, &ServiceRun::keepInterface);
}

ServiceRun::~ServiceRun() = default;

void ServiceRun::send(Event event)
{
    m_channel.send(toJson(event), worthOf(event.kind));
}

void ServiceRun::warn(const QString &text)
{
    send({.kind = Event::Kind::Warning, .text = text});
}

void ServiceRun::takeLine(const QByteArray &line)
{
    if (m_stopped)
        return;
    if (!m_begun) {
        m_begun = true;
        return begin(line);
    }
    if (const auto command = parseCommand(line))
        obey(*command);
    else
        warn(command.failure().detail);
}

void ServiceRun::begin(const QByteArray &line)
{
    const auto wish = parseWish(line);
    if (!wish)
        return fail(wish.failure());
    if (const auto up = bringUp(*wish); !up)
        fail(up.failure());
}

Result<void> ServiceRun::bringUp(const ServiceWish &wish)
{
    if (const auto opened = m_folder.open(); !opened)
        return opened;
    if (const auto done = putBackLeftovers(); !done)
        return done;
    const MachineFacts facts = readMachineFacts();
    const auto checked = checkNetwork(wish, facts);
    if (!checked)
        return checked.failure();
    m_wish = *checked;
    const auto root = checkTftpRoot(wish.tftpRoot);
    if (!root)
        return root.failure();
    m_wish.tftpRoot = *root;
    const auto user = findServiceUser();
    if (!user)
        return user.failure();
    m_user = *user;
    const auto save = [this](const Journal &journal) {
        return saveJournal(m_folder.journal(), journal);
    };
    if (const auto changed = changeNetwork(m_wish, facts, m_journal, save); !changed)
        return changed;
    const QByteArray config = dnsmasqConfig(m_wish, m_folder.dnsmasqPaths(), facts.resolvers);
    for (const MacAddress mac : std::as_const(m_wish.refused))
        m_refused.insert(mac.value());
    if (const auto prepared = m_folder.prepare(config, m_wish.refused, m_user); !prepared)
        return prepared;
    if (const auto started = m_watch.start(m_wish.interface); !started)
        return started;
    return startDnsmasq();
}

Result<void> ServiceRun::putBackLeftovers()
{
    const auto done = putBackFrom(m_folder);
    if (!done)
        return done.failure();
    for (const QString &what : *done)
        send({.kind = Event::Kind::Restored, .text = what});
    return {};
}

Result<void> ServiceRun::startDnsmasq()
{
    m_dnsmasq = std::make_unique<DnsmasqProcess>();
    connect(m_dnsmasq.get(), &DnsmasqProcess::line, this, &ServiceRun::noteLog);
    connect(m_dnsmasq.get(), &DnsmasqProcess::ready, this, &ServiceRun::announce);
    connect(m_dnsmasq.get(), &DnsmasqProcess::failed, this, &ServiceRun::restart);
    if (const auto started = m_dnsmasq->start(m_folder.config(), m_user); !started)
        return started;
    m_journal.dnsmasq = markProcess(m_dnsmasq->pid());
    return saveJournal(m_folder.journal(), m_journal);
}

void ServiceRun::announce()
{
    if (m_announced)
        return;
    m_announced = true;
    m_interfaceTimer.start(interfaceCheck);
    m_sinceStart.start();
    if (const auto watching = m_links.start(); !watching)
        warn(watching.failure().detail); // the timer sees it, too
    send({.kind = Event::Kind::Started,
          .interface = m_wish.interface,
          .address = m_wish.address.toString()});
    if (!m_wish.uplink.isEmpty())
        checkWayOut();
    keepInterface();
}

// The rules of others are theirs: they are told of and left alone.
void ServiceRun::checkWayOut()
{
    const auto ruleset = readRuleset();
    const auto passage = ruleset ? judgeWayOut(*ruleset, m_wish.interface, m_wish.uplink)
                                 : std::optional(Passage::Uncertain);
    if (passage == Passage::Open)
        return;
    warn(u"this machine's firewall %1 what devices send from %2 to %3 (Docker and ufw do that): "
         "until it allows it they have no internet"_s.arg(
             passage == Passage::Blocked ? u"drops"_s : u"may drop"_s, m_wish.interface,
             m_wish.uplink));
}

void ServiceRun::restart(const Failure &why)
{
    if (m_stopped)
        return;
    if (!m_announced || !m_restarts.take())
        return fail(why);
    warn(u"dnsmasq is started again: "_s + why.detail);
    QTimer::singleShot(restartDelay, this, [this] {
        if (m_stopped)
            return;
        if (const auto started = startDnsmasq(); !started)
            fail(started.failure());
    });
}

void ServiceRun::obey(const Command &command)
{
    if (command.kind == Command::Kind::Stop)
        return stop();
    const bool refuse = command.kind == Command::Kind::Refuse;
    if (refuse && !m_refused.contains(command.mac.value()) && m_refused.size() >= maxRefused)
        return warn(u"%1 is not refused: %2 machines are already"_s.arg(command.mac.toString())
                        .arg(maxRefused));
    const auto done = refuse ? m_folder.addRule(command.mac) : m_folder.removeRule(command.mac);
    if (!done)
        return warn(done.failure().detail);
    if (refuse)
        m_refused.insert(command.mac.value());
    else
        m_refused.remove(command.mac.value());
    // It sees new rules by itself, and gone ones only now; reading all of them anew does for both.
    if (m_dnsmasq)
        m_dnsmasq->reload();
    send({.kind = refuse ? Event::Kind::Refused : Event::Kind::Allowed, .mac = command.mac});
}

void ServiceRun::fail(const Failure &failure)
{
    m_exitCode = 1;
    send({.kind = Event::Kind::Failed, .failure = failure});
    stop();
}

void ServiceRun::stop()
{
    if (m_stopped)
        return;
    m_stopped = true;
    m_interfaceTimer.stop();
    if (m_dnsmasq)
        m_dnsmasq->stop();
    QStringList left;
    (void)putBack(m_journal, &left);
    if (left.isEmpty()) {
        if (!m_journal.interface.isEmpty())
            QFile::remove(m_folder.journal());
    } else {
        m_exitCode = 1;
        warn(left.join(u"; "_s));
    }
    send({.kind = Event::Kind::Stopped});
    m_channel.flush(lastWordsPatience);
    QCoreApplication::exit(m_exitCode);
}

void ServiceRun::noteLog(const QString &line)
{
    m_watch.read(); // a question before its answer
    Event event{.kind = Event::Kind::Log, .text = line};
    if (isTftpLine(line)) {
        const TftpNotes notes = notesOn(line, m_wish.tftpRoot, contentOf(u"/proc/self/net/arp"_s));
        event.bytes = notes.bytes;
        event.mac = notes.mac;
    }
    send(std::move(event));
}

void ServiceRun::noteDhcp(const DhcpMessage &message)
{
    DhcpSeen seen;
    seen.type = message.type;
    seen.fromClient = message.fromClient;
    seen.vendorClass = message.vendorClass;
    if (const auto pi = piIdentity(message.machineId, message.mac)) {
        seen.raspberry = true;
        seen.serial = pi->serial;
        seen.boardRevision = pi->boardRevision;
    }
    const quint32 address = message.fromClient ? message.clientAddress : message.yourAddress;
    seen.address = address == 0 ? QString() : ipv4Text(address);
    seen.server = message.server == 0 ? QString() : ipv4Text(message.server);
    seen.bySelf = message.server == m_wish.address.address;
    send({.kind = Event::Kind::Dhcp, .mac = message.mac, .dhcp = seen});
}

// Desktops' network managers clear an interface when they give up on it; an Ethernet adapter that
// is plugged in again is a new interface of the old name. Who pulled it out, or a cable, by mistake
// finds the bench served again when it is back.
void ServiceRun::keepInterface()
{
    if (m_stopped || !m_announced)
        return;
    const MachineFacts facts = readMachineFacts();
    const InterfaceFacts *interface = facts.find(m_wish.interface);
    if (!interface)
        return wait(FailureCode::InterfaceGone, u"%1 is gone"_s.arg(m_wish.interface));
    if (followNewInterface(facts))
        return; // its link comes later, and is told of
    keepAddress(*interface, facts);
    judgeLink(*interface);
}

bool ServiceRun::followNewInterface(const MachineFacts &facts)
{
    const auto renewed = m_watch.followInterface();
    if (!renewed) { // gone again meanwhile
        wait(FailureCode::InterfaceGone, renewed.failure().detail);
        return true;
    }
    if (*renewed)
        repairNetwork(m_wish, facts, u"%1 was made anew"_s.arg(m_wish.interface));
    return *renewed;
}

void ServiceRun::keepAddress(const InterfaceFacts &interface, const MachineFacts &facts)
{
    if (m_wish.mode != Mode::Dhcp || interface.addresses.contains(m_wish.address))
        return;
    // Who takes it off again at once would keep both busy; the timer comes back to it.
    if (m_sinceRepair.isValid() &&
        !m_sinceRepair.hasExpired(std::chrono::milliseconds(repairPause).count()))
        return;
    m_sinceRepair.start();
    ServiceWish only = m_wish;
    only.uplink.clear();
    repairNetwork(only, facts,
                  u"something took %1 off %2"_s.arg(m_wish.address.toString(), m_wish.interface));
}

void ServiceRun::judgeLink(const InterfaceFacts &interface)
{
    if (interface.up && interface.running) {
        m_hadLink = true;
        return resume();
    }
    if (!m_hadLink && !m_sinceStart.hasExpired(std::chrono::milliseconds(linkPatience).count()))
        return; // the timer comes back to it
    wait(FailureCode::InterfaceDown,
         (interface.up ? u"no link on %1"_s : u"%1 is switched off"_s).arg(m_wish.interface));
}

void ServiceRun::wait(FailureCode code, const QString &why)
{
    m_hadLink = true; // patience is for the start alone
    if (m_waiting == code)
        return;
    m_waiting = code;
    send({.kind = Event::Kind::Waiting, .failure = {code, Stage::None, why}});
}

void ServiceRun::resume()
{
    if (!m_waiting)
        return;
    m_waiting.reset();
    send({.kind = Event::Kind::Resumed});
}

void ServiceRun::repairNetwork(const ServiceWish &wish, const MachineFacts &facts,
                               const QString &cause)
{
    const auto save = [this](const Journal &journal) {
        return saveJournal(m_folder.journal(), journal);
    };
    const auto done = changeNetwork(wish, facts, m_journal, save);
    warn(done ? u"%1; it is set up again"_s.arg(cause) : done.failure().detail);
}

} // namespace netboot
