// SPDX-License-Identifier: GPL-3.0-or-later
// Is everything there that netbooting a bench needs? What is found out (Observations) and what
// follows from it (judge) are apart: the one is I/O, the other a plain function. Words are made in
// ui.
#pragma once

#include "netboot/helper/machine_facts.h"
#include "netboot/helper/probe_report.h"
#include "netboot/helper/wish.h"
#include "netboot/link_facts.h"
#include "netboot/tftp_root.h"

#include <QHash>
#include <QHostAddress>
#include <QJsonObject>
#include <QStringList>

#include <optional>

namespace netboot
{

inline constexpr quint16 dhcpPort = 67;
inline constexpr quint16 tftpPort = 69;

// What the station is going to do, as far as it is known.
struct PreflightPlan {
    quint16 httpPort = 0; // 0: any free one
    QHostAddress listen = QHostAddress(QHostAddress::AnyIPv4);
    QString dataDir;
    QString backupDir; // empty: none named
    // The rest only with an interface to netboot devices by:
    QString interface;
    Mode mode = Mode::Dhcp;
    Subnet address;         // prefix 0: any will do
    quint32 firstLease = 0; // Mode::Dhcp; 0: what fillRange() takes
    quint32 lastLease = 0;  // inclusive
    QString uplink;         // for NAT; empty: none
    QString tftpRoot;
    QList<MacAddress> devices; // that the station knows
    bool serving = false;      // this station's own DHCP and TFTP run already
    qint64 ownProcess = 0;

    [[nodiscard]] bool netboots() const { return !interface.isEmpty(); }
    [[nodiscard]] QList<quint16> ports() const;
};

enum class Check {
    Netboot,
    Interface,
    Link,
    Address,
    Range,
    OtherDhcp,
    SpanningTree,
    HttpPort,
    DhcpPort,
    TftpPort,
    TftpRoot,
    Firewall,
    Uplink,
    DataDisk,
    BackupDisk,
};

enum class Level { Ok, Unknown, Warning, Error };

// What was found; beside it what Finding::details holds.
enum class Reason {
    InterfaceThere,   // name
    InterfaceMissing, // name, then those that could be meant
    InterfaceUseless, // name: no Ethernet
    InterfaceUplink,  // name, then those that could be meant: it has the default route
    HelperRefuses,    // of Interface, Address, Uplink: technical detail
    LinkUp,           // megabits; 0: not told
    LinkSlow,         // megabits
    LinkDown,         // name: nobody at the other end
    LinkOff,          // name: switched off, so that nothing can be said of its cable
    AddressThere,     // address
    AddressMissing,   // name, address
    AddressNone,      // name
    AddressElsewhere, // name of the interface that has it or a part of its network, its address
    AloneOnWire,
    OtherDhcpServer,   // their addresses
    OtherBootServer,   // their addresses
    DhcpServerThere,   // its address, for Mode::Proxy
    DhcpServerMissing, // for Mode::Proxy
    NoSpanningTree,
    SpanningTree,     // kind, bridge's address, seconds that a port is held back
    ListensHereOnly,  // port: on a loopback address
    ListensElsewhere, // own address, the bench's ones, port
    PortFree,         // port
    PortOwn,          // port: this station has it
    PortTaken,        // port, program, process; the latter two empty where not told
    PortShared,       // port, program, process: another dnsmasq, which can be for another interface
    TftpComplete,     // folder
    TftpNoFolder,     // folder; empty: none named
    TftpRefused,      // technical detail: the helper would not take the folder
    TftpMissing,      // file
    TftpEmpty,        // file
    TftpUnreadable,   // file
    TftpTooLarge,     // file, bytes, limit in bytes
    TftpNoInitramfs,  // file
    TftpSlow,         // bytes, goal in bytes
    FirmwareInvalid,  // file
    FirmwareOld,      // file, its date, the date that is needed
    FirmwareDoubtful, // file, its date, the date that is known to do
    KernelInvalid,    // file
    DeviceTreeInvalid, // file
    InitramfsInvalid,  // file
    RangeEnough,       // addresses, devices
    RangeSmall,        // addresses, devices: more devices than addresses
    NetbootServes,     // interface
    NetbootOff,        // interface; empty: none is planned, so that little was looked at
    FirewallOpen,
    FirewallBlocks,    // ports
    FirewallUncertain, // ports
    UplinkOpen,        // interface, uplink
    ForwardBlocked,    // interface, uplink
    ForwardUncertain,  // interface, uplink
    DiskEnough,        // folder, bytes free
    DiskLow,           // folder, bytes free
    DiskFull,          // folder, bytes free
    DiskReadOnly,      // folder
    DiskUnknown,       // folder
    NeedsRights,       // only root can find out
    CannotTell,        // technical detail
};

// What one click can do about it.
enum class Mend {
    None,
    AskForRights,    // ask again with root rights
    ChooseInterface, // mendArgument: the one that most likely is meant
    UseProxy,        // work beside the DHCP server that is there
    UseDhcp,         // be the DHCP server
    ChooseTftpRoot,  // another folder
    RunCommand,      // mendArgument: for a shell; it is copied, not run
    OpenFolder,      // mendArgument
};

struct Finding {
    Check check = Check::Interface;
    Level level = Level::Ok;
    Reason reason = Reason::InterfaceThere;
    QStringList details;
    Mend mend = Mend::None;
    QString mendArgument;

    friend bool operator==(const Finding &, const Finding &) = default;
};

struct DiskFacts {
    bool known = false;
    bool readOnly = false;
    qint64 available = 0; // bytes, to this user
};

struct Observations {
    MachineFacts machine;
    QHash<QString, LinkFacts> links;
    bool asked = false; // `probed` comes with root rights
    ProbeReport probed; // of it without root rights: ports
    QList<TftpProblem> tftp;
    QList<MacAddress> leases; // that the service gave, of this run or an earlier one
    DiskFacts dataDisk;
    DiskFacts backupDisk;
};

// Kebab-case, for scripts.
[[nodiscard]] QLatin1StringView nameOf(Check check);
[[nodiscard]] QLatin1StringView nameOf(Level level);

// Everything but what needs root. Reads folders: not for the main thread.
[[nodiscard]] Observations observe(const PreflightPlan &plan);

// The same in order of Check; several findings for one check are possible.
[[nodiscard]] QList<Finding> judge(const PreflightPlan &plan, const Observations &seen);

[[nodiscard]] bool hasError(const QList<Finding> &findings);

} // namespace netboot
