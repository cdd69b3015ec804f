// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/boot_order_dialog.h"

#include "netboot/boot_order_snippet.h"
#include "ui/boot_order_text.h"
#include "ui/disk_query.h"
#include "ui/file_dialogs.h"
#include "ui/finding_line.h"
#include "ui/glyph_icon.h"

#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSaveFile>
#include <QSignalBlocker>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;
using netboot::BootMode;
using netboot::BootOrder;

namespace ui
{
namespace
{

constexpr QSize dialogSize(720, 640);
constexpr int noStep = -1;
constexpr int stepsPerLine = 4;
constexpr int documentLines = 9;

// In the order in which people think of them.
constexpr std::array modes{BootMode::Network,
                           BootMode::Sd,
                           BootMode::UsbMassStorage,
                           BootMode::Nvme,
                           BootMode::BcmUsbMassStorage,
                           BootMode::Http,
                           BootMode::RpiBoot,
                           BootMode::SdCardDetect,
                           BootMode::Stop,
                           BootMode::Restart};

QLabel *wrapped()
{
    auto *label = new QLabel;
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QPushButton *button(const QString &text, const QString &name)
{
    auto *made = new QPushButton(text);
    made->setObjectName(name);
    made->setAutoDefault(false);
    return made;
}

void select(QComboBox *step, int mode)
{
    const QSignalBlocker blocker(step);
    step->setCurrentIndex(step->findData(mode));
}

// Empty: it was saved; else why not.
QString save(const QString &path, const QByteArray &text)
{
    QSaveFile file(path);
    const bool saved =
        file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit();
    return saved ? QString() : file.errorString();
}

} // namespace

BootOrderDialog::BootOrderDialog(BootOrder begin, QWidget *parent)
    : QDialog(parent),
      m_field(new QLineEdit),
      m_sentence(wrapped()),
      m_remarks(new QWidget),
      m_remarkLines(new QVBoxLayout(m_remarks)),
      m_better(button({}, u"better"_s)),
      m_document(new QPlainTextEdit),
      m_done(wrapped())
{
    setWindowTitle(tr("Boot order"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(dialogSize);
    m_field->setObjectName(u"order"_s);
    m_field->setToolTip(tr("Digits as in BOOT_ORDER, or words: network, emmc, restart"));
    m_remarkLines->setContentsMargins({});
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("&BOOT_ORDER:"), m_field);
    addPresets(form);
    form->addRow(tr("Steps:"), makeSteps());
    form->addRow(tr("It means:"), m_sentence);
    form->addRow({}, m_remarks);
    form->addRow({}, m_better);
    auto *column = new QVBoxLayout(this);
    column->setSpacing(10);
    column->addLayout(form);
    column->addWidget(makeDocument(), 1);
    addButtons(column);
    connect(m_field, &QLineEdit::textEdited, this, &BootOrderDialog::readField);
    connect(m_better, &QPushButton::clicked, this, [this] {
        if (const auto better = m_order ? m_order->suggestion() : std::nullopt)
            take(*better);
    });
    take(begin);
}

void BootOrderDialog::addPresets(QFormLayout *form)
{
    auto *line = new QHBoxLayout;
    const auto add = [&](const QString &text, const QString &name, BootOrder order) {
        QPushButton *preset = button(text.arg(order.toString()), name);
        connect(preset, &QPushButton::clicked, this, [this, order] { take(order); });
        line->addWidget(preset);
    };
    add(tr("Network first (%1)"), u"networkFirst"_s, netboot::networkThenStorage);
    add(tr("eMMC first (%1)"), u"storageFirst"_s, netboot::storageThenNetwork);
    line->addStretch();
    form->addRow({}, line);
}

QWidget *BootOrderDialog::makeSteps()
{
    auto *area = new QWidget;
    auto *grid = new QGridLayout(area);
    grid->setContentsMargins({});
    for (int i = 0; i < BootOrder::maxSteps; ++i) {
        m_steps[size_t(i)] = makeStep(i + 1);
        grid->addWidget(m_steps[size_t(i)], i / stepsPerLine, i % stepsPerLine);
    }
    return area;
}

QComboBox *BootOrderDialog::makeStep(int number)
{
    auto *step = new QComboBox;
    step->setObjectName(u"step%1"_s.arg(number));
    step->setAccessibleName(tr("Step %1").arg(number));
    step->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    step->setMinimumContentsLength(12);
    step->addItem(tr("–", "no step"), noStep);
    for (const BootMode mode : modes)
        step->addItem(bootModeName(mode), int(mode));
    connect(step, &QComboBox::currentIndexChanged, this, &BootOrderDialog::readSteps);
    return step;
}

QWidget *BootOrderDialog::makeDocument()
{
    auto *area = new QWidget;
    auto *column = new QVBoxLayout(area);
    column->setContentsMargins({});
    auto *label = wrapped();
    label->setText(
        tr("cloud-init document that sets it when a deployed Raspberry Pi OS starts for "
           "the first time. Put it on the golden image's boot partition as “user-data”:"));
    m_document->setReadOnly(true);
    m_document->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_document->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_document->setAccessibleName(tr("cloud-init document"));
    m_document->setMinimumHeight(documentLines * m_document->fontMetrics().lineSpacing());
    column->addWidget(label);
    column->addWidget(m_document, 1);
    return area;
}

void BootOrderDialog::addButtons(QVBoxLayout *column)
{
    auto *buttons = new QDialogButtonBox;
    m_copy = button(tr("&Copy document"), u"copyDocument"_s);
    m_copy->setIcon(glyphIcon(Glyph::Copy));
    m_save = button(tr("&Save document…"), u"saveDocument"_s);
    auto *close = button(tr("Close"), u"close"_s);
    buttons->addButton(m_copy, QDialogButtonBox::ActionRole);
    buttons->addButton(m_save, QDialogButtonBox::ActionRole);
    buttons->addButton(close, QDialogButtonBox::RejectRole);
    connect(m_copy, &QPushButton::clicked, this, &BootOrderDialog::copyDocument);
    connect(m_save, &QPushButton::clicked, this, &BootOrderDialog::saveDocument);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(m_done);
    column->addWidget(buttons);
}

void BootOrderDialog::readField()
{
    display(BootOrder::parse(m_field->text())); // what is being typed stays as it is
}

void BootOrderDialog::readSteps()
{
    QList<BootMode> chosen;
    for (const QComboBox *step : m_steps)
        if (step->currentData().toInt() != noStep)
            chosen.append(BootMode(step->currentData().toInt()));
    // The card detection cannot be the last step, so that nothing changes with it.
    take(BootOrder::fromSteps(chosen).value_or(m_order.value_or(BootOrder())));
}

void BootOrderDialog::take(BootOrder order)
{
    m_field->setText(order.toString());
    display(order);
}

void BootOrderDialog::display(std::optional<BootOrder> order)
{
    m_order = order;
    m_done->clear();
    showSteps();
    showRemarks();
    showDocument();
}

void BootOrderDialog::showSteps()
{
    const QList<BootMode> chosen = m_order ? m_order->steps() : QList<BootMode>();
    for (qsizetype i = 0; i < BootOrder::maxSteps; ++i)
        select(m_steps[size_t(i)], i < chosen.size() ? int(chosen[i]) : noStep);
}

void BootOrderDialog::showRemarks()
{
    while (QLayoutItem *item = m_remarkLines->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_sentence->setText(m_order ? bootOrderSentence(*m_order)
                                : tr("That is no boot order. Digits 0 to f, or words such as "
                                     "“network, emmc, restart”."));
    const auto remarks = m_order ? m_order->remarks() : QList<netboot::BootRemark>();
    for (const netboot::BootRemark remark : remarks) {
        const bool warning = netboot::isWarning(remark);
        m_remarkLines->addWidget(new FindingLine(warning ? Glyph::Warning : Glyph::Info,
                                                 bootRemarkTone(remark),
                                                 bootRemarkText(remark, *m_order)));
    }
    const auto better = m_order ? m_order->suggestion() : std::nullopt;
    m_better->setVisible(better.has_value());
    if (better)
        m_better->setText(tr("Use %1").arg(better->toString()));
}

void BootOrderDialog::showDocument()
{
    const bool usable = m_order && m_order->isUsable();
    m_document->setPlainText(usable ? QString::fromUtf8(netboot::bootOrderCloudConfig(*m_order))
                                    : QString());
    m_copy->setEnabled(usable);
    m_save->setEnabled(usable);
}

void BootOrderDialog::copyDocument()
{
    QGuiApplication::clipboard()->setText(m_document->toPlainText());
    m_done->setText(tr("Copied."));
}

void BootOrderDialog::saveDocument()
{
    askForDocumentFile(this, netboot::bootOrderCloudConfigName, [this](const QString &path) {
        const QByteArray text = m_document->toPlainText().toUtf8();
        askDisk<QString>(
            this, [path, text] { return save(path, text); },
            [this, path](const std::optional<QString> &error) {
                m_done->setText(savedText(path, error));
            });
    });
}

// Without an answer it may still be saved, when the folder answers.
QString BootOrderDialog::savedText(const QString &path, const std::optional<QString> &error)
{
    if (!error)
        return tr("Not saved yet: the folder does not answer. Look there later for %1.").arg(path);
    return error->isEmpty() ? tr("Saved as %1.").arg(path) : tr("Not saved: %1").arg(*error);
}

QString BootOrderDialog::explanation() const
{
    QString text = m_sentence->text();
    for (const auto *line : m_remarks->findChildren<FindingLine *>())
        text += u'\n' + line->text();
    return text;
}

} // namespace ui
