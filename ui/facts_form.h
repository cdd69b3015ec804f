// SPDX-License-Identifier: GPL-3.0-or-later
// Names and values below a heading. Values can be selected and copied; what did not change is not
// touched, so that a selection survives updates.
#pragma once

#include "ui/tone.h"

#include <QList>
#include <QWidget>

class QGridLayout;
class QLabel;

namespace ui
{

class TonedLabel;
class ValueLabel;

struct Fact {
    QString name;
    QString value;
    Tone tone = Tone::Neutral;
};

class FactsForm : public QWidget
{
    Q_OBJECT

public:
    explicit FactsForm(QWidget *parent = nullptr);

    void setHeading(const QString &heading);
    // Facts without a value are left out.
    void setFacts(const QList<Fact> &facts);
    [[nodiscard]] QString toPlainText() const;

private:
    struct Line {
        TonedLabel *name;
        ValueLabel *value;
    };

    [[nodiscard]] Line addLine(int row);
    void fill(const Line &line, const Fact &fact);

    QLabel *m_heading;
    QGridLayout *m_grid;
    QList<Line> m_lines; // the first m_used are shown
    qsizetype m_used = 0;
};

} // namespace ui
