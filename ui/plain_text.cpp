// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plain_text.h"

#include <QTextDocument>

using namespace Qt::StringLiterals;

namespace ui
{

// A tag or an entity begins with its sign and a letter, "!", "?" or "/"; an invisible word joiner
// (U+2060) between them makes it neither.
QString plain(const QString &text)
{
    if (!Qt::mightBeRichText(text))
        return text;
    QString shown = text;
    shown.replace(u'<', u"<\u2060"_s);
    shown.replace(u'&', u"&\u2060"_s);
    return shown;
}

} // namespace ui
