// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/deploy_dialog.h"

#include "ui/device_facts.h"
#include "ui/format.h"
#include "ui/glyph_icon.h"
#include "ui/image_warning_text.h"
#include "ui/toned_label.h"

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

// A device that was only seen on its way up has not been heard of yet.
QString offlineText(const DeviceRow &row)
{
    if (!row.device.isRegistered())
        return DeployDialog::tr("not registered yet: will be written when it registers");
    return DeployDialog::tr("offline since %1: will be written when it comes back")
        .arg(format::time(row.device.lastSeen, QDateTime::currentDateTimeUtc()));
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
    addWarnings(column, image);
    addDevices(column);
    addOptions(column);
    addButtons(column);
    updateQuestion();
}

void DeployDialog::addHead(QVBoxLayout *column, const core::Image &image, int leftOut)
{
    auto *sign = new QLabel;
    sign->setPixmap(glyphIcon(Glyph::Warning, Tone::Warning)
                        .pixmap(QSize(signSize, signSize), devicePixelRatioF()));
    m_imageName = image.name;
    m_question = wrapped({});
    m_question->setObjectName(u"question"_s);
    QFont font = m_question->font();
    font.setBold(true);
    font.setPointSizeF(font.pointSizeF() * 1.15);
    m_question->setFont(font);
    auto *text = new QVBoxLayout;
    text->addWidget(m_question);
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

void DeployDialog::addWarnings(QVBoxLayout *column, const core::Image &image)
{
    if (image.warnings.isEmpty())
        return;
    auto *heading = new TonedLabel;
    heading->setText(tr("This image has %n warning(s):", nullptr, int(image.warnings.size())));
    heading->setTone(Tone::Warning);
    auto *lines = new TonedLabel;
    lines->setObjectName(u"imageWarnings"_s);
    lines->setWordWrap(true);
    lines->setText(imageWarningLines(image.warnings));
    lines->setTone(Tone::Warning);
    column->addWidget(heading);
    column->addWidget(lines);
}

void DeployDialog::addDevices(QVBoxLayout *column)
{
    auto *list = new QListWidget;
    list->setSelectionMode(QAbstractItemView::NoSelection);
    list->setFocusPolicy(Qt::TabFocus);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setTextElideMode(Qt::ElideMiddle); // the MAC and what becomes of it stand at the ends
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
    if (!row.isOnline() && !m_tooSmall.contains(row.device.mac)) {
        line += u"  ·  "_s + offlineText(row);
        icon = glyphIcon(Glyph::Away, Tone::Warning);
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
    connect(m_allowSd, &QCheckBox::toggled, this, &DeployDialog::updateQuestion);
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

// Of those that are left out it says nothing: they are not written to.
void DeployDialog::updateQuestion()
{
    const int count = int(rows().size());
    m_deploy->setEnabled(count > 0);
    m_question->setText(count > 0
                            ? tr("Deploy %1 to %n device(s)?", nullptr, count).arg(m_imageName)
                            : tr("None of the selected devices can take %1.").arg(m_imageName));
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
