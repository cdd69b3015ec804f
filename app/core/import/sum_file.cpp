// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/sum_file.h"

#include "core/import/sidecar_text.h"

#include <QRegularExpression>

#include <array>
#include <optional>

namespace core
{

using namespace Qt::StringLiterals;
using imaging::ChecksumType;

namespace
{

// Windows' separator, too. Names with such a character in them are nobody's image.
QString withoutFolder(const QString &path)
{
    const qsizetype slash = std::max(path.lastIndexOf(u'/'), path.lastIndexOf(u'\\'));
    return path.sliced(slash + 1);
}

QString nameIn(const QString &written)
{
    const QString name = withoutFolder(written.trimmed());
    const bool isCutOff = name.endsWith("..."_L1) || name.endsWith(u'…'); // PowerShell's columns
    return isCutOff || name == "-"_L1 ? QString() : name;
}

std::optional<SumLine> lineOf(const QString &name, const QString &hex, const QString &bits = {})
{
    const bool is512 = hex.size() == imaging::hexDigits(ChecksumType::Sha512);
    if (!is512 && hex.size() != imaging::hexDigits(ChecksumType::Sha256))
        return std::nullopt;
    if (!bits.isEmpty() && (bits == "512"_L1) != is512)
        return std::nullopt;
    return SumLine{nameIn(name), is512 ? ChecksumType::Sha512 : ChecksumType::Sha256,
                   hex.toLower()};
}

// One way to write down a sum on one line; groups "bits", "hex" and "name".
QRegularExpression notation(const QString &pattern)
{
    QString text = pattern;
    text.replace("SHA"_L1, "SHA(?:2-|-)?(?<bits>256|512)"_L1);
    text.replace("HEX"_L1, "(?<hex>[0-9a-f]{64}|[0-9a-f]{128})"_L1);
    return QRegularExpression(u"^\\s*"_s + text + u"\\s*$"_s,
                              QRegularExpression::CaseInsensitiveOption);
}

std::optional<SumLine> readOneLine(const QString &line)
{
    static const std::array notations{
        // Coreutils, "sha2 utilities": a backslash in front means that the name is escaped.
        notation(uR"x(\\?HEX(?:\s+\*?(?<name>\S.*?))?)x"_s),
        notation(uR"x(SHA\s*\((?<name>.+)\)\s*=\s*HEX)x"_s),
        notation(uR"x("?SHA"?[\s,]+"?HEX"?(?:[\s,]+"?(?<name>[^"]*)"?)?)x"_s),
        notation(uR"x(SHA(?:sum)?\s*[:=]\s*HEX(?:\s+\*?(?<name>\S.*?))?)x"_s),
        // But no other algorithm's "BLAKE2s (a.img) = …".
        notation(uR"x((?!\S+ ?\(.*\) ?=)(?<name>\S.*?)\s*[:=]?\s+HEX)x"_s),
    };
    for (const QRegularExpression &pattern : notations) {
        const auto match = pattern.match(line);
        if (!match.hasMatch())
            continue;
        return lineOf(match.captured(u"name"), match.captured(u"hex"), match.captured(u"bits"));
    }
    return std::nullopt;
}

// What goes over several lines. certutil: "SHA256 hash of a.img:", then the sum, in pairs of digits
// on old systems. Get-FileHash | Format-List: "Algorithm : SHA256", "Hash : …", "Path : …", of
// which the long ones go on in the next lines, which begin with blanks.
class BlockReader
{
public:
    // True: the line belongs to a block.
    bool take(const QString &line)
    {
        return takeHead(line) || takeProperty(line) || takeRest(line) || takeHeaded(line);
    }

    // Of the block that ends here.
    std::optional<SumLine> finish()
    {
        const auto found = m_hex.isEmpty() ? std::nullopt : lineOf(m_name, m_hex);
        m_hex.clear();
        m_name.clear();
        m_current = nullptr;
        m_headed = false;
        return found;
    }

private:
    bool takeHead(const QString &line)
    {
        static const QRegularExpression head(uR"(^SHA-?(?:256|512)\b.*\s(\S+):\s*$)"_s,
                                             QRegularExpression::CaseInsensitiveOption);
        const auto match = head.match(line);
        m_headed = m_headed || match.hasMatch();
        if (match.hasMatch())
            m_name = match.captured(1);
        return match.hasMatch();
    }

    bool takeProperty(const QString &line)
    {
        static const QRegularExpression property(uR"(^(Algorithm|Hash|Path)\s*:\s(.*)$)"_s);
        const auto match = property.match(line);
        if (!match.hasMatch())
            return false;
        m_current = match.captured(1) == "Hash"_L1   ? &m_hex
                    : match.captured(1) == "Path"_L1 ? &m_name
                                                     : nullptr;
        if (m_current)
            *m_current = match.captured(2).trimmed();
        return true;
    }

    bool takeRest(const QString &line)
    {
        if (!m_current || !line.startsWith(u' ') || line.trimmed().isEmpty())
            return false;
        *m_current += line.trimmed();
        return true;
    }

    bool takeHeaded(const QString &line)
    {
        static const QRegularExpression digits(uR"(^(?:[0-9a-f]{2} ?){32,64}\s*$)"_s,
                                               QRegularExpression::CaseInsensitiveOption);
        if (!m_headed || !digits.match(line).hasMatch())
            return false;
        m_hex = QString(line).remove(u' ').trimmed();
        return true;
    }

    QString m_name;
    QString m_hex;
    QString *m_current = nullptr; // may go on in the next line
    bool m_headed = false;        // by certutil's first line
};

} // namespace

QList<SumLine> parseSums(const QString &text)
{
    QList<SumLine> sums;
    BlockReader block;
    const auto add = [&sums](const std::optional<SumLine> &sum) {
        if (sum)
            sums << *sum;
    };
    for (const QString &line : linesOf(withoutSignature(text))) {
        if (line.trimmed().isEmpty())
            add(block.finish());
        else if (block.take(line))
            continue;
        else
            add(readOneLine(line));
    }
    add(block.finish());
    return sums;
}

} // namespace core
