// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/deploy_dialog.h"

#include "ui/device_facts.h"
#include "ui/format.h"
#include "ui/glyph_icon.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <iterator>

using namespace Qt::StringLiterals;

namespace ui
{
namespace
{

constexpr int dialogWidth = 640;
constexpr int signSize = 40;

QLabel *wrapped(const QString &text)
{
    auto *label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

QString deviceLine(const DeviceRow &row)
{
    QStringList parts{row.device.mac.toString(), row.device.model, storageText(row.device.storage)};
    parts.removeAll(QString());
    return parts.join(u"  ·  "_s);
}

QCheckBox *named(const QString &text, const char *objectName)
{
    auto *box = new QCheckBox(text);
    box->setObjectName(QLatin1StringView(objectName));
    return box;
}

} // namespace

DeployDialog::DeployDialog(const QList<DeviceRow> &rows, const core::Image &image, int leftOut,
                           const QSet<core::MacAddress> &tooSmall, QWidget *parent)
    : QDialog(parent),
      m_rows(rows),
      m_tooSmall(tooSmall),
      m_allowSd(named(tr("Allow SD cards: erase the card where a device has no eMMC"), "allowSd")),
      m_eraseRest(named(tr("Also erase what lies beyond the image"), "eraseRest")),
      m_verifyFull(named(tr("Read back empty areas in full too (slower)"), "verifyFull")),
      m_dontAsk(named(tr("Do not ask again in this session"), "dontAsk"))
{
    setWindowTitle(tr("Deploy"));
    setMinimumWidth(dialogWidth);
    auto *column = new QVBoxLayout(this);
    column->setSpacing(10);
    addHead(column, image, leftOut);
    addDevices(column);
    addOptions(column);
    addButtons(column);
    updateButton();
}

void DeployDialog::addHead(QVBoxLayout *column, const core::Image &image, int leftOut)
{
    auto *sign = new QLabel;
    sign->setPixmap(glyphIcon(Glyph::Warning, Tone::Warning)
                        .pixmap(QSize(signSize, signSize), devicePixelRatioF()));
    auto *question =
        wrapped(tr("Deploy %1 to %n device(s)?", nullptr, int(m_rows.size())).arg(image.name));
    QFont font = question->font();
    font.setBold(true);
    font.setPointSizeF(font.pointSizeF() * 1.15);
    question->setFont(font);
    auto *text = new QVBoxLayout;
    text->addWidget(question);
    text->addWidget(
        wrapped(tr("This will erase the eMMC of every device below and write the image (%1) "
                   "to it. It cannot be undone.")
                    .arg(format::bytes(image.size))));
    if (leftOut > 0)
        text->addWidget(wrapped(
            tr("%n selected device(s) already have a job and are left out.", nullptr, leftOut)));
    text->setSpacing(6);
    text->addStretch();
    auto *head = new QHBoxLayout;
    head->setSpacing(14);
    head->addWidget(sign, 0, Qt::AlignTop);
    head->addLayout(text, 1);
    column->addLayout(head);
}

void DeployDialog::addDevices(QVBoxLayout *column)
{
    auto *list = new QListWidget;
    list->setSelectionMode(QAbstractItemView::NoSelection);
    list->setFocusPolicy(Qt::TabFocus);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setTextElideMode(Qt::ElideRight);
    list->setIconSize(QSize(16, 16));
    list->setAccessibleName(tr("Devices that will be erased"));
    for (const DeviceRow &row : std::as_const(m_rows))
        addDevice(list, row);
    const int shown = std::clamp(int(m_rows.size()), 2, 7);
    list->setFixedHeight(shown * (list->sizeHintForRow(0) + 2) + 2 * list->frameWidth());
    column->addWidget(list);
}

void DeployDialog::addDevice(QListWidget *list, const DeviceRow &row)
{
    QString line = deviceLine(row);
    QIcon icon = glyphIcon(Glyph::Device, Tone::Muted);
    if (m_tooSmall.contains(row.device.mac)) {
        line += u"  ·  "_s + tr("too small for this image, left out");
        icon = glyphIcon(Glyph::Bad, Tone::Bad);
    } else if (isSdCard(row)) {
        icon = glyphIcon(Glyph::Warning, Tone::Warning);
    }
    list->addItem(new QListWidgetItem(icon, line));
}

void DeployDialog::addOptions(QVBoxLayout *column)
{
    const bool anySd = std::any_of(m_rows.begin(), m_rows.end(), isSdCard);
    m_allowSd->setVisible(anySd);
    m_allowSd->setToolTip(tr("Devices with an SD card are left out unless this is ticked"));
    m_eraseRest->setToolTip(tr("Makes a larger eMMC read as zeros behind the image's end"));
    m_verifyFull->setToolTip(
        tr("Data is always read back in full; empty areas are otherwise read back in samples"));
    m_dontAsk->setVisible(!anySd);
    for (QCheckBox *box : {m_allowSd, m_eraseRest, m_verifyFull})
        column->addWidget(box);
    column->addSpacing(6);
    column->addWidget(m_dontAsk);
    connect(m_allowSd, &QCheckBox::toggled, this, &DeployDialog::updateButton);
}

void DeployDialog::addButtons(QVBoxLayout *column)
{
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_deploy = buttons->addButton(tr("Erase and deploy"), QDialogButtonBox::AcceptRole);
    m_deploy->setObjectName(QStringLiteral("eraseAndDeploy"));
    m_deploy->setIcon(glyphIcon(Glyph::Deploy));
    m_deploy->setAutoDefault(false);
    QPushButton *cancel = buttons->button(QDialogButtonBox::Cancel);
    cancel->setText(tr("Cancel")); // Qt's own catalogue need not be there
    cancel->setIcon({});
    cancel->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
}

void DeployDialog::updateButton()
{
    m_deploy->setEnabled(!rows().isEmpty());
}

bool DeployDialog::isChosen(const DeviceRow &row) const
{
    return !m_tooSmall.contains(row.device.mac) && (m_allowSd->isChecked() || !isSdCard(row));
}

QList<DeviceRow> DeployDialog::rows() const
{
    QList<DeviceRow> rows;
    std::copy_if(m_rows.begin(), m_rows.end(), std::back_inserter(rows),
                 [this](const DeviceRow &row) { return isChosen(row); });
    return rows;
}

core::JobOptions DeployDialog::options() const
{
    core::JobOptions options;
    options.allowSd = m_allowSd->isChecked();
    options.eraseRest = m_eraseRest->isChecked();
    if (m_verifyFull->isChecked())
        options.verify = protocol::VerifyScope::Full;
    return options;
}

bool DeployDialog::dontAskAgain() const
{
    return m_dontAsk->isVisibleTo(this) && m_dontAsk->isChecked();
}

bool DeployDialog::isSdCard(const DeviceRow &row)
{
    return row.device.storage.type == "SD"_L1;
}

} // namespace ui
