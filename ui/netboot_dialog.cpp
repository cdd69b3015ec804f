// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/netboot_dialog.h"

#include "core/station.h"
#include "netboot/service.h"
#include "protocol/messages.h"
#include "ui/disk_query.h"
#include "ui/file_dialogs.h"
#include "ui/netboot_text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;
using netboot::Mode;
using netboot::ServiceWish;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;

namespace ui
{
namespace
{

constexpr QSize defaultSize(680, 560);
constexpr int logLines = 1000;

template<class Widget>
Widget *named(Widget *widget, const char *objectName)
{
    widget->setObjectName(QLatin1StringView(objectName));
    return widget;
}

QString rangeText(const ServiceWish &wish)
{
    return netboot::ipv4Text(wish.firstLease) + u" - "_s + netboot::ipv4Text(wish.lastLease);
}

constexpr auto wishKey = "netboot/wish"_L1;

// What was served last, unless the command line says what to serve.
ServiceWish beginning(const ServiceWish &given)
{
    if (!given.interface.isEmpty())
        return given;
    const auto kept = netboot::parseWish(QSettings().value(wishKey).toByteArray());
    return kept ? *kept : given;
}

void select(QComboBox *box, const QString &name)
{
    if (const int index = box->findData(name); index >= 0)
        box->setCurrentIndex(index);
}

Failure mistake(const QString &text)
{
    return {FailureCode::BadRequest, protocol::Stage::None, text};
}

} // namespace

NetbootDialog::NetbootDialog(core::Station &station, netboot::Service &service,
                             const ServiceWish &wish, QWidget *parent)
    : QDialog(parent),
      m_station(station),
      m_service(service),
      m_interface(named(new QComboBox, "interface")),
      m_uplink(named(new QComboBox, "uplink")),
      m_address(named(new QLineEdit, "address")),
      m_range(named(new QLineEdit, "range")),
      m_root(named(new QLineEdit, "root")),
      m_proxy(named(new QCheckBox(tr("Another DHCP server gives the addresses (proxy-DHCP)")),
                    "proxy")),
      m_status(named(new QLabel, "status")),
      m_log(named(new QPlainTextEdit, "log")),
      m_startStop(named(new QPushButton, "startStop")),
      m_fields(new QWidget)
{
    setWindowTitle(tr("Network boot"));
    layOut();
    setWish(beginning(wish));
    askMachine(beginning(wish));
    m_log->setPlainText(service.log().join(u'\n'));
    connect(&service, &netboot::Service::logged, m_log, &QPlainTextEdit::appendPlainText);
    connect(&station, &core::Station::netbootChanged, this, &NetbootDialog::follow);
    connect(m_startStop, &QPushButton::clicked, this, &NetbootDialog::toggle);
    connect(m_proxy, &QCheckBox::toggled, this, &NetbootDialog::follow);
    follow();
}

// The kernel, too, may take its time.
void NetbootDialog::askMachine(const ServiceWish &begin)
{
    struct Answer {
        netboot::MachineFacts machine;
        QHash<QString, netboot::LinkFacts> links;
    };
    const auto question = [] {
        Answer answer{netboot::readMachineFacts(), {}};
        answer.links = netboot::readLinks(answer.machine);
        return answer;
    };
    askDisk<Answer>(this, question, [this, begin](const std::optional<Answer> &answer) {
        const Answer known = answer.value_or(Answer());
        setMachine(known.machine, known.links);
        select(m_interface, begin.interface);
        select(m_uplink, begin.uplink);
        follow();
    });
}

QFormLayout *NetbootDialog::makeForm()
{
    auto *browse = new QPushButton(tr("&Browse…"));
    connect(browse, &QPushButton::clicked, this, &NetbootDialog::chooseRoot);
    auto *root = new QHBoxLayout;
    root->addWidget(m_root, 1);
    root->addWidget(browse);
    auto *form = new QFormLayout;
    form->addRow(tr("&Interface to the devices"), m_interface);
    form->addRow(QString(), m_proxy);
    form->addRow(tr("&Address of this station there"), m_address);
    form->addRow(tr("Addresses for &devices"), m_range);
    form->addRow(tr("Inter&net for devices by"), m_uplink);
    auto *rootLabel = new QLabel(tr("Folder of boot &files"));
    rootLabel->setBuddy(m_root); // a layout is nobody's buddy
    form->addRow(rootLabel, root);
    return form;
}

void NetbootDialog::layOut()
{
    m_fields->setLayout(makeForm());
    m_fields->layout()->setContentsMargins({});
    m_interface->setPlaceholderText(tr("Choose an interface"));
    m_status->setWordWrap(true);
    m_status->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_status->setAccessibleName(tr("State of network boot"));
    m_log->setReadOnly(true);
    m_log->setMaximumBlockCount(logLines);
    m_log->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_log->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_log->setAccessibleName(tr("Log of DHCP and TFTP"));
    m_log->setPlaceholderText(tr("What DHCP and TFTP do appears here."));
    auto *buttons = new QDialogButtonBox;
    buttons->addButton(m_startStop, QDialogButtonBox::ActionRole);
    buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_fields);
    layout->addWidget(m_status);
    layout->addWidget(m_log, 1);
    layout->addWidget(buttons);
    resize(defaultSize);
}

void NetbootDialog::setMachine(const netboot::MachineFacts &machine,
                               const QHash<QString, netboot::LinkFacts> &links)
{
    m_interface->clear();
    m_uplink->clear();
    m_uplink->addItem(tr("no interface: the bench stays on its own"), QString());
    for (const netboot::InterfaceFacts &interface : machine.interfaces) {
        const bool out = machine.defaultRoutes.contains(interface.name);
        const QString text =
            out ? tr("%1 (leads to the office or the internet)").arg(interface.name)
                : interface.name;
        if (interface.ethernet)
            m_interface->addItem(text, interface.name);
        if (!interface.loopback)
            m_uplink->addItem(text, interface.name);
    }
    const QString likely = netboot::benchInterfaces(machine, links, false).value(0);
    // A combo box chooses its first item by itself. An unknown name is -1: none.
    m_interface->setCurrentIndex(likely.isEmpty() ? -1 : m_interface->findData(likely));
}

void NetbootDialog::setWish(const ServiceWish &wish)
{
    select(m_interface, wish.interface);
    select(m_uplink, wish.uplink);
    m_proxy->setChecked(wish.mode == Mode::Proxy);
    m_address->setText(wish.address.prefix > 0 ? wish.address.toString() : QString());
    if (wish.firstLease > 0)
        m_range->setText(rangeText(wish));
    m_root->setText(wish.tftpRoot);
}

Result<ServiceWish> NetbootDialog::wish() const
{
    ServiceWish wish;
    wish.interface = m_interface->currentData().toString();
    wish.tftpRoot = m_root->text().trimmed();
    wish.mode = m_proxy->isChecked() ? Mode::Proxy : Mode::Dhcp;
    if (wish.interface.isEmpty())
        return mistake(m_interface->count() > 0
                           ? tr("Choose the interface to the devices.")
                           : tr("This computer has no network interface for the devices."));
    if (wish.mode == Mode::Proxy)
        return wish;
    wish.uplink = m_uplink->currentData().toString();
    const auto address = netboot::Subnet::parse(m_address->text().trimmed());
    if (!address)
        return mistake(tr("The address has the form 10.20.50.1/24."));
    wish.address = *address;
    fillRange(wish);
    const QString range = m_range->text().simplified().remove(u' ');
    if (range.isEmpty())
        return wish;
    const auto first = netboot::parseIpv4(range.section(u'-', 0, 0));
    const auto last = netboot::parseIpv4(range.section(u'-', 1));
    if (!first || !last)
        return mistake(tr("The addresses for devices have the form 10.20.50.100 - 10.20.50.200."));
    wish.firstLease = *first;
    wish.lastLease = *last;
    return wish;
}

void NetbootDialog::toggle()
{
    if (m_service.isRunning())
        return m_service.stop();
    const auto asked = wish();
    if (!asked)
        return m_status->setText(asked.failure().detail);
    QSettings().setValue(wishKey, protocol::toBody(toJson(*asked)));
    m_service.start(*asked);
}

void NetbootDialog::follow()
{
    const core::NetbootStatus &status = m_station.netbootStatus();
    const bool running = m_service.isRunning();
    const QString next = netbootNextStep(status);
    const QString text = netbootText(status).text;
    m_status->setText(next.isEmpty() ? text : text + u'\n' + next);
    m_fields->setEnabled(!running);
    m_startStop->setText(running ? tr("&Stop") : tr("&Start"));
    const bool known = m_uplink->count() > 0; // which interfaces there are
    m_startStop->setEnabled(status.state != core::NetbootState::Stopping && (running || known));
    for (QWidget *field : {static_cast<QWidget *>(m_address), static_cast<QWidget *>(m_range),
                           static_cast<QWidget *>(m_uplink)})
        field->setEnabled(!running && !m_proxy->isChecked());
}

void NetbootDialog::chooseRoot()
{
    askForKitFolder(this, m_root->text(),
                    [this](const QString &folder) { m_root->setText(folder); });
}

} // namespace ui
