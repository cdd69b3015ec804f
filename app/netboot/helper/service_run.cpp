// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/service_run.h"

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

constexpr int maxRestarts = 3; // of dnsmasq in one run; then something is wrong for good
constexpr auto restartDelay = 1s;
constexpr auto addressCheck = 5s;

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// systemd-resolved names itself in /etc/resolv.conf and the real ones beside it.
QList<quint32> machineResolvers()
{
    const auto own = resolversIn(contentOf(u"/etc/resolv.conf"_s));
    return own.isEmpty() ? resolversIn(contentOf(u"/run/systemd/resolve/resolv.conf"_s)) : own;
}

} // namespace

QList<quint32> resolversIn(const QByteArray &resolvConf)
{
    constexpr qsizetype most = 3; // MAXNS of resolv.conf(5)
    QList<quint32> found;
    for (const QByteArray &line : resolvConf.split('\n')) {
        const QList<QByteArray> words = line.simplified().split(' ');
        if (words.size() < 2 || words[0] != "nameserver")
            continue;
        const auto address = parseIpv4(QString::fromLatin1(words[1]));
        if (address && *address >> 24 != 127 && found.size() < most)
            found.append(*address);
    }
    return found;
}

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
    connect(&m_watch, &DhcpWatch::seen, this, &ServiceRun::noteDhcp);
    connect(&m_addressTimer, &QTimer::timeout, this, &ServiceRun::keepAddress);
}

ServiceRun::~ServiceRun() = default;

void ServiceRun::send(Event event)
{
    m_channel.send(toJson(event));
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
        send({.kind = Event::Kind::Warning, .text = command.failure().detail});
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
    const QByteArray config = dnsmasqConfig(m_wish, m_folder.dnsmasqPaths(), machineResolvers());
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
    m_addressTimer.start(addressCheck);
    send({.kind = Event::Kind::Started,
          .interface = m_wish.interface,
          .address = m_wish.address.toString()});
}

void ServiceRun::restart(const Failure &why)
{
    if (m_stopped)
        return;
    if (!m_announced || ++m_restarts > maxRestarts)
        return fail(why);
    send({.kind = Event::Kind::Warning, .text = u"dnsmasq is started again: "_s + why.detail});
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
    const auto done = refuse ? m_folder.addRule(command.mac) : m_folder.removeRule(command.mac);
    if (!done)
        return send({.kind = Event::Kind::Warning, .text = done.failure().detail});
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
    m_addressTimer.stop();
    if (m_dnsmasq)
        m_dnsmasq->stop();
    QStringList left;
    (void)putBack(m_journal, &left);
    if (left.isEmpty()) {
        if (!m_journal.interface.isEmpty())
            QFile::remove(m_folder.journal());
    } else {
        m_exitCode = 1;
        send({.kind = Event::Kind::Warning, .text = left.join(u"; "_s)});
    }
    send({.kind = Event::Kind::Stopped});
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

// Desktops' network managers clear an interface when they give up on it.
void ServiceRun::keepAddress()
{
    const MachineFacts facts = readMachineFacts();
    const InterfaceFacts *interface = facts.find(m_wish.interface);
    if (!interface)
        return fail(
            {FailureCode::InterfaceUnusable, Stage::None, u"%1 is gone"_s.arg(m_wish.interface)});
    if (m_wish.mode == Mode::Proxy || interface->addresses.contains(m_wish.address))
        return;
    const auto save = [this](const Journal &journal) {
        return saveJournal(m_folder.journal(), journal);
    };
    ServiceWish only = m_wish;
    only.uplink.clear();
    const auto done = changeNetwork(only, facts, m_journal, save);
    send({.kind = Event::Kind::Warning,
          .text = done ? u"something took %1 off %2; it was put back"_s.arg(
                             m_wish.address.toString(), m_wish.interface)
                       : done.failure().detail});
}

} // namespace netboot
