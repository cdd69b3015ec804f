// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wrapped_text.h"

#include <QTextBoundaryFinder>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace ui
{
namespace
{

constexpr qreal oneLine = 1e6; // px, wider than any text of a message

qsizetype endOfInk(QStringView text, qsizetype begin, qsizetype end)
{
    while (end > begin && text.at(end - 1).isSpace())
        --end;
    return end;
}

} // namespace

WrappedText::WrappedText(const QString &text, const QFont &font)
{
    const QStringList paragraphs = text.split(u'\n');
    for (const QString &paragraph : paragraphs)
        addParagraph(paragraph, font);
}

void WrappedText::addParagraph(const QString &paragraph, const QFont &font)
{
    QTextLayout layout(paragraph, font);
    layout.beginLayout();
    QTextLine line = layout.createLine();
    line.setLineWidth(oneLine);
    layout.endLayout();
    m_lineHeight = std::max(m_lineHeight, line.height());
    const auto width = [&line](qsizetype from, qsizetype to) {
        return std::abs(line.cursorToX(int(to)) - line.cursorToX(int(from)));
    };
    QTextBoundaryFinder breaks(QTextBoundaryFinder::Line, paragraph);
    for (qsizetype begin = 0; begin < paragraph.size();) {
        const qsizetype next = breaks.toNextBoundary();
        const qsizetype end = next > begin ? next : paragraph.size();
        m_pieces.push_back(
            {width(begin, endOfInk(paragraph, begin, end)), width(begin, end), false});
        begin = end;
    }
    if (paragraph.isEmpty())
        m_pieces.push_back({0, 0, false});
    m_pieces.back().endsParagraph = true;
}

int WrappedText::lines(qreal width) const
{
    int lines = 1;
    qreal used = 0;
    for (size_t i = 0; i < m_pieces.size(); ++i) {
        const Piece &piece = m_pieces[i];
        if (used > 0 && used + piece.ink > width) {
            ++lines;
            used = 0;
        }
        used += piece.advance;
        if (piece.endsParagraph && i + 1 < m_pieces.size()) {
            ++lines;
            used = 0;
        }
    }
    return lines;
}

} // namespace ui
