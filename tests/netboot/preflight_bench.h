// SPDX-License-Identifier: GPL-3.0-or-later
// A bench on which everything is right, for tests that change one small thing of it.
#pragma once

#include "netboot/preflight.h"

#include <QTest>

#include <algorithm>
#include <functional>
#include <iterator>

namespace preflight_bench
{

using namespace Qt::StringLiterals;
using namespace netboot;

inline constexpr qint64 gib = qint64(1) << 30;

inline InterfaceFacts interface(const QString &name, const QStringList &addresses)
{
    InterfaceFacts facts;
    facts.name = name;
    facts.up = true;
    facts.ethernet = true;
    for (const QString &each : addresses)
        facts.addresses << *Subnet::parse(each);
    return facts;
}

inline PreflightPlan benchPlan()
{
    PreflightPlan plan;
    plan.httpPort = 5000;
    plan.dataDir = u"/data"_s;
    plan.backupDir = u"/backups"_s;
    plan.interface = u"eth1"_s;
    plan.address = *Subnet::parse(u"10.20.50.1/24");
    plan.tftpRoot = u"/kit"_s;
    plan.ownProcess = 42;
    return plan;
}

inline Observations goodMachine()
{
    Observations seen;
    seen.machine.interfaces = {interface(u"eth0"_s, {u"192.168.1.5/24"_s}),
                               interface(u"eth1"_s, {u"10.20.50.1/24"_s})};
    seen.links = {{u"eth0"_s, {true, true, 1000}}, {u"eth1"_s, {true, true, 1000}}};
    seen.asked = true;
    seen.probed.wire = WireFacts();
    seen.probed.ruleset = R"({"nftables":[]})";
    seen.dataDisk = seen.backupDisk = {true, false, 100 * gib};
    return seen;
}

inline QList<Finding> of(Check check, const QList<Finding> &all)
{
    QList<Finding> found;
    std::copy_if(all.begin(), all.end(), std::back_inserter(found),
                 [check](const Finding &each) { return each.check == check; });
    return found;
}

using Change = std::function<void(PreflightPlan &, Observations &)>;

inline void row(const char *name, const Change &change, const Finding &finding)
{
    QTest::addRow("%s", name) << change << finding;
}

inline void makeColumns()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<Finding>("finding");
}

// The change makes exactly this finding of its check, and an error only if it is one.
inline void expect(const Change &change, const Finding &finding)
{
    PreflightPlan plan = benchPlan();
    Observations seen = goodMachine();
    change(plan, seen);
    const auto all = judge(plan, seen);
    const auto found = of(finding.check, all);
    QCOMPARE(found.size(), 1);
    QCOMPARE(found[0].level, finding.level);
    QCOMPARE(found[0].reason, finding.reason);
    QCOMPARE(found[0].details, finding.details);
    QCOMPARE(found[0].mend, finding.mend);
    QCOMPARE(found[0].mendArgument, finding.mendArgument);
    QCOMPARE(hasError(all), finding.level == Level::Error);
}

} // namespace preflight_bench

Q_DECLARE_METATYPE(preflight_bench::Change)
Q_DECLARE_METATYPE(netboot::Finding)
