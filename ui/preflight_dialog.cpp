// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/preflight_dialog.h"

#include "ui/file_dialogs.h"
#include "ui/finding_line.h"
#include "ui/preflight_text.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDesktopServices>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;
using netboot::Finding;
using netboot::Level;
using netboot::Mend;

namespace ui
{
namespace
{

constexpr QSize dialogSize(820, 640);
constexpr int headingWidth = 150;

int count(const QList<Finding> &findings, Level level)
{
    return int(std::count_if(findings.begin(), findings.end(),
                             [level](const Finding &each) { return each.level == level; }));
}

const Finding *netbootOff(const QList<Finding> &findings)
{
    const auto found = std::ranges::find(findings, netboot::Reason::NetbootOff, &Finding::reason);
    return found == findings.end() ? nullptr : &*found;
}

} // namespace

PreflightDialog::PreflightDialog(const netboot::PreflightPlan &plan, const QStringList &interfaces,
                                 QWidget *parent)
    : QDialog(parent),
      m_plan(plan),
      m_interface(new QComboBox),
      m_address(new QLineEdit(plan.address.prefix > 0 ? plan.address.toString() : QString())),
      m_proxy(new QCheckBox(tr("&Work beside another DHCP server"))),
      m_kit(new QLineEdit(plan.tftpRoot)),
      m_summary(new QLabel),
      m_busy(new QProgressBar)
{
    setWindowTitle(tr("Check the bench"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(dialogSize);
    auto *column = new QVBoxLayout(this);
    column->setSpacing(10);
    addSettings(column, interfaces);
    addResults(column);
    addButtons(column);
    connect(&m_run, &netboot::PreflightRun::finished, this, [this](const QList<Finding> &found) {
        showFindings(found);
        Q_EMIT checked();
    });
    check();
}

void PreflightDialog::addSettings(QVBoxLayout *column, const QStringList &interfaces)
{
    m_interface->setObjectName(u"interface"_s);
    m_interface->addItem(tr("none: devices are started in another way"), QString());
    addInterfaces(interfaces);
    selectInterface(m_plan.interface);
    m_proxy->setObjectName(u"proxy"_s);
    m_proxy->setChecked(m_plan.mode == netboot::Mode::Proxy);
    m_address->setPlaceholderText(tr("any"));
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("&Interface to the bench:"), m_interface);
    form->addRow(tr("&Address of this station there:"), m_address);
    form->addRow(tr("Netboot &kit:"), kitLine());
    form->addRow({}, m_proxy);
    column->addLayout(form);
    connect(m_interface, &QComboBox::activated, this, &PreflightDialog::changePlan);
    connect(m_proxy, &QCheckBox::clicked, this, &PreflightDialog::changePlan);
    connect(m_address, &QLineEdit::editingFinished, this, &PreflightDialog::changePlan);
    connect(m_kit, &QLineEdit::editingFinished, this, &PreflightDialog::changePlan);
}

void PreflightDialog::addInterfaces(const QStringList &names)
{
    for (const QString &name : names) {
        if (m_interface->findData(name) < 0)
            m_interface->addItem(name, name);
    }
}

void PreflightDialog::selectInterface(const QString &name)
{
    if (m_interface->findData(name) < 0)
        m_interface->addItem(name, name);
    m_interface->setCurrentIndex(m_interface->findData(name));
}

QWidget *PreflightDialog::kitLine()
{
    auto *area = new QWidget;
    auto *line = new QHBoxLayout(area);
    line->setContentsMargins({});
    auto *choose = new QPushButton(tr("Choose…"));
    choose->setAutoDefault(false);
    connect(choose, &QPushButton::clicked, this, &PreflightDialog::chooseKit);
    line->addWidget(m_kit, 1);
    line->addWidget(choose);
    area->setFocusProxy(m_kit);
    area->setFocusPolicy(m_kit->focusPolicy()); // or its label's letter leads nowhere
    return area;
}

void PreflightDialog::chooseKit()
{
    askForKitFolder(this, m_kit->text(), [this](const QString &folder) {
        m_kit->setText(folder);
        changePlan();
    });
}

void PreflightDialog::addResults(QVBoxLayout *column)
{
    QFont font = m_summary->font();
    font.setBold(true);
    m_summary->setFont(font);
    m_summary->setWordWrap(true);
    m_summary->setObjectName(u"summary"_s);
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    auto *content = new QWidget;
    m_results = new QVBoxLayout(content);
    m_results->setContentsMargins(10, 8, 10, 8);
    content->setBackgroundRole(QPalette::Base);
    content->setAutoFillBackground(true);
    auto *area = new QScrollArea;
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->viewport()->setBackgroundRole(QPalette::Base);
    area->setAccessibleName(tr("What was found"));
    column->addWidget(m_summary);
    column->addWidget(m_busy);
    column->addWidget(area, 1);
}

void PreflightDialog::addButtons(QVBoxLayout *column)
{
    auto *buttons = new QDialogButtonBox;
    m_again = buttons->addButton(tr("Check a&gain"), QDialogButtonBox::ActionRole);
    m_again->setObjectName(u"again"_s);
    m_again->setAutoDefault(false);
    QPushButton *close = buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole);
    close->setDefault(true);
    connect(m_again, &QPushButton::clicked, this, [this] { check(); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
}

netboot::PreflightPlan PreflightDialog::plan() const
{
    netboot::PreflightPlan plan = m_plan;
    plan.interface = m_interface->currentData().toString();
    plan.mode = m_proxy->isChecked() ? netboot::Mode::Proxy : netboot::Mode::Dhcp;
    plan.address = netboot::Subnet::parse(m_address->text()).value_or(netboot::Subnet());
    if (plan.address != m_plan.address)
        plan.firstLease = plan.lastLease = 0; // they belong to the old network
    plan.tftpRoot = m_kit->text();
    return plan;
}

void PreflightDialog::check(bool withRights)
{
    if (m_run.isRunning())
        return;
    m_plan = plan();
    clearResults();
    m_summary->setText(m_plan.netboots()
                           ? tr("Checking, and listening to the wire for some seconds…")
                           : tr("Checking…"));
    setChecking(true);
    m_run.start(m_plan, withRights);
}

// A line edit says that editing has finished whenever it loses the focus.
void PreflightDialog::changePlan()
{
    const netboot::PreflightPlan wanted = plan();
    if (wanted.interface == m_plan.interface && wanted.mode == m_plan.mode &&
        wanted.address == m_plan.address && wanted.tftpRoot == m_plan.tftpRoot)
        return;
    check();
    Q_EMIT planChanged(wanted);
}

void PreflightDialog::setChecking(bool checking)
{
    m_busy->setVisible(checking);
    m_again->setEnabled(!checking);
    for (QWidget *setting : {static_cast<QWidget *>(m_interface), static_cast<QWidget *>(m_proxy),
                             static_cast<QWidget *>(m_address), static_cast<QWidget *>(m_kit)})
        setting->setEnabled(!checking);
}

void PreflightDialog::clearResults()
{
    while (QLayoutItem *item = m_results->takeAt(0)) {
        if (QWidget *line = item->widget()) {
            line->setParent(nullptr);
            line->deleteLater(); // one of its buttons may be what has brought us here
        }
        delete item;
    }
}

void PreflightDialog::showFindings(const QList<Finding> &findings)
{
    m_findings = findings;
    clearResults();
    for (const Finding &each : findings) {
        auto *line =
            new FindingLine(levelGlyph(each.level), levelTone(each.level), findingText(each));
        line->setHeading(checkName(each.check), headingWidth);
        line->setAccessibleName(levelName(each.level));
        if (const QString text = mendText(each); !text.isEmpty()) {
            QPushButton *button = line->addButton(text);
            button->setObjectName(u"mend-"_s + netboot::nameOf(each.check));
            if (each.mend == Mend::RunCommand)
                button->setToolTip(each.mendArgument);
            connect(button, &QPushButton::clicked, this,
                    [this, each, button] { mend(each, button); });
        }
        m_results->addWidget(line);
    }
    m_results->addStretch();
    const int errors = count(findings, Level::Error);
    const int warnings = count(findings, Level::Warning);
    m_summary->setText(errors > 0 ? tr("%n thing(s) must be put right.", nullptr, errors)
                                  : verdict(findings, warnings));
    setChecking(false);
}

// Devices cannot boot from a station that is right in all else.
QString PreflightDialog::verdict(const QList<Finding> &findings, int warnings)
{
    const Finding *off = netbootOff(findings);
    if (off && off->details.value(0).isEmpty())
        return tr("Network boot was not checked.");
    if (off)
        return tr("Network boot is off. Devices cannot boot until it is started.");
    return warnings > 0 ? tr("Ready, with %n warning(s).", nullptr, warnings) : tr("Ready.");
}

void PreflightDialog::mend(const Finding &finding, QPushButton *button)
{
    switch (finding.mend) {
    case Mend::None:
        break;
    case Mend::AskForRights:
        check(true);
        break;
    case Mend::ChooseInterface:
        selectInterface(finding.mendArgument);
        changePlan();
        break;
    case Mend::UseProxy:
    case Mend::UseDhcp:
        m_proxy->setChecked(finding.mend == Mend::UseProxy);
        changePlan();
        break;
    case Mend::ChooseTftpRoot:
        chooseKit();
        break;
    case Mend::RunCommand:
        QGuiApplication::clipboard()->setText(finding.mendArgument);
        button->setText(tr("Copied"));
        break;
    case Mend::OpenFolder:
        QDesktopServices::openUrl(QUrl::fromLocalFile(finding.mendArgument));
        break;
    }
}

} // namespace ui
