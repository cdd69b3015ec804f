// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/sidecar_text.h"

#include <QRegularExpression>
#include <QStringConverter>

#include <optional>

namespace core
{

using namespace Qt::StringLiterals;

namespace
{

constexpr auto signedBegin = "-----BEGIN PGP SIGNED MESSAGE-----"_L1;
constexpr auto signatureBegin = "-----BEGIN PGP SIGNATURE-----"_L1;
constexpr auto dashEscape = "- "_L1;

// Such files are ASCII but for names: of UTF-16 one byte of each two is nearly always zero.
std::optional<QStringConverter::Encoding> utf16WithoutMark(const QByteArray &bytes)
{
    const QByteArray head = bytes.first(std::min<qsizetype>(bytes.size(), 256));
    qsizetype zeros[2] = {0, 0};
    for (qsizetype i = 0; i < head.size(); ++i)
        zeros[i % 2] += head[i] == 0 ? 1 : 0;
    const qsizetype most = head.size() / 4;
    if (head.size() >= 4 && zeros[1] > most && zeros[0] == 0)
        return QStringConverter::Utf16LE;
    if (head.size() >= 4 && zeros[0] > most && zeros[1] == 0)
        return QStringConverter::Utf16BE;
    return std::nullopt;
}

QStringConverter::Encoding encodingOf(const QByteArray &bytes)
{
    if (const auto marked = QStringConverter::encodingForData(bytes))
        return *marked;
    return utf16WithoutMark(bytes).value_or(QStringConverter::Utf8);
}

} // namespace

QString decodeText(const QByteArray &bytes)
{
    QStringDecoder decoder(encodingOf(bytes));
    QString text = decoder.decode(bytes);
    if (decoder.hasError())
        text = QString::fromLatin1(bytes);
    return text.startsWith(QChar::ByteOrderMark) ? text.sliced(1) : text;
}

QStringList linesOf(const QString &text)
{
    static const QRegularExpression ends(u"\r\n|\n|\r"_s);
    return text.split(ends);
}

bool isClearSigned(const QString &text)
{
    return text.contains(signedBegin);
}

QString withoutSignature(const QString &text)
{
    if (!isClearSigned(text))
        return text;
    const QStringList lines = linesOf(text);
    const qsizetype head = lines.indexOf(QString(signedBegin));
    const qsizetype begin = lines.indexOf(QString(), std::max<qsizetype>(head, 0)) + 1;
    const qsizetype end = lines.indexOf(QString(signatureBegin), begin);
    if (head < 0 || begin == 0 || end < 0)
        return text;
    QString content;
    for (const QString &line : lines.sliced(begin, end - begin))
        content += (line.startsWith(dashEscape) ? line.sliced(dashEscape.size()) : line) + u'\n';
    return content;
}

} // namespace core
