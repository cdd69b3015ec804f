// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pack.h"
#include "samples.h"

#include <QTemporaryDir>
#include <QTest>

using namespace imaging;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using samples::Bytes;

class TestPackWriter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { QVERIFY(m_dir.isValid()); }

    void sameImageSameBytes()
    {
        const QByteArray image = samples::mixed(5 * chunkBytes + 512);
        QVERIFY(samples::writePack(path(u"a"_s), image));
        QVERIFY(samples::writePack(path(u"b"_s), image));
        QVERIFY(samples::readFile(path(u"a"_s)) == samples::readFile(path(u"b"_s)));
    }

    // Identity is of the image: how hard it was compressed does not matter.
    void identityDoesNotDependOnLevel()
    {
        const QByteArray image = samples::mixed(3 * chunkBytes + 1);
        QCOMPARE(identityAt(image, 1), identityAt(image, 3));
        QVERIFY(identityAt(image, 1) != identityAt(samples::mixed(3 * chunkBytes + 1, 2), 1));
    }

    void longRunOfZeros()
    {
        QFile file(path(u"zeros"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        PackWriter writer(file.handle());
        QVERIFY(writer.appendZero(0).ok());
        QVERIFY(writer.appendZero(2500, 512).ok());
        QCOMPARE(writer.count(), 2500u);
        const auto tail = writer.finish(2499 * qint64(chunkBytes) + 512);
        QVERIFY(tail.ok());
        const auto reader = PackReader::open(path(u"zeros"_s));
        QVERIFY(reader.ok());
        QCOMPARE((*reader)->tail().map().dataBytes(), 0);
        QVERIFY((*reader)->fileSize() < 200'000);
        Bytes chunk(chunkBytes, std::byte(1));
        QVERIFY((*reader)->readChunk(2300, chunk).ok());
        QVERIFY(isZero(chunk));
        QVERIFY((*reader)->readChunk(2499, std::span(chunk).first(512)).ok());
    }

    // An upload that was cut goes on behind what is there, and gives the same file.
    void goesOnBehindWhatIsThere()
    {
        const QByteArray image = samples::mixed(6 * chunkBytes + 512);
        const qsizetype cut = 3 * chunkBytes;
        QVERIFY(samples::writePack(path(u"whole"_s), image));
        const auto whole = PackReader::open(path(u"whole"_s));
        QVERIFY(whole.ok());

        QFile file(path(u"resumed"_s));
        QVERIFY(file.open(QIODevice::ReadWrite));
        PackWriter first(file.handle());
        QVERIFY(samples::appendImage(first, image.first(cut)));
        std::vector<quint32> frames;
        for (quint64 k = 0; k < 3; ++k)
            frames.push_back((*whole)->tail().frameBytes(k));
        PackWriter second(file.handle(), first.entries(), frames);
        QCOMPARE(second.count(), 3u);
        QVERIFY(samples::appendImage(second, image.sliced(cut)));
        QVERIFY(second.finish(image.size()).ok());
        QVERIFY(samples::readFile(path(u"resumed"_s)) == samples::readFile(path(u"whole"_s)));
    }

    void finishChecksTheSize_data()
    {
        QTest::addColumn<qint64>("size");
        QTest::newRow("none") << qint64(0);
        QTest::newRow("negative") << qint64(-1);
        QTest::newRow("a chunk less") << qint64(chunkBytes);
        QTest::newRow("a chunk more") << 3 * qint64(chunkBytes);
        QTest::newRow("shorter tail") << qint64(chunkBytes) + 99;
        QTest::newRow("longer tail") << qint64(chunkBytes) + 101;
    }

    void finishChecksTheSize()
    {
        QFETCH(qint64, size);
        QFile file(path(u"size"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        PackWriter writer(file.handle());
        QVERIFY(samples::appendImage(writer, samples::noise(chunkBytes + 100, 6)));
        const auto tail = writer.finish(size);
        QVERIFY(!tail.ok());
        QCOMPARE(tail.failure().code, FailureCode::Internal);
    }

    void nothingFollowsAShortChunk()
    {
        QFile file(path(u"short"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        PackWriter writer(file.handle());
        QVERIFY(writer.appendZero(1, 512).ok());
        QCOMPARE(writer.appendZero(1).failure().code, FailureCode::Internal);
        QVERIFY(!samples::appendImage(writer, samples::noise(10, 6)));
        QCOMPARE(writer.count(), 1u);
    }

    void refusesWhatIsNoFrame()
    {
        QFile file(path(u"noframe"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        PackWriter writer(file.handle());
        QCOMPARE(writer.appendData({}, {}).failure().code, FailureCode::Internal);
        QCOMPARE(writer.appendData({}, Bytes(100)).failure().code, FailureCode::Internal);
        QCOMPARE(file.size(), 0);
    }

    void fullDiskIsToldAsSuch()
    {
        QFile full(u"/dev/full"_s);
        if (!full.open(QIODevice::WriteOnly | QIODevice::Unbuffered))
            QSKIP("no /dev/full here");
        PackWriter writer(full.handle());
        const auto result = writer.appendZero(1);
        QVERIFY(!result.ok());
        QCOMPARE(result.failure().code, FailureCode::StorageFull);
        QVERIFY(result.failure().detail.contains(u"offset 0"_s));
    }

    void otherErrorsToo()
    {
        QVERIFY(samples::writeFile(path(u"readonly"_s), "x"));
        QFile file(path(u"readonly"_s));
        QVERIFY(file.open(QIODevice::ReadOnly));
        PackWriter writer(file.handle());
        QCOMPARE(writer.appendZero(1).failure().code, FailureCode::StationIoError);
    }

private:
    QString path(const QString &name) const { return m_dir.filePath(name); }

    QString identityAt(const QByteArray &image, int level) const
    {
        QFile file(path(u"level"_s));
        if (!file.open(QIODevice::WriteOnly))
            return {};
        PackWriter writer(file.handle());
        if (!samples::appendImage(writer, image, level))
            return {};
        const auto tail = writer.finish(image.size());
        return tail ? toHex(tail->map().identity()) : QString();
    }

    QTemporaryDir m_dir;
};

QTEST_APPLESS_MAIN(TestPackWriter)
#include "tst_pack_writer.moc"
