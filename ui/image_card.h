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
class ValueLabel;

class ImageCard : public QFrame
{
    Q_OBJECT

public:
    explicit ImageCard(QWidget *parent = nullptr);

    void setImage(const core::Image *image); // null: none chosen
    // Which devices it fits, see FitWatch.
    void setFit(const QString &sentence, bool allFit);

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
    void setSign(Glyph glyph, Tone tone);
    void showReady(const core::Image &image);
    void showInside(const core::Image &image);
    void showImport(const core::Image &image);
    void showFailure(const core::Image &image);
    void copyIdentity();

    bool m_empty = true;
    QString m_identityHex;
    QStackedWidget *m_stack;
    EmptyState *m_nothing;
    QLabel *m_sign = nullptr;
    Glyph m_glyph = Glyph::None;
    Tone m_tone = Tone::Muted;
    ElidedLabel *m_name = nullptr;
    QWidget *m_facts = nullptr;
    QLabel *m_size = nullptr;
    QLabel *m_used = nullptr;
    QLabel *m_packed = nullptr;
    QLabel *m_identity = nullptr;
    QLabel *m_sha256 = nullptr;
    QLabel *m_checked = nullptr;
    QLabel *m_fit = nullptr;
    QLabel *m_table = nullptr;
    QLabel *m_partitions = nullptr;
    QToolButton *m_copy = nullptr;
    QWidget *m_import = nullptr;
    QProgressBar *m_progress = nullptr;
    QLabel *m_importText = nullptr;
    QWidget *m_failure = nullptr;
    QLabel *m_cause = nullptr;
    QLabel *m_nextStep = nullptr;
    ValueLabel *m_detail = nullptr;
};

} // namespace ui
