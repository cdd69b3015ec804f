// SPDX-License-Identifier: GPL-3.0-or-later
// That the zstd command, which knows nothing of us, gives the image back.
#include "samples.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using protocol::chunkBytes;

class TestPackCommandLine : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void zstdGivesTheImage_data()
    {
        QTest::addColumn<qint64>("size");
        const qint64 chunk = chunkBytes;
        QTest::newRow("one byte") << qint64(1);
        QTest::newRow("under a chunk") << qint64(700'001);
        QTest::newRow("one chunk") << chunk;
        QTest::newRow("a chunk and a byte, which is zero") << chunk + 1;
        QTest::newRow("exactly five chunks") << 5 * chunk;
        QTest::newRow("512-byte tail") << 5 * chunk + 512;
        QTest::newRow("512-byte tail of noise") << 6 * chunk + 512;
    }

    void zstdGivesTheImage()
    {
        const QString zstd = QStandardPaths::findExecutable(u"zstd"_s);
        if (zstd.isEmpty())
            QSKIP("the zstd command is not installed");
        QFETCH(qint64, size);
        const QTemporaryDir dir;
        const QByteArray image = samples::mixed(size, 77);
        const QString path = dir.filePath(u"tool.img.zst"_s);
        QVERIFY(samples::writePack(path, image));
        QProcess tool;
        tool.start(zstd, {u"-dc"_s, path});
        QVERIFY(tool.waitForFinished());
        QCOMPARE(tool.readAllStandardError(), QByteArray());
        QCOMPARE(tool.exitCode(), 0);
        QVERIFY(tool.readAllStandardOutput() == image);
    }
};

QTEST_GUILESS_MAIN(TestPackCommandLine)
#include "tst_pack_command_line.moc"
