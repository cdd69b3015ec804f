// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/aligned_buffer.h"
#include "imaging/chunk_source.h"
#include "samples.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace imaging;
using namespace Qt::StringLiterals;
using protocol::FailureCode;

namespace
{

struct All {
    QByteArray bytes;
    QList<bool> knownZero;
    std::optional<protocol::Failure> failure;
};

All readAll(ChunkSource &source)
{
    All all;
    AlignedBuffer buffer(chunkBytes);
    for (;;) {
        memset(buffer.data(), 'x', buffer.size());
        const auto read = source.next(buffer.first(chunkBytes));
        if (!read)
            all.failure = read.failure();
        if (!read || read->length == 0)
            return all;
        all.knownZero.append(read->knownZero);
        if (read->knownZero)
            all.bytes.append(QByteArray(qsizetype(read->length), '\0'));
        else
            all.bytes.append(reinterpret_cast<const char *>(buffer.data()), read->length);
    }
}

} // namespace

class TestChunkSource : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(m_dir.isValid()); }

    void readsEverySize_data()
    {
        QTest::addColumn<qint64>("size");
        QTest::newRow("one byte") << qint64(1);
        QTest::newRow("one chunk") << qint64(chunkBytes);
        QTest::newRow("a chunk and a byte") << qint64(chunkBytes) + 1;
        QTest::newRow("512-byte tail") << 3 * qint64(chunkBytes) + 512;
    }

    void readsEverySize()
    {
        QFETCH(qint64, size);
        const QByteArray image = samples::noise(size, 1);
        const QString path = m_dir.filePath(u"image"_s);
        QVERIFY(samples::writeFile(path, image));
        qint64 told = 0;
        const auto source = openFileSource(path, &told);
        QVERIFY(source.ok());
        QCOMPARE(told, size);
        QVERIFY(readAll(**source).bytes == image);
        AlignedBuffer buffer(chunkBytes);
        QCOMPARE((*source)->next(buffer.first(chunkBytes))->length, 0u); // and stays at the end
    }

    void holesAreNotRead()
    {
        const QString path = m_dir.filePath(u"sparse"_s);
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(file.resize(7 * qint64(chunkBytes) + 512));
        const QByteArray data = samples::noise(4096, 2);
        QVERIFY(file.seek(2 * qint64(chunkBytes) + 8192));
        QCOMPARE(file.write(data), data.size());
        QVERIFY(file.seek(5 * qint64(chunkBytes)));
        QCOMPARE(file.write(data), data.size());
        file.close();

        const auto source = openFileSource(path, nullptr);
        QVERIFY(source.ok());
        const All all = readAll(**source);
        QVERIFY(all.bytes == samples::readFile(path));
        if (!all.knownZero.contains(true))
            QSKIP("this file system does not tell of holes");
        QCOMPARE(all.knownZero, (QList<bool>{true, true, false, true, true, false, true, true}));
    }

    void onlyHoles()
    {
        const QString path = m_dir.filePath(u"hole"_s);
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(file.resize(2 * qint64(chunkBytes) + 1));
        file.close();
        const auto source = openFileSource(path, nullptr);
        QVERIFY(source.ok());
        QVERIFY(readAll(**source).bytes == QByteArray(2 * chunkBytes + 1, '\0'));
    }

    void fileThatShrinks()
    {
        const QString path = m_dir.filePath(u"shrinks"_s);
        QVERIFY(samples::writeFile(path, samples::noise(3 * chunkBytes, 3)));
        const auto source = openFileSource(path, nullptr);
        QVERIFY(source.ok());
        QVERIFY(QFile::resize(path, chunkBytes + 100));
        const All all = readAll(**source);
        QVERIFY(all.failure.has_value());
        QCOMPARE(all.failure->code, FailureCode::ImageUnreadable);
        QVERIFY(all.failure->detail.contains(QString::number(chunkBytes + 100)));
    }

    void refuses()
    {
        QVERIFY(samples::writeFile(m_dir.filePath(u"empty"_s), {}));
        const auto empty = openFileSource(m_dir.filePath(u"empty"_s), nullptr);
        QCOMPARE(empty.failure().code, FailureCode::ImageEmpty);
        const QString fifo = m_dir.filePath(u"fifo"_s);
        QCOMPARE(::mkfifo(qPrintable(fifo), 0600), 0);
        for (const QString &path : {m_dir.filePath(u"missing"_s), m_dir.path(), fifo}) {
            const auto source = openFileSource(path, nullptr);
            QVERIFY(!source.ok());
            QCOMPARE(source.failure().code, FailureCode::ImageUnreadable);
            QVERIFY(source.failure().detail.contains(path));
        }
    }

private:
    QTemporaryDir m_dir;
};

QTEST_APPLESS_MAIN(TestChunkSource)
#include "tst_chunk_source.moc"
