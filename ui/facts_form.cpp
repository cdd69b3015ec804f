// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/facts_form.h"

#include "ui/value_label.h"

#include <QGridLayout>
#include <QLabel>

using namespace Qt::StringLiterals;

namespace ui
{
FactsForm::FactsForm(QWidget *parent)
    : QWidget(parent), m_heading(new QLabel(this)), m_grid(new QGridLayout(this))
{
    QFont bold = m_heading->font();
    bold.setBold(true);
    m_heading->setFont(bold);
    m_heading->setTextFormat(Qt::PlainText);
    m_grid->setContentsMargins(12, 10, 12, 10);
    m_grid->setHorizontalSpacing(14);
    m_grid->setVerticalSpacing(5);
    m_grid->setColumnStretch(1, 1);
    m_grid->addWidget(m_heading, 0, 0, 1, 2);
    m_grid->setRowStretch(1000, 1);
}

void FactsForm::setHeading(const QString &heading)
{
    m_heading->setText(heading);
}

void FactsForm::setFacts(const QList<Fact> &facts)
{
    qsizetype used = 0;
    for (const Fact &fact : facts) {
        if (fact.value.isEmpty())
            continue;
        if (used == m_lines.size())
            m_lines.append(addLine(int(used) + 1));
        fill(m_lines.at(used++), fact);
    }
    for (qsizetype i = used; i < m_lines.size(); ++i) {
        m_lines.at(i).name->hide();
        m_lines.at(i).value->hide();
    }
    m_used = used;
}

QString FactsForm::toPlainText() const
{
    QString text;
    for (qsizetype i = 0; i < m_used; ++i)
        text += m_lines.at(i).name->text() + u": "_s + m_lines.at(i).value->text() + u'\n';
    return text;
}

FactsForm::Line FactsForm::addLine(int row)
{
    const Line line{new TonedLabel(this), new ValueLabel(this)};
    line.name->setTone(Tone::Muted);
    m_grid->addWidget(line.name, row, 0, Qt::AlignTop);
    m_grid->addWidget(line.value, row, 1);
    return line;
}

void FactsForm::fill(const Line &line, const Fact &fact)
{
    if (line.name->text() != fact.name) {
        line.name->setText(fact.name);
        line.value->setName(fact.name);
    }
    line.value->setValue(fact.value);
    line.value->setTone(fact.tone);
    line.name->show();
    line.value->show();
}

} // namespace ui
