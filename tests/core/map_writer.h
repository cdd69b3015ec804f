// SPDX-License-Identifier: GPL-3.0-or-later
// Bmaps as bmaptool(1) of all versions writes them.
#pragma once

#include <QByteArray>
#include <QCryptographicHash>
#include <QList>

#include <utility>

namespace bench
{

inline constexpr qint64 block = 4096;

inline QByteArray hex(const QByteArray &bytes,
                      QCryptographicHash::Algorithm algorithm = QCryptographicHash::Sha256)
{
    return QCryptographicHash::hash(bytes, algorithm).toHex();
}

struct MapWriter {
    QByteArray version = "2.0";
    QByteArray type = "sha256";
    QCryptographicHash::Algorithm algorithm = QCryptographicHash::Sha256;
    bool withOwn = true;

    // Of the given blocks, first and last of each range.
    [[nodiscard]] QByteArray write(const QByteArray &image,
                                   const QList<std::pair<qint64, qint64>> &ranges) const
    {
        const bool old = version == "1.3";
        qint64 mapped = 0;
        QByteArray lines;
        for (const auto &[first, last] : ranges) {
            const QByteArray bytes = image.mid(first * block, (last + 1 - first) * block);
            const QByteArray blocks =
                first == last ? QByteArray::number(first)
                              : QByteArray::number(first) + '-' + QByteArray::number(last);
            const QByteArray sum =
                QByteArray(old ? " sha1" : " chksum") + "=\"" + hex(bytes, algorithm) + '"';
            lines += "<Range" + (isSumless() ? QByteArray() : sum) + "> " + blocks + " </Range>\n";
            mapped += last + 1 - first;
        }
        const QByteArray own = old ? "BmapFileSHA1" : "BmapFileChecksum";
        QByteArray xml = "<?xml version=\"1.0\" ?>\n<!-- a comment -->\n<bmap version=\"" +
                         version + "\">\n" + element("ImageSize", image.size()) +
                         element("BlockSize", block) +
                         element("BlocksCount", (image.size() + block - 1) / block) +
                         element("MappedBlocksCount", mapped);
        if (!old && !isSumless())
            xml += "<ChecksumType> " + type + " </ChecksumType>\n";
        const QByteArray zeros(hex({}, algorithm).size(), '0');
        const bool hasOwn = withOwn && !isSumless();
        if (hasOwn)
            xml += "<" + own + "> " + zeros + " </" + own + ">\n";
        xml += "<BlockMap>\n" + lines + "</BlockMap>\n</bmap>\n";
        return hasOwn ? xml.replace("> " + zeros + " <", "> " + hex(xml, algorithm) + " <") : xml;
    }

private:
    // Before 1.3 there were no checksums.
    [[nodiscard]] bool isSumless() const { return version < "1.3"; }

    static QByteArray element(const QByteArray &name, qint64 number)
    {
        return "<" + name + "> " + QByteArray::number(number) + " </" + name + ">\n";
    }
};

} // namespace bench
