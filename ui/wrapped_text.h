// SPDX-License-Identifier: GPL-3.0-or-later
// How high a text is at a width, by arithmetic: its pieces between the places where it may be
// broken are measured once, another width costs additions only. Breaks where QTextLayout does
// (QTextOption::WordWrap); of text that runs both ways the widths are near, not exact.
#pragma once

#include <QFont>
#include <QString>

#include <vector>

namespace ui
{

class WrappedText
{
public:
    WrappedText(const QString &text, const QFont &font);

    [[nodiscard]] int lines(qreal width) const; // at least 1
    [[nodiscard]] qreal height(qreal width) const { return lines(width) * m_lineHeight; } // px

private:
    struct Piece {
        qreal ink;          // px, without the spaces at its end, which may hang over
        qreal advance;      // px, with them
        bool endsParagraph; // a line break follows
    };

    void addParagraph(const QString &paragraph, const QFont &font);

    std::vector<Piece> m_pieces;
    qreal m_lineHeight = 0;
};

} // namespace ui
