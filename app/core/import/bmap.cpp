// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/bmap.h"

#include "core/import/sidecar_text.h"
#include "protocol/limits.h"

#include <QXmlStreamReader>

#include <algorithm>
#include <limits>
#include <optional>

namespace core
{

using namespace Qt::StringLiterals;
using imaging::Checksum;
using imaging::ChecksumType;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

Failure unusable(const QString &why)
{
    return {FailureCode::SidecarUnusable, Stage::Import, why};
}

// "5" or "5-17": both ends belong to it.
struct Blocks {
    qint64 first = 0;
    qint64 last = 0;
    QString checksum;
};

// As it stands in the file.
struct Document {
    QString version;
    QString type;
    QString ownChecksum;
    qint64 imageSize = -1;
    qint64 blockSize = -1;
    qint64 blocks = -1;
    qint64 mappedBlocks = -1;
    std::vector<Blocks> ranges;
};

// -1 for anything but a number.
qint64 numberOf(QStringView text)
{
    bool ok = false;
    const qint64 number = text.trimmed().toLongLong(&ok);
    return ok && number >= 0 ? number : -1;
}

std::optional<Blocks> blocksOf(const QString &text, const QString &checksum)
{
    const qsizetype dash = text.indexOf(u'-');
    const qint64 first = numberOf(QStringView(text).first(dash < 0 ? text.size() : dash));
    const qint64 last = dash < 0 ? first : numberOf(QStringView(text).sliced(dash + 1));
    if (first < 0 || last < first)
        return std::nullopt;
    return Blocks{first, last, checksum.trimmed().toLower()};
}

void readRange(QXmlStreamReader &xml, Document &document)
{
    const auto attributes = xml.attributes();
    const bool old = attributes.hasAttribute("sha1"_L1);
    const QString checksum = attributes.value(old ? "sha1"_L1 : "chksum"_L1).toString();
    const auto blocks = blocksOf(xml.readElementText(), checksum);
    if (blocks)
        document.ranges.push_back(*blocks);
    else
        xml.raiseError(u"a range that is none"_s);
}

void readElement(QXmlStreamReader &xml, Document &document)
{
    const auto name = xml.name();
    if (name == "ImageSize"_L1)
        document.imageSize = numberOf(xml.readElementText());
    else if (name == "BlockSize"_L1)
        document.blockSize = numberOf(xml.readElementText());
    else if (name == "BlocksCount"_L1)
        document.blocks = numberOf(xml.readElementText());
    else if (name == "MappedBlocksCount"_L1)
        document.mappedBlocks = numberOf(xml.readElementText());
    else if (name == "ChecksumType"_L1)
        document.type = xml.readElementText().trimmed();
    else if (name == "BmapFileChecksum"_L1 || name == "BmapFileSHA1"_L1)
        document.ownChecksum = xml.readElementText().trimmed();
    else if (name == "Range"_L1)
        readRange(xml, document);
    else if (name != "BlockMap"_L1) // its ranges come next
        xml.skipCurrentElement();
}

// Entities that stand for others may become anything of any length; no bmap has any.
bool definesEntities(const QString &text)
{
    return text.contains("<!DOCTYPE"_L1, Qt::CaseInsensitive);
}

// Of text, so that the encoding that it names of itself does not matter any more.
Result<Document> readDocument(const QString &text)
{
    if (definesEntities(text))
        return unusable(u"it defines a document type, as no bmap does"_s);
    QXmlStreamReader xml(text);
    Document document;
    if (!xml.readNextStartElement() || xml.name() != "bmap"_L1)
        return unusable(u"it is no bmap"_s);
    document.version = xml.attributes().value("version"_L1).toString();
    while (!xml.atEnd()) {
        if (xml.readNext() == QXmlStreamReader::StartElement)
            readElement(xml, document);
    }
    if (xml.hasError())
        return unusable(u"line %1: %2"_s.arg(xml.lineNumber()).arg(xml.errorString()));
    return document;
}

// No range of a map before 1.3 has a checksum.
Result<ChecksumType> typeOf(const Document &document)
{
    static const QStringList old{u"1.0"_s, u"1.1"_s, u"1.2"_s, u"1.3"_s};
    if (old.contains(document.version))
        return ChecksumType::Sha1;
    if (document.version != "1.4"_L1 && document.version != "2.0"_L1)
        return unusable(u"version %1; known are 1.0 to 1.4 and 2.0"_s.arg(document.version));
    // Maps made without checksums name none.
    const auto type =
        imaging::checksumTypeFromName(document.type.isEmpty() ? u"sha256"_s : document.type);
    if (!type)
        return unusable(u"checksums of the type %1"_s.arg(document.type));
    return *type;
}

// Of the map with zeros in place of this very sum; empty where it is not there.
QString ownSumOf(QByteArray bytes, const QByteArray &stated, ChecksumType type)
{
    const qsizetype at = bytes.indexOf(stated);
    if (at < 0)
        return {};
    std::fill_n(bytes.begin() + at, stated.size(), '0');
    Checksum sum(type);
    sum.update(std::as_bytes(std::span(bytes.constData(), size_t(bytes.size()))));
    return sum.finish();
}

// As it was when its sum was made: mail, Git and editors change line ends, and so does a signature
// with the last one.
QList<QByteArray> originalsOf(const QByteArray &bytes, const QString &text)
{
    const QByteArray plain = linesOf(text).join(u'\n').toUtf8();
    return {bytes, plain, plain.endsWith('\n') ? plain.chopped(1) : plain + '\n',
            linesOf(text).join("\r\n"_L1).toUtf8()};
}

Result<void> checkOwn(const Document &document, const QByteArray &bytes, const QString &text,
                      ChecksumType type)
{
    if (document.ownChecksum.isEmpty())
        return {};
    const QByteArray stated = document.ownChecksum.toLatin1();
    if (stated.size() != imaging::hexDigits(type))
        return unusable(u"its own checksum is none"_s);
    QString found;
    for (const QByteArray &original : originalsOf(bytes, text)) {
        const QString sum = ownSumOf(original, stated, type);
        if (sum == document.ownChecksum.toLower())
            return {};
        found = found.isEmpty() ? sum : found;
    }
    return unusable(u"it was changed since it was made: it says of itself %1, it has %2"_s.arg(
        document.ownChecksum, found));
}

Result<void> checkNumbers(const Document &document)
{
    const qint64 size = document.imageSize;
    const qint64 block = document.blockSize;
    if (size < 0 || block < 0 || document.blocks < 0)
        return unusable(u"it does not state the sizes of image and block, and how many blocks"_s);
    if (size == 0 || size > protocol::maxImageBytes)
        return unusable(u"an image of %1 bytes"_s.arg(size));
    if (block == 0 || block > std::numeric_limits<int>::max())
        return unusable(u"blocks of %1 bytes"_s.arg(block));
    if (document.blocks != (size + block - 1) / block)
        return unusable(
            u"%1 blocks of %2 bytes in %3 bytes"_s.arg(document.blocks).arg(block).arg(size));
    return {};
}

Result<void> checkRanges(const Document &document, ChecksumType type)
{
    qint64 next = 0;
    qint64 mapped = 0;
    for (const Blocks &range : document.ranges) {
        if (range.first < next || range.last >= document.blocks)
            return unusable(u"blocks %1-%2 are out of order or beyond the image"_s.arg(range.first)
                                .arg(range.last));
        if (!range.checksum.isEmpty() && range.checksum.size() != imaging::hexDigits(type))
            return unusable(
                u"the checksum of blocks %1-%2 is none"_s.arg(range.first).arg(range.last));
        next = range.last + 1;
        mapped += next - range.first;
    }
    // A document of another shape would say nothing of any image.
    if (mapped == 0)
        return unusable(u"it maps no block"_s);
    if (document.mappedBlocks < 0)
        return unusable(u"it does not state how many blocks are mapped"_s);
    if (mapped != document.mappedBlocks)
        return unusable(
            u"%1 blocks are mapped, it says %2"_s.arg(mapped).arg(document.mappedBlocks));
    return {};
}

BmapRange rangeOf(const Blocks &blocks, const Document &document)
{
    const qint64 offset = blocks.first * document.blockSize;
    const qint64 end = std::min((blocks.last + 1) * document.blockSize, document.imageSize);
    return {offset, end - offset, blocks.checksum};
}

} // namespace

bool Bmap::provesImage() const
{
    return std::ranges::none_of(ranges, &QString::isEmpty, &BmapRange::checksum);
}

Result<Bmap> parseBmap(const QByteArray &bytes)
{
    const QString text = withoutSignature(decodeText(bytes));
    const auto document = readDocument(text);
    if (!document)
        return document.failure();
    const auto type = typeOf(*document);
    if (!type)
        return type.failure();
    if (const auto own = checkOwn(*document, bytes, text, *type); !own)
        return own.failure();
    if (const auto numbers = checkNumbers(*document); !numbers)
        return numbers.failure();
    if (const auto ranges = checkRanges(*document, *type); !ranges)
        return ranges.failure();
    Bmap bmap{document->imageSize, *type, {}};
    bmap.ranges.reserve(document->ranges.size());
    for (const Blocks &blocks : document->ranges)
        bmap.ranges.push_back(rangeOf(blocks, *document));
    return bmap;
}

} // namespace core
