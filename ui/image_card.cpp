// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/image_card.h"

#include "ui/elided_label.h"
#include "ui/empty_state.h"
#include "ui/failure_text.h"
#include "ui/format.h"
#include "ui/glyph_icon.h"
#include "ui/image_text.h"
#include "ui/image_warning_text.h"
#include "ui/plain_text.h"
#include "ui/value_label.h"

#include <QClipboard>
#include <QEvent>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

using core::ImageState;

namespace ui
{

using namespace Qt::StringLiterals;
namespace
{

constexpr int signSize = 28;
constexpr int progressSteps = 1000;
constexpr int partitionsIndent = 10;

TonedLabel *valueLabel(const QString &name)
{
    auto *label = new TonedLabel;
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setName(name);
    return label;
}

TonedLabel *wrappedLabel(const QString &name = {})
{
    auto *label = new TonedLabel;
    label->setName(name);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

void setHash(TonedLabel *label, const QString &hex, const QString &pending)
{
    label->setValue(hex.isEmpty() ? pending : format::shortHash(hex) + u'…');
    label->setToolTip(plain(hex));
}

// What was checked, and what lies there and was not.
QString checkText(const core::Image &image)
{
    QStringList parts{checkedText(image.checkedBy), uncheckedText(image.unchecked)};
    parts.removeAll(QString());
    return parts.isEmpty() ? ImageCard::tr("no checksum file beside it") : parts.join(u"; "_s);
}

Tone checkTone(const core::Image &image)
{
    if (!image.unchecked.isEmpty())
        return Tone::Warning;
    return image.checkedBy.isEmpty() ? Tone::Muted : Tone::Good;
}

} // namespace

ImageCard::ImageCard(QWidget *parent)
    : QFrame(parent), m_stack(new QStackedWidget), m_nothing(new EmptyState)
{
    setAccessibleName(tr("Golden image"));
    m_nothing->setContents({Glyph::Image,
                            tr("No golden image"),
                            tr("Drop a golden image here, or click Choose image…"),
                            {}});
    m_stack->addWidget(m_nothing);
    m_stack->addWidget(makeFactsPage());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->addWidget(m_stack);
    setImage(nullptr);
}

QWidget *ImageCard::makeFactsPage()
{
    auto *page = new QWidget;
    m_sign = new QLabel;
    m_sign->setObjectName(u"sign"_s);
    m_name = new ElidedLabel;
    QFont bold = m_name->font();
    bold.setBold(true);
    m_name->setFont(bold);
    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_sign);
    head->addWidget(m_name, 1);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins({});
    column->setSpacing(10);
    column->addLayout(head);
    m_warnings = wrappedLabel(tr("Warnings"));
    m_warnings->setObjectName(u"warnings"_s);
    m_warnings->setTone(Tone::Warning);
    column->addWidget(m_warnings);
    addFacts(column);
    addImport(column);
    addFailure(column);
    column->addStretch();
    return page;
}

void ImageCard::addFacts(QVBoxLayout *column)
{
    m_facts = new QWidget;
    auto *form = new QFormLayout(m_facts);
    form->setContentsMargins({});
    form->setHorizontalSpacing(14);
    form->setVerticalSpacing(5);
    form->addRow(tr("Size"), m_size = valueLabel(tr("Size")));
    form->addRow(tr("Used"), m_used = valueLabel(tr("Used")));
    form->addRow(tr("Packed"), m_packed = valueLabel(tr("Packed")));
    m_identity = valueLabel(tr("Identity"));
    m_copy = new QToolButton;
    m_copy->setIcon(glyphIcon(Glyph::Copy));
    m_copy->setAutoRaise(true);
    m_copy->setToolTip(tr("Copy the whole identity"));
    m_copy->setAccessibleName(tr("Copy the whole identity"));
    connect(m_copy, &QToolButton::clicked, this, &ImageCard::copyIdentity);
    auto *row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(m_identity);
    row->addWidget(m_copy);
    row->addStretch();
    form->addRow(tr("Identity"), row);
    form->addRow(tr("SHA-256"), m_sha256 = valueLabel(tr("SHA-256")));
    form->addRow(tr("Checked"), m_checked = wrappedLabel(tr("Checked")));
    form->addRow(tr("Devices"), m_fit = wrappedLabel(tr("Devices")));
    form->addRow(tr("Contents"), m_table = valueLabel(tr("Contents")));
    column->addWidget(m_facts);
    m_partitions = wrappedLabel(tr("Partitions"));
    m_partitions->setIndent(partitionsIndent);
    column->addWidget(m_partitions);
}

void ImageCard::addImport(QVBoxLayout *column)
{
    m_import = new QWidget;
    m_importText = wrappedLabel();
    m_progress = new QProgressBar;
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Import progress"));
    auto *cancel = new QPushButton(tr("Cancel import"));
    cancel->setObjectName(QStringLiteral("cancelImport"));
    connect(cancel, &QPushButton::clicked, this, &ImageCard::cancelImportRequested);
    auto *layout = new QVBoxLayout(m_import);
    layout->setContentsMargins({});
    layout->addWidget(m_importText);
    layout->addWidget(m_progress);
    layout->addWidget(cancel, 0, Qt::AlignRight);
    column->addWidget(m_import);
}

void ImageCard::addFailure(QVBoxLayout *column)
{
    m_failure = new QWidget;
    m_cause = wrappedLabel();
    m_nextStep = wrappedLabel();
    auto *layout = new QVBoxLayout(m_failure);
    layout->setContentsMargins({});
    layout->addWidget(m_cause);
    layout->addWidget(m_nextStep);
    layout->addWidget(m_detail = new ValueLabel);
    column->addWidget(m_failure);
}

void ImageCard::setImage(const core::Image *image)
{
    m_empty = image == nullptr;
    m_stack->setCurrentIndex(m_empty ? 0 : 1);
    update();
    if (m_empty)
        return;
    m_name->setText(image->name);
    m_name->setToolTip(plain(image->sourcePath));
    m_importing = image->state == ImageState::Importing;
    m_warnings->setVisible(image->state == ImageState::Ready && !image->warnings.isEmpty());
    m_facts->setVisible(image->state == ImageState::Ready);
    m_partitions->setVisible(image->state == ImageState::Ready);
    m_import->setVisible(m_importing);
    m_failure->setVisible(image->state == ImageState::Failed);
    switch (image->state) {
    case ImageState::Ready:
        showReady(*image);
        break;
    case ImageState::Importing:
        setSign(Glyph::Working, Tone::Busy, tr("Being imported"));
        showImport(*image, tr("Importing, %1").arg(format::amount(image->done, image->total)));
        break;
    case ImageState::Failed:
        showFailure(*image);
        break;
    }
}

void ImageCard::setNext(const core::Image *next)
{
    if (m_importing || m_empty)
        return; // the golden image's own import is shown
    m_import->setVisible(next != nullptr);
    if (next)
        showImport(*next, tr("%1 becomes the golden image when it is ready. Importing, %2")
                              .arg(next->name, format::amount(next->done, next->total)));
}

void ImageCard::setSign(Glyph glyph, Tone tone, const QString &meaning)
{
    m_glyph = glyph;
    m_tone = tone;
    m_sign->setToolTip(meaning);
    m_sign->setAccessibleName(meaning);
    m_sign->setPixmap(
        glyphIcon(glyph, tone).pixmap(QSize(signSize, signSize), devicePixelRatioF()));
}

void ImageCard::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_sign)
        setSign(m_glyph, m_tone,
                m_sign->toolTip()); // a pixmap does not change its colour by itself
}

void ImageCard::showReady(const core::Image &image)
{
    m_identityHex = image.identity;
    if (image.warnings.isEmpty())
        setSign(Glyph::Good, Tone::Good, tr("Ready to be deployed"));
    else
        setSign(Glyph::Warning, Tone::Warning,
                tr("Ready, with %n warning(s)", nullptr, int(image.warnings.size())));
    m_warnings->setValue(imageWarningLines(image.warnings));
    m_size->setValue(format::bytes(image.size));
    m_size->setToolTip(tr("%1 bytes").arg(image.size));
    m_used->setValue(format::bytes(image.dataBytes));
    m_packed->setValue(format::bytes(image.packedBytes));
    setHash(m_identity, image.identity, {});
    setHash(m_sha256, image.sha256, tr("being computed…"));
    showInside(image);
}

void ImageCard::showInside(const core::Image &image)
{
    m_checked->setValue(checkText(image));
    m_checked->setTone(checkTone(image));
    m_table->setValue(tableText(image.facts));
    m_partitions->setValue(partitionsText(image.facts));
}

void ImageCard::setFit(const QString &sentence, Tone tone)
{
    m_fit->setValue(sentence.isEmpty() ? tr("no device is known yet") : sentence);
    m_fit->setTone(sentence.isEmpty() ? Tone::Muted : tone);
}

void ImageCard::showImport(const core::Image &image, const QString &text)
{
    m_importText->setValue(text);
    m_progress->setMaximum(image.total > 0 ? progressSteps : 0);
    if (image.total > 0)
        m_progress->setValue(int(double(progressSteps) * double(image.done) / double(image.total)));
}

void ImageCard::showFailure(const core::Image &image)
{
    setSign(Glyph::Bad, Tone::Bad, tr("Not imported"));
    const FailureText words = failureText(image.failure);
    m_cause->setTone(Tone::Bad);
    m_cause->setValue(words.cause);
    m_nextStep->setValue(words.nextStep);
    m_detail->setTone(Tone::Muted);
    m_detail->setValue(image.failure.detail);
    m_detail->setToolTip(plain(image.failure.detail));
}

void ImageCard::copyIdentity()
{
    QGuiApplication::clipboard()->setText(m_identityHex);
}

void ImageCard::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor line =
        m_empty ? toneColor(Tone::Muted, palette()) : palette().color(QPalette::Mid);
    painter.setPen(QPen(line, 1.5, m_empty ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(palette().color(QPalette::Base));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
}

} // namespace ui
