// SPDX-License-Identifier: GPL-3.0-or-later
// The dialog, with a helper that is not there: what it asks for, and how it shows a failure. The
// real helper has its tests in tests/netboot_service.
#include "bench.h"
#include "mnemonics.h"
#include "netboot/service.h"
#include "ui/netboot_dialog.h"
#include "ui/netboot_text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QTest>

using namespace Qt::StringLiterals;
using core::NetbootState;

namespace
{

netboot::ServiceWish wish()
{
    netboot::ServiceWish made;
    made.address = *netboot::Subnet::parse(u"10.20.50.1/24");
    fillRange(made);
    made.tftpRoot = u"/srv/tftp"_s;
    return made;
}

} // namespace

class TestNetbootDialog : public QObject
{
    Q_OBJECT

private:
    struct Window {
        Bench bench;
        netboot::Service service{bench.station(), u"/nowhere/provisioning-netboot-helper"_s};
        ui::NetbootDialog dialog{bench.station(), service, wish()};

        template<class Widget>
        Widget *find(const QString &name)
        {
            return dialog.findChild<Widget *>(name);
        }

        Window()
        {
            // Whatever interfaces this machine has: it is asked meanwhile.
            const auto *uplink = find<QComboBox>(u"uplink"_s);
            if (!QTest::qWaitFor([&] { return uplink->count() > 0; }, 60'000))
                qFatal("the kernel does not answer");
            auto *box = find<QComboBox>(u"interface"_s);
            box->clear();
            box->addItem(u"eth1"_s, u"eth1"_s);
            box->setCurrentIndex(0); // nothing is chosen by itself
        }
    };

    QTemporaryDir m_config;

private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_config.path());
        QCoreApplication::setOrganizationName(u"test"_s);
        QCoreApplication::setApplicationName(u"station"_s);
    }

    void init() { QSettings().clear(); }

    void ranges_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("last");
        QTest::newRow("24") << u"10.20.50.1/24"_s << u"10.20.50.100"_s << u"10.20.50.200"_s;
        QTest::newRow("16") << u"10.20.0.1/16"_s << u"10.20.0.100"_s << u"10.20.0.200"_s;
        QTest::newRow("26") << u"10.20.50.65/26"_s << u"10.20.50.65"_s << u"10.20.50.126"_s;
    }

    void ranges()
    {
        QFETCH(QString, address);
        QFETCH(QString, first);
        QFETCH(QString, last);
        netboot::ServiceWish made;
        made.address = *netboot::Subnet::parse(address);
        fillRange(made);
        QCOMPARE(netboot::ipv4Text(made.firstLease), first);
        QCOMPARE(netboot::ipv4Text(made.lastLease), last);
    }

    void theOfficeIsNeverChosenByItself_data()
    {
        QTest::addColumn<QStringList>("interfaces"); // with "+" a link, with "!" it leads out
        QTest::addColumn<QString>("chosen");         // empty: none
        QTest::newRow("the office comes first") << QStringList{u"eno1+!"_s, u"eth1"_s} << u"eth1"_s;
        QTest::newRow("one with a link") << QStringList{u"eth0"_s, u"eth1+"_s} << u"eth1"_s;
        QTest::newRow("nothing but the office") << QStringList{u"eno1+!"_s} << QString();
        QTest::newRow("none at all") << QStringList() << QString();
    }

    void theOfficeIsNeverChosenByItself()
    {
        QFETCH(QStringList, interfaces);
        QFETCH(QString, chosen);
        netboot::MachineFacts machine;
        QHash<QString, netboot::LinkFacts> links;
        for (QString name : interfaces) {
            const bool out = name.endsWith(u'!');
            name.remove(u'!');
            const bool link = name.endsWith(u'+');
            name.remove(u'+');
            netboot::InterfaceFacts facts;
            facts.name = name;
            facts.ethernet = true;
            machine.interfaces.append(facts);
            links.insert(name, {true, link, 1000});
            if (out)
                machine.defaultRoutes.append(name);
        }
        Window w;
        w.dialog.setMachine(machine, links);
        const auto *box = w.find<QComboBox>(u"interface"_s);
        QCOMPARE(box->count(), int(interfaces.size()));
        QCOMPARE(box->currentData().toString(), chosen);
        QCOMPARE(w.dialog.wish().ok(), !chosen.isEmpty());
    }

    void asksForWhatTheFieldsSay()
    {
        Window w;
        auto asked = w.dialog.wish();
        QVERIFY(asked.ok());
        QCOMPARE(asked->interface, u"eth1"_s);
        QCOMPARE(asked->address, wish().address);
        QCOMPARE(asked->firstLease, wish().firstLease);
        QCOMPARE(asked->tftpRoot, u"/srv/tftp"_s);
        w.find<QLineEdit>(u"range"_s)->setText(u"10.20.50.10 - 10.20.50.20"_s);
        QCOMPARE(netboot::ipv4Text(w.dialog.wish()->lastLease), u"10.20.50.20"_s);
        w.find<QLineEdit>(u"range"_s)->setText(u"10 to 20"_s);
        QVERIFY(!w.dialog.wish().ok());
        w.find<QLineEdit>(u"range"_s)->clear();
        QCOMPARE(w.dialog.wish()->firstLease, wish().firstLease);
        w.find<QLineEdit>(u"address"_s)->setText(u"10.20.50.1"_s);
        QVERIFY(!w.dialog.wish().ok());
        w.find<QCheckBox>(u"proxy"_s)->setChecked(true); // then addresses are another's business
        QVERIFY(w.dialog.wish().ok());
        QCOMPARE(w.dialog.wish()->mode, netboot::Mode::Proxy);
        QVERIFY(!w.find<QLineEdit>(u"address"_s)->isEnabled());
    }

    void showsWhyItDoesNotServe()
    {
        Window w;
        w.find<QPushButton>(u"startStop"_s)->click();
        QTRY_COMPARE(w.bench.station().netbootStatus().state, NetbootState::Failed);
        QVERIFY(!w.service.isRunning());
        const QString shown = w.find<QLabel>(u"status"_s)->text();
        QVERIFY2(shown.contains(ui::netbootNextStep(w.bench.station().netbootStatus())),
                 qPrintable(shown));
        QCOMPARE(w.find<QPushButton>(u"startStop"_s)->text(), u"&Start"_s);
        // What was asked for last is what the next window begins with.
        w.find<QLineEdit>(u"address"_s)->setText(u"10.30.0.1/24"_s);
        w.find<QLineEdit>(u"range"_s)->clear();
        w.find<QPushButton>(u"startStop"_s)->click();
        QTRY_COMPARE(w.bench.station().netbootStatus().state, NetbootState::Failed);
        Window again;
        QCOMPARE(again.find<QLineEdit>(u"address"_s)->text(), u"10.30.0.1/24"_s);
    }

    void everyStateHasWords()
    {
        QSet<QString> texts;
        for (const auto state :
             {NetbootState::Off, NetbootState::Starting, NetbootState::Serving,
              NetbootState::Stopping, NetbootState::Failed, NetbootState::Waiting})
            texts.insert(ui::netbootText({state, u"eth1"_s, {}, {}, {}, false, {}}).text);
        QCOMPARE(texts.size(), qsizetype(6));
        const core::NetbootStatus down{
            NetbootState::Waiting,
            u"eth1"_s,
            {},
            {},
            {},
            false,
            {protocol::FailureCode::InterfaceDown, protocol::Stage::None, {}}};
        QVERIFY(ui::netbootText(down).text.contains(u"no link"_s));
        QVERIFY(ui::netbootNextStep(down).startsWith(u"Connect the cable"_s));
        core::NetbootStatus nat{NetbootState::Serving, u"eth1"_s, {}, {}, u"eth0"_s, false, {}};
        QVERIFY(ui::netbootText(nat).text.contains(u"eth0"_s));
    }

    void lettersAreUnderlinedOnce() { QCOMPARE(oddMnemonic(textsOf(Window().dialog)), QString()); }

    void inGermanToo() // the language stays: the last one
    {
        speakGerman();
        Window w;
        const QStringList texts = textsOf(w.dialog);
        QVERIFY(texts.contains(u"Schließen"_s));
        QCOMPARE(oddMnemonic(texts), QString());
    }
};

QTEST_MAIN(TestNetbootDialog)
#include "tst_netboot_dialog.moc"
