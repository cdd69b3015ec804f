// SPDX-License-Identifier: GPL-3.0-or-later
// The golden image as a card: its facts, its import under way or why that failed; a drop area while
// there is none.
#pragma once

#include "core/model.h"
#include "ui/tone.h"

#include <QFrame>

class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;
class QStackedWidget;
class QVBoxLayout;

namespace ui
{

class ElidedLabel;
class EmptyState;
class TonedLabel;
class ValueLabel;

class ImageCard : public QFrame
{
    Q_OBJECT

public:
    explicit ImageCard(QWidget *parent = nullptr);

    void setImage(const core::Image *image); // null: none chosen
    // What becomes the golden image when its import is done, beside the one in force; null: none.
    void setNext(const core::Image *next);
    // Which devices it fits, see FitWatch.
    void setFit(const QString &sentence, Tone tone);

Q_SIGNALS:
    void cancelImportRequested();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    [[nodiscard]] QWidget *makeFactsPage();
    void addFacts(QVBoxLayout *column);
    void addImport(QVBoxLayout *column);
    void addFailure(QVBoxLayout *column);
    void setSign(Glyph glyph, Tone tone, const QString &meaning);
    void showReady(const core::Image &image);
    void showInside(const core::Image &image);
    void showImport(const core::Image &image, const QString &text);
    void showFailure(const core::Image &image);
    void copyIdentity();

    bool m_empty = true;
    bool m_importing = false; // the golden image itself
    QString m_identityHex;
    QStackedWidget *m_stack;
    EmptyState *m_nothing;
    QLabel *m_sign = nullptr;
    Glyph m_glyph = Glyph::None;
    Tone m_tone = Tone::Muted;
    ElidedLabel *m_name = nullptr;
    QWidget *m_facts = nullptr;
    TonedLabel *m_warnings = nullptr;
    TonedLabel *m_size = nullptr;
    TonedLabel *m_used = nullptr;
    TonedLabel *m_packed = nullptr;
    TonedLabel *m_identity = nullptr;
    TonedLabel *m_sha256 = nullptr;
    TonedLabel *m_checked = nullptr;
    TonedLabel *m_fit = nullptr;
    TonedLabel *m_table = nullptr;
    TonedLabel *m_partitions = nullptr;
    QToolButton *m_copy = nullptr;
    QWidget *m_import = nullptr;
    QProgressBar *m_progress = nullptr;
    TonedLabel *m_importText = nullptr;
    QWidget *m_failure = nullptr;
    TonedLabel *m_cause = nullptr;
    TonedLabel *m_nextStep = nullptr;
    ValueLabel *m_detail = nullptr;
};

} // namespace ui
