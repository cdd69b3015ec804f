// SPDX-License-Identifier: GPL-3.0-or-later
// What stands behind the end of a compressed stream: ignored with a note where the format's own
// tool ignores it, refused where that does.
#include "core/import_bench.h"

#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using core::ImageWarning;
using core::ImageWarningCode;
using protocol::FailureCode;

class TestTrailingBytes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_bench = std::make_unique<ImportBench>();
        m_image = samples::noise(600'000, 2) + QByteArray(50'000, 'x');
        m_bench->write(u"a.img"_s, m_image);
        QVERIFY(m_bench->sh(u"gzip -1 -k a.img; bzip2 -1 -k a.img; xz -0 -k a.img; "
                            "zstd -q -1 a.img"_s));
    }

    void tellsOfWhatItIgnores_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("behind");
        QTest::addColumn<qint64>("bytes");
        for (const char *name : {"a.img.gz", "a.img.bz2"}) {
            const auto row = [name](const char *what, const QByteArray &behind, qint64 bytes) {
                QTest::addRow("%s, %s", name, what) << QString::fromLatin1(name) << behind << bytes;
            };
            row("a line end", "\n", 1);
            row("OpenWrt's metadata", QByteArray("{\"a\":1}\0\0FWx0\1\2", 14), 14);
            row("as much as may be", QByteArray(64 * 1024, 'm'), 64 * 1024);
            row("zeros", QByteArray(9'000, '\0'), 0);
            row("zeros by the megabyte", QByteArray(3'000'000, '\0'), 0);
            row("zeros, then a byte", QByteArray(9'000, '\0') + 'x', 9'001);
        }
    }

    void tellsOfWhatItIgnores()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, behind);
        QFETCH(qint64, bytes);
        append(name, behind);
        QVERIFY(m_bench->sh(u"sha256sum %1 > SHA256SUMS"_s.arg(name)));
        const auto made = m_bench->import(name);
        QVERIFY2(made.ok(), made ? "" : qPrintable(made.failure().detail));
        QVERIFY(ImportBench::contentOf(*made->pack) == m_image);
        QCOMPARE(made->checkedBy, QStringList{u"SHA256SUMS"_s}); // of all of the file
        const QList<ImageWarning> told{{ImageWarningCode::TrailingBytes, 0, bytes, {}}};
        QCOMPARE(ImportBench::warningsOf(*made, ImageWarningCode::TrailingBytes),
                 bytes > 0 ? told : QList<ImageWarning>());
    }

    // More than a note, or the rest of the image behind a damaged head.
    void refusesWhatMayBeOfTheImage_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("behind");
        for (const char *name : {"a.img.gz", "a.img.bz2"}) {
            const auto row = [name](const char *what, const QByteArray &behind) {
                QTest::addRow("%s, %s", name, what) << QString::fromLatin1(name) << behind;
            };
            const bool isGzip = QByteArray(name).endsWith("gz");
            row("too much", QByteArray(64 * 1024 + 1, 'm'));
            row("a damaged head", isGzip ? QByteArray("\x1f\x8a\x08\0xxxx", 8) : "B_h91AY&SYxx");
            row("a head further on", isGzip ? "xxx\x1f\x8b\x08\1xxx" : "xxxBZh91AY&SYxx");
        }
        QTest::newRow("xz: a line end") << u"a.img.xz"_s << QByteArray("\n");
        QTest::newRow("xz: three zeros") << u"a.img.xz"_s << QByteArray(3, '\0');
        QTest::newRow("zstd: a line end") << u"a.img.zst"_s << QByteArray("\n");
        QTest::newRow("zstd: zeros") << u"a.img.zst"_s << QByteArray(512, '\0');
        QTest::newRow("gzip: half a member") << u"a.img.gz"_s << QByteArray("\x1f\x8b\x08\0", 4);
    }

    void refusesWhatMayBeOfTheImage()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, behind);
        append(name, behind);
        const auto made = m_bench->import(name);
        QVERIFY(!made.ok());
        QVERIFY2(made.failure().code == FailureCode::ImageCorrupt,
                 qPrintable(made.failure().detail));
        QVERIFY(m_bench->nothingIsLeft());
    }

private:
    void append(const QString &name, const QByteArray &bytes)
    {
        QFile file(m_bench->path(name));
        QVERIFY(file.open(QIODevice::Append) && file.write(bytes) == bytes.size());
    }

    std::unique_ptr<ImportBench> m_bench;
    QByteArray m_image;
};

QTEST_GUILESS_MAIN(TestTrailingBytes)
#include "tst_trailing_bytes.moc"
