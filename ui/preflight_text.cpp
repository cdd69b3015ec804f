// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/preflight_text.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;
using netboot::Check;
using netboot::Finding;
using netboot::Level;
using netboot::Mend;

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::PreflightText)
};

} // namespace

QString checkName(Check check)
{
    switch (check) {
    case Check::Netboot:
        return Tr::tr("Network boot");
    case Check::Interface:
        return Tr::tr("Interface");
    case Check::Link:
        return Tr::tr("Cable");
    case Check::Address:
        return Tr::tr("Address");
    case Check::Range:
        return Tr::tr("Addresses for devices");
    case Check::OtherDhcp:
        return Tr::tr("Other DHCP servers");
    case Check::SpanningTree:
        return Tr::tr("Spanning tree");
    case Check::HttpPort:
        return Tr::tr("Port for devices");
    case Check::DhcpPort:
        return Tr::tr("Port for DHCP");
    case Check::TftpPort:
        return Tr::tr("Port for TFTP");
    case Check::TftpRoot:
        return Tr::tr("Netboot kit");
    case Check::Firewall:
        return Tr::tr("Firewall");
    case Check::Uplink:
        return Tr::tr("Internet for devices");
    case Check::DataDisk:
        return Tr::tr("Room for images");
    case Check::BackupDisk:
        return Tr::tr("Room for backups");
    }
    return {};
}

QString levelName(Level level)
{
    switch (level) {
    case Level::Ok:
        return Tr::tr("OK");
    case Level::Unknown:
        return Tr::tr("Not known");
    case Level::Warning:
        return Tr::tr("Warning");
    case Level::Error:
        return Tr::tr("Error");
    }
    return {};
}

Tone levelTone(Level level)
{
    switch (level) {
    case Level::Ok:
        return Tone::Good;
    case Level::Unknown:
        return Tone::Muted;
    case Level::Warning:
        return Tone::Warning;
    case Level::Error:
        return Tone::Bad;
    }
    return Tone::Neutral;
}

Glyph levelGlyph(Level level)
{
    switch (level) {
    case Level::Ok:
        return Glyph::Good;
    case Level::Unknown:
        return Glyph::Info;
    case Level::Warning:
        return Glyph::Warning;
    case Level::Error:
        return Glyph::Bad;
    }
    return Glyph::None;
}

QString mendText(const Finding &finding)
{
    switch (finding.mend) {
    case Mend::None:
        return {};
    case Mend::AskForRights:
        return Tr::tr("Find out as administrator…");
    case Mend::ChooseInterface:
        return Tr::tr("Use %1").arg(finding.mendArgument);
    case Mend::UseProxy:
        return Tr::tr("Work beside it");
    case Mend::UseDhcp:
        return Tr::tr("Be the DHCP server");
    case Mend::ChooseTftpRoot:
        return Tr::tr("Choose a folder…");
    case Mend::RunCommand:
        return Tr::tr("Copy the command");
    case Mend::OpenFolder:
        return Tr::tr("Open the folder");
    }
    return {};
}

QString preflightTable(const QList<Finding> &findings)
{
    qsizetype levels = 0;
    qsizetype checks = 0;
    for (const Finding &each : findings) {
        levels = std::max(levels, levelName(each.level).size());
        checks = std::max(checks, checkName(each.check).size());
    }
    QString table;
    for (const Finding &each : findings) {
        table += levelName(each.level).leftJustified(levels + 2) +
                 checkName(each.check).leftJustified(checks + 2) + findingText(each) + u'\n';
        if (each.mend == Mend::RunCommand)
            table += QString(levels + checks + 4, u' ') + each.mendArgument + u'\n';
    }
    return table;
}

QByteArray preflightJson(const QList<Finding> &findings)
{
    QJsonArray array;
    for (const Finding &each : findings) {
        QJsonObject object{{"check"_L1, QString(netboot::nameOf(each.check))},
                           {"level"_L1, QString(netboot::nameOf(each.level))},
                           {"details"_L1, QJsonArray::fromStringList(each.details)},
                           {"text"_L1, findingText(each)}};
        if (each.mend == Mend::RunCommand)
            object.insert("command"_L1, each.mendArgument);
        array.append(object);
    }
    return QJsonDocument(QJsonObject{{"findings"_L1, array}}).toJson();
}

} // namespace ui
