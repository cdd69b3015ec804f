// SPDX-License-Identifier: GPL-3.0-or-later
// The preflight's dialog and its sentences: findings as lines, and what their buttons do.
#include "mnemonics.h"
#include "ui/finding_line.h"
#include "ui/preflight_dialog.h"
#include "ui/preflight_text.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace netboot;

namespace
{

constexpr int patience = 30000; // ms; a check takes up to 5 s of listening

struct Shown {
    explicit Shown(const PreflightPlan &plan)
        : dialog(new ui::PreflightDialog(plan, {u"ps-none0"_s, u"ps-none1"_s}))
    {
        dialog->open();
    }
    ~Shown() { delete dialog; }

    [[nodiscard]] bool waitForCheck() const
    {
        return QTest::qWaitFor([this] { return !dialog->isChecking(); }, patience);
    }
    [[nodiscard]] QPushButton *mend(const QString &check) const
    {
        return dialog->findChild<QPushButton *>(u"mend-"_s + check);
    }
    [[nodiscard]] QComboBox *interface() const
    {
        return dialog->findChild<QComboBox *>(u"interface"_s);
    }

    ui::PreflightDialog *dialog;
};

Finding finding(Check check, Level level, Reason reason, const QStringList &details = {},
                Mend mend = Mend::None, const QString &argument = {})
{
    return {check, level, reason, details, mend, argument};
}

const QStringList someDetails{u"7"_s, u"eight"_s, u"9"_s};

} // namespace

class TestPreflightDialog : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] PreflightPlan plan(const QString &interface = {}) const
    {
        PreflightPlan plan;
        plan.dataDir = m_folder.path();
        plan.interface = interface;
        plan.tftpRoot = m_folder.path();
        return plan;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
    }

    void checksAtOnceAndAgain()
    {
        const Shown shown(plan());
        QVERIFY(shown.dialog->isChecking());
        QVERIFY(shown.waitForCheck());
        QVERIFY(!shown.dialog->findings().isEmpty());
        QCOMPARE(shown.dialog->findings().constLast().check, Check::DataDisk);
        auto *again = shown.dialog->findChild<QPushButton *>(u"again"_s);
        QSignalSpy checked(shown.dialog, &ui::PreflightDialog::checked);
        again->click();
        QVERIFY(shown.dialog->isChecking() && !again->isEnabled());
        QVERIFY(checked.wait(patience));
        QVERIFY(again->isEnabled());
    }

    void canBeClosedWhileItChecks()
    {
        const Shown shown(plan());
        QVERIFY(shown.dialog->isChecking()); // the destructor waits for what is under way
    }

    void anInterfaceThatIsNotThere()
    {
        const Shown shown(plan(u"ps-none0"_s));
        QVERIFY(shown.waitForCheck());
        QCOMPARE(shown.dialog->findings().constFirst().reason, Reason::InterfaceMissing);
        QCOMPARE(shown.interface()->currentData().toString(), u"ps-none0"_s);
    }

    void aCommandIsCopied()
    {
        const Shown shown(plan());
        QVERIFY(shown.waitForCheck());
        shown.dialog->showFindings({finding(Check::Link, Level::Warning, Reason::LinkOff,
                                            {u"eth1"_s}, Mend::RunCommand, u"sudo true"_s)});
        QVERIFY(shown.mend(u"link"_s));
        shown.mend(u"link"_s)->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), u"sudo true"_s);
    }

    void anotherInterfaceIsTaken()
    {
        const Shown shown(plan(u"ps-none0"_s));
        QVERIFY(shown.waitForCheck());
        QSignalSpy changed(shown.dialog, &ui::PreflightDialog::planChanged);
        shown.dialog->showFindings(
            {finding(Check::Interface, Level::Error, Reason::InterfaceMissing,
                     {u"ps-none0"_s, u"ps-none7"_s}, Mend::ChooseInterface, u"ps-none7"_s)});
        shown.mend(u"interface"_s)->click();
        QCOMPARE(changed.size(), 1);
        QCOMPARE(shown.dialog->plan().interface, u"ps-none7"_s);
        QVERIFY(shown.dialog->isChecking());
        QVERIFY(shown.waitForCheck());
    }

    void itWorksBesideAnotherServerAndBack()
    {
        const Shown shown(plan(u"ps-none0"_s));
        QVERIFY(shown.waitForCheck());
        shown.dialog->showFindings({finding(Check::OtherDhcp, Level::Error, Reason::OtherDhcpServer,
                                            {u"10.0.0.1"_s}, Mend::UseProxy)});
        shown.mend(u"other-dhcp"_s)->click();
        QCOMPARE(shown.dialog->plan().mode, Mode::Proxy);
        QVERIFY(shown.waitForCheck());
        shown.dialog->showFindings({finding(Check::OtherDhcp, Level::Error,
                                            Reason::DhcpServerMissing, {}, Mend::UseDhcp)});
        shown.mend(u"other-dhcp"_s)->click();
        QCOMPARE(shown.dialog->plan().mode, Mode::Dhcp);
        QVERIFY(shown.waitForCheck());
    }

    void anotherKitIsChosen()
    {
        const QTemporaryDir kit;
        const Shown shown(plan(u"ps-none0"_s));
        QVERIFY(shown.waitForCheck());
        shown.mend(u"tftp-root"_s)->click();
        QTRY_VERIFY(shown.dialog->findChild<QFileDialog *>(u"kitFolderDialog"_s));
        auto *files = shown.dialog->findChild<QFileDialog *>(u"kitFolderDialog"_s);
        Q_EMIT files->fileSelected(kit.path());
        files->close();
        QCOMPARE(shown.dialog->plan().tftpRoot, kit.path());
        QVERIFY(shown.waitForCheck());
    }

    void nothingIsReadyThatWasNotLookedAt()
    {
        const Shown shown(plan());
        QVERIFY(shown.waitForCheck());
        const auto *summary = shown.dialog->findChild<QLabel *>(u"summary"_s);
        const auto verdict = [&](const QList<Finding> &findings) {
            shown.dialog->showFindings(findings);
            return summary->text();
        };
        // As a station finds it on which nothing of network boot is set.
        QCOMPARE(shown.dialog->findings().constFirst().reason, Reason::NetbootOff);
        QVERIFY(!summary->text().startsWith(u"Ready"_s));
        const Finding good = finding(Check::Firewall, Level::Ok, Reason::FirewallOpen);
        const Finding bad =
            finding(Check::DataDisk, Level::Error, Reason::DiskFull, {u"/"_s, u"1"_s});
        const Finding notSet = finding(Check::Netboot, Level::Warning, Reason::NetbootOff, {},
                                       Mend::ChooseInterface, u"ps-none7"_s);
        const Finding off =
            finding(Check::Netboot, Level::Warning, Reason::NetbootOff, {u"eth1"_s});
        const Finding on = finding(Check::Netboot, Level::Ok, Reason::NetbootServes, {u"eth1"_s});
        QCOMPARE(verdict({notSet, good}), u"Network boot was not checked."_s);
        QVERIFY(verdict({off, good}).startsWith(u"Network boot is off."_s));
        QCOMPARE(verdict({off, bad}), u"1 thing(s) must be put right."_s);
        QCOMPARE(verdict({on, good}), u"Ready."_s);
        // The likely interface is a click away.
        shown.dialog->showFindings({notSet});
        shown.mend(u"netboot"_s)->click();
        QCOMPARE(shown.dialog->plan().interface, u"ps-none7"_s);
        QVERIFY(shown.waitForCheck());
    }

    void everyLineSaysWhatWasFound()
    {
        const Shown shown(plan());
        QVERIFY(shown.waitForCheck());
        const QList<Finding> findings{finding(Check::SpanningTree, Level::Warning,
                                              Reason::SpanningTree,
                                              {u"RSTP"_s, u"00:1c:0e:87:78:00"_s, u"30"_s}),
                                      finding(Check::Firewall, Level::Ok, Reason::FirewallOpen)};
        shown.dialog->showFindings(findings);
        QStringList texts;
        QCOMPARE(shown.dialog->findChildren<ui::FindingLine *>().size(), 2);
        for (const auto *line : shown.dialog->findChildren<ui::FindingLine *>())
            texts << line->text();
        QVERIFY(texts[0].contains(u"00:1c:0e:87:78:00 runs RSTP"_s) &&
                texts[0].contains(u"30 s"_s));
        QCOMPARE(texts[1], ui::findingText(findings[1]));
    }

    void everyReasonHasWords()
    {
        const auto words = [](Check check, const QList<Reason> &reasons) {
            QSet<QString> texts;
            for (const Reason reason : reasons)
                texts << ui::findingText(finding(check, Level::Error, reason, someDetails));
            for (const QString &text : texts)
                if (text.isEmpty() || text.contains(u'%'))
                    return qsizetype(-1);
            return texts.size() - reasons.size();
        };
        using enum Reason;
        QCOMPARE(words(Check::Interface, {InterfaceThere, InterfaceMissing, InterfaceUseless,
                                          InterfaceUplink, HelperRefuses}),
                 0);
        QCOMPARE(words(Check::Link, {LinkUp, LinkSlow, LinkDown, LinkOff}), 0);
        QCOMPARE(words(Check::Address, {AddressThere, AddressMissing, AddressNone, AddressElsewhere,
                                        HelperRefuses}),
                 0);
        QCOMPARE(words(Check::OtherDhcp, {AloneOnWire, OtherDhcpServer, OtherBootServer,
                                          DhcpServerThere, DhcpServerMissing}),
                 0);
        QCOMPARE(
            words(Check::SpanningTree, {NoSpanningTree, SpanningTree, NeedsRights, CannotTell}), 0);
        QCOMPARE(words(Check::TftpPort, {PortFree, PortOwn, PortTaken, PortShared}), 0);
        QCOMPARE(words(Check::TftpRoot, {TftpComplete, TftpNoFolder, TftpRefused, TftpMissing,
                                         TftpEmpty, TftpUnreadable, TftpTooLarge, TftpNoInitramfs,
                                         TftpSlow, FirmwareInvalid, FirmwareOld, FirmwareDoubtful,
                                         KernelInvalid, DeviceTreeInvalid, InitramfsInvalid}),
                 0);
        QCOMPARE(words(Check::Netboot, {NetbootServes, NetbootOff}), 0);
        QCOMPARE(words(Check::Range, {RangeEnough, RangeSmall}), 0);
        QCOMPARE(words(Check::Firewall, {FirewallOpen, FirewallBlocks, FirewallUncertain}), 0);
        QCOMPARE(words(Check::HttpPort, {PortFree, ListensHereOnly, ListensElsewhere}), 0);
        QCOMPARE(
            words(Check::Uplink, {UplinkOpen, ForwardBlocked, ForwardUncertain, HelperRefuses}), 0);
        QCOMPARE(words(Check::DataDisk, {DiskEnough, DiskLow, DiskFull, DiskReadOnly, DiskUnknown}),
                 0);
    }

    void theTableIsForTerminals()
    {
        const QList<Finding> findings{finding(Check::Link, Level::Warning, Reason::LinkOff,
                                              {u"eth1"_s}, Mend::RunCommand,
                                              u"sudo ip link set eth1 up"_s),
                                      finding(Check::Firewall, Level::Ok, Reason::FirewallOpen)};
        const QStringList lines = ui::preflightTable(findings).split(u'\n');
        QCOMPARE(lines.size(), 4);
        QVERIFY(lines[0].startsWith(u"Warning  Cable     eth1 is switched off"_s));
        QVERIFY(lines[1].endsWith(u"  sudo ip link set eth1 up"_s));
        QCOMPARE(lines[2], u"OK       Firewall  It lets devices in."_s);
        const auto json = QJsonDocument::fromJson(ui::preflightJson(findings));
        QCOMPARE(json["findings"_L1][0]["command"_L1].toString(), u"sudo ip link set eth1 up"_s);
        QCOMPARE(json["findings"_L1][1]["level"_L1].toString(), u"ok"_s);
    }

    void lettersAreUnderlinedOnce()
    {
        const ui::PreflightDialog dialog(plan(), {u"eth1"_s});
        QCOMPARE(oddMnemonic(textsOf(dialog)), QString());
    }

    void inGermanToo() // the language stays: the last one
    {
        speakGerman();
        const ui::PreflightDialog dialog(plan(), {u"eth1"_s});
        QCOMPARE(oddMnemonic(textsOf(dialog)), QString());
    }
};

QTEST_MAIN(TestPreflightDialog)
#include "tst_preflight_dialog.moc"
