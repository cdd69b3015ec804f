// SPDX-License-Identifier: GPL-3.0-or-later
// The golden pack and block map, made without this code, are read, and written again byte for byte.
#include "imaging/pack.h"
#include "samples.h"

#include <QTest>

using namespace imaging;
using namespace Qt::StringLiterals;

namespace
{

QString path(const QString &name)
{
    return QStringLiteral(PS_GOLDEN_DIR "/") + name;
}

constexpr qint64 imageSize = 2 * qint64(chunkBytes) + 1000;

} // namespace

class TestGoldenImage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void blockMap()
    {
        const QByteArray bytes = samples::readFile(path(u"block-map.bin"_s));
        const auto map = BlockMap::parse(bytes);
        QVERIFY(map.ok());
        QCOMPARE(map->imageSize(), imageSize);
        QCOMPARE(map->count(), quint64(3));
        QVERIFY(map->entry(0).kind == ChunkKind::Data);
        QVERIFY(map->entry(1).kind == ChunkKind::Zero);
        QVERIFY(map->entry(2).kind == ChunkKind::Data);
        QCOMPARE(map->serialize(), bytes);
        QVERIFY(map->identity() == Sha256::of(samples::view(bytes)));
    }

    void pack()
    {
        const auto pack = PackReader::open(path(u"image.img.zst"_s));
        QVERIFY(pack.ok());
        const PackTail &tail = (*pack)->tail();
        QCOMPARE(tail.map().imageSize(), imageSize);
        std::vector<std::byte> chunk(chunkBytes);
        for (quint64 k = 0; k < tail.map().count(); ++k) {
            const auto bytes = std::span(chunk).first(tail.map().length(k));
            QVERIFY((*pack)->readChunk(k, bytes).ok());
            const auto expected = [k](size_t i) {
                return k == 0 ? 0xa5 : k == 1 ? 0 : int(i * 7 % 251);
            };
            for (size_t i = 0; i < bytes.size(); i += k == 2 ? 1 : 4093)
                QCOMPARE(int(bytes[i]), expected(i));
        }
    }

    void tailIsReproduced()
    {
        const QByteArray file = samples::readFile(path(u"image.img.zst"_s));
        const auto pack = PackReader::open(path(u"image.img.zst"_s));
        QVERIFY(pack.ok());
        QCOMPARE((*pack)->tail().serialize(), file.sliced((*pack)->tail().tailOffset()));
    }
};

QTEST_APPLESS_MAIN(TestGoldenImage)
#include "tst_golden_image.moc"
