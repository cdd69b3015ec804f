// SPDX-License-Identifier: GPL-3.0-or-later
// Published sums and bmaps beside an image.
#include "core/import/bmap.h"
#include "core/import/sum_file.h"
#include "core/import_bench.h"

#include <QCryptographicHash>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using protocol::FailureCode;
using Hash = QCryptographicHash;

namespace
{

constexpr qint64 mib = imaging::chunkBytes;
constexpr qint64 block = 4096;

QByteArray hex(const QByteArray &bytes, Hash::Algorithm algorithm = Hash::Sha256)
{
    return Hash::hash(bytes, algorithm).toHex();
}

struct MapWriter {
    QByteArray version = "2.0";
    QByteArray type = "sha256";
    Hash::Algorithm algorithm = Hash::Sha256;
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
            lines += QByteArray("<Range ") + (old ? "sha1" : "chksum") + "=\"" +
                     hex(bytes, algorithm) + "\"> " + blocks + " </Range>\n";
            mapped += last + 1 - first;
        }
        const QByteArray own = old ? "BmapFileSHA1" : "BmapFileChecksum";
        QByteArray xml = "<?xml version=\"1.0\" ?>\n<!-- a comment -->\n<bmap version=\"" +
                         version + "\">\n" + element("ImageSize", image.size()) +
                         element("BlockSize", block) +
                         element("BlocksCount", (image.size() + block - 1) / block) +
                         element("MappedBlocksCount", mapped);
        if (!old)
            xml += "<ChecksumType> " + type + " </ChecksumType>\n";
        const QByteArray zeros(hex({}, algorithm).size(), '0');
        if (withOwn)
            xml += "<" + own + "> " + zeros + " </" + own + ">\n";
        xml += "<BlockMap>\n" + lines + "</BlockMap>\n</bmap>\n";
        return withOwn ? xml.replace("> " + zeros + " <", "> " + hex(xml, algorithm) + " <") : xml;
    }

private:
    static QByteArray element(const QByteArray &name, qint64 number)
    {
        return "<" + name + "> " + QByteArray::number(number) + " </" + name + ">\n";
    }
};

} // namespace

class TestImageSidecars : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_bench = std::make_unique<ImportBench>();
        m_image = samples::noise(3 * mib + 1000, 5);
    }

    void readsSums_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("name");
        const QByteArray sum = hex("x");
        QTest::newRow("text") << sum + "  a.img\n" << u"a.img"_s;
        QTest::newRow("binary") << sum + " *a.img\n" << u"a.img"_s;
        QTest::newRow("folder") << sum + "  ./out/a.img\r\n" << u"a.img"_s;
        QTest::newRow("blanks") << sum + "  a b.img\n" << u"a b.img"_s;
        QTest::newRow("capitals") << sum.toUpper() + "  a.img" << u"a.img"_s;
        QTest::newRow("tag") << "SHA256 (a.img) = " + sum + "\n" << u"a.img"_s;
        QTest::newRow("OpenSSL 1") << "SHA256(a.img)= " + sum + "\n" << u"a.img"_s;
        QTest::newRow("OpenSSL 3") << "SHA2-256(a.img)= " + sum + "\n" << u"a.img"_s;
        QTest::newRow("bare") << sum + "\n" << u""_s;
        QTest::newRow("of its input") << sum + "  -\n" << u""_s;
    }

    void readsSums()
    {
        QFETCH(QByteArray, line);
        QFETCH(QString, name);
        const auto sums =
            core::parseSums("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + line +
                            "\nSHA512 (a.img) = 12\n" + hex("y", Hash::Sha1) + "  a.img\n");
        QCOMPARE(sums.size(), 1);
        QCOMPARE(sums[0].name, name);
        QCOMPARE(imaging::toHex(sums[0].digest).toLatin1(), hex("x"));
    }

    void checksSums_data()
    {
        QTest::addColumn<QString>("image");
        QTest::addColumn<QString>("sumFile");
        QTest::addColumn<QString>("command");
        const auto row = [](const QString &image, const QString &sumFile, const QString &command) {
            QTest::addRow("%s, %s: %s", qPrintable(image), qPrintable(sumFile), qPrintable(command))
                << image << sumFile << command;
        };
        row(u"a.img"_s, u"SHA256SUMS"_s, u"sha256sum *.img*"_s);
        row(u"a.img.xz"_s, u"SHA256SUMS"_s, u"sha256sum *.img*"_s);
        row(u"a.img.xz"_s, u"SHA256SUMS"_s, u"sha256sum a.img"_s);
        row(u"a.img.gz"_s, u"a.img.gz.sha256"_s, u"sha256sum a.img.gz"_s);
        row(u"a.img.gz"_s, u"a.img.gz.sha256"_s, u"sha256sum < a.img.gz | cut -c -64"_s);
        row(u"a.img.gz"_s, u"a.img.sha256"_s, u"sha256sum < a.img | cut -c -64"_s);
        row(u"a.img.bz2"_s, u"sha256sums.txt"_s, u"sha256sum --tag a.img.bz2 b.img"_s);
        row(u"a.img.zst"_s, u"a.img.zst.sha256sum"_s, u"sha256sum a.img.zst"_s);
        row(u"z.zip"_s, u"SHA256SUMS"_s, u"sha256sum z.zip"_s);
        row(u"z.zip"_s, u"a.sha256"_s, u"sha256sum a.img"_s);
    }

    void checksSums()
    {
        QFETCH(QString, image);
        QFETCH(QString, sumFile);
        QFETCH(QString, command);
        make(image);
        QVERIFY(m_bench->sh(command + u" > "_s + sumFile));
        const auto made = m_bench->import(image);
        QVERIFY2(made.ok(), made ? "" : qPrintable(made.failure().detail));
        QCOMPARE(made->checkedBy, QStringList{sumFile});
        QCOMPARE(ImportBench::contentOf(*made->pack), m_image);

        // The same with another file's sum.
        QVERIFY(m_bench->sh(u"mkdir other; cp *.* other; cd other; "
                            "for f in *.img* z.zip; do echo other > $f; done; "
                            "%1 > ../%2"_s.arg(command, sumFile)));
        const auto refused = m_bench->import(image);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.failure().code, FailureCode::ChecksumMismatch);
        const QString detail = refused.failure().detail;
        QVERIFY2(detail.contains(sumFile), qPrintable(detail));
        QVERIFY(detail.contains(QString::fromLatin1(hex("other\n"))));
        const bool ofTheFile = command.contains(image);
        const QByteArray subject = ofTheFile || image == "a.img"_L1 || command.contains('*'_L1)
                                       ? samples::readFile(m_bench->path(image))
                                       : m_image;
        QVERIFY2(detail.contains(QString::fromLatin1(hex(subject))), qPrintable(detail));
        QVERIFY(m_bench->nothingIsLeft());
    }

    void checksAPackOfOurs_data()
    {
        QTest::addColumn<QString>("subject");
        QTest::newRow("file") << u"ours.img.zst"_s;
        QTest::newRow("image") << u"ours.img"_s;
    }

    void checksAPackOfOurs()
    {
        QFETCH(QString, subject);
        QVERIFY(samples::writePack(m_bench->path(u"ours.img.zst"_s), m_image));
        m_bench->write(u"ours.img"_s, m_image);
        QVERIFY(m_bench->sh(u"sha256sum %1 > SHA256SUMS"_s.arg(subject)));
        const auto made = m_bench->import(u"ours.img.zst"_s);
        QVERIFY2(made.ok(), made ? "" : qPrintable(made.failure().detail));
        QCOMPARE(made->checkedBy, QStringList{u"SHA256SUMS"_s});
        m_bench->write(u"SHA256SUMS"_s, hex("other") + "  " + subject.toLatin1() + '\n');
        refuses(u"ours.img.zst"_s, FailureCode::ChecksumMismatch, u"ours.img.zst: SHA256SUMS"_s);
    }

    // A sum of a name that is not the image's proves nothing, and is not said to.
    void leavesOtherSumsAlone()
    {
        make(u"a.img.xz"_s);
        m_bench->write(u"SHA256SUMS"_s, hex("other") + "  other.img\n");
        const auto made = m_bench->import(u"a.img.xz"_s);
        QVERIFY(made.ok());
        QVERIFY(made->checkedBy.isEmpty());
    }

    // People rename what they fetched, and its sum with it.
    void takesASumUnderAnotherName_data()
    {
        QTest::addColumn<QString>("image");
        QTest::addColumn<QString>("sumFile");
        QTest::newRow("compressed") << u"a.img.xz"_s << u"a.img.xz.sha256"_s;
        QTest::newRow("raw") << u"a.img"_s << u"a.img.sha256"_s;
    }

    void takesASumUnderAnotherName()
    {
        QFETCH(QString, image);
        QFETCH(QString, sumFile);
        make(image);
        const QByteArray sum = hex(samples::readFile(m_bench->path(image)));
        m_bench->write(sumFile, sum + "  2026-11-golden.img.xz\n");
        const auto made = m_bench->import(image);
        QVERIFY2(made.ok(), made ? "" : qPrintable(made.failure().detail));
        QCOMPARE(made->checkedBy, QStringList{sumFile});
        m_bench->write(sumFile, hex("other") + "  2026-11-golden.img.xz\n");
        refuses(image, FailureCode::ChecksumMismatch, sumFile);
    }

    void takesABareSumOfARawImage()
    {
        make(u"a.img"_s);
        m_bench->write(u"a.sha256"_s, hex(m_image) + '\n');
        const auto made = m_bench->import(u"a.img"_s);
        QVERIFY2(made.ok(), made ? "" : qPrintable(made.failure().detail));
        QCOMPARE(made->checkedBy, QStringList{u"a.sha256"_s});
        m_bench->write(u"a.sha256"_s, hex("other") + '\n');
        refuses(u"a.img"_s, FailureCode::ChecksumMismatch, u"a.sha256"_s);
    }

    // What is named after the image and says nothing of it would let people think it was checked.
    void refusesASumFileThatStatesNone_data()
    {
        QTest::addColumn<QString>("sumFile");
        QTest::addColumn<QByteArray>("content");
        const QByteArray sum = hex("other");
        QTest::newRow("nothing") << u"a.img.xz.sha256"_s << QByteArray();
        QTest::newRow("an error page") << u"a.img.xz.sha256"_s << QByteArray("<html>404</html>");
        QTest::newRow("another sum") << u"a.img.sha256"_s << hex("x", Hash::Sha512);
        QTest::newRow("several others")
            << u"a.img.xz.sha256sum"_s << sum + "  b.img\n" + sum + "  c.img\n";
        QTest::newRow("of which file?") << u"a.sha256"_s << sum;
    }

    void refusesASumFileThatStatesNone()
    {
        QFETCH(QString, sumFile);
        QFETCH(QByteArray, content);
        make(u"a.img.xz"_s);
        m_bench->write(sumFile, content);
        refuses(u"a.img.xz"_s, FailureCode::SidecarUnusable, sumFile);
    }

    void refusesAHugeSumFile()
    {
        make(u"a.img.xz"_s);
        QVERIFY(m_bench->sh(u"head -c 2M /dev/zero > SHA256SUMS"_s));
        refuses(u"a.img"_s, FailureCode::SidecarUnusable, u"SHA256SUMS"_s);
    }

    void maps_data()
    {
        QTest::addColumn<QByteArray>("version");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<int>("algorithm");
        QTest::addColumn<QString>("image");
        QTest::addColumn<QString>("name");
        const auto row = [](const char *version, const char *type, Hash::Algorithm algorithm,
                            const QString &image, const QString &name) {
            QTest::addRow("%s %s %s", version, type, qPrintable(name))
                << QByteArray(version) << QByteArray(type) << int(algorithm) << image << name;
        };
        row("1.3", "sha1", Hash::Sha1, u"a.img"_s, u"a.img.bmap"_s);
        row("1.4", "sha256", Hash::Sha256, u"a.img.xz"_s, u"a.bmap"_s);
        row("2.0", "sha256", Hash::Sha256, u"a.img.gz"_s, u"a.img.bmap"_s);
        row("2.0", "sha512", Hash::Sha512, u"a.img.zst"_s, u"a.img.zst.bmap"_s);
        row("2.0", "sha1", Hash::Sha1, u"z.zip"_s, u"a.bmap"_s);
        row("2.0", "sha256", Hash::Sha256, u"a.img"_s, u"a.bmap"_s);
    }

    // What is not mapped becomes zero, in the middle of a chunk and whole chunks.
    void maps()
    {
        QFETCH(QByteArray, version);
        QFETCH(QByteArray, type);
        QFETCH(int, algorithm);
        QFETCH(QString, image);
        QFETCH(QString, name);
        make(image);
        const qint64 last = (m_image.size() - 1) / block;
        const MapWriter writer{version, type, Hash::Algorithm(algorithm)};
        m_bench->write(name, writer.write(m_image, {{0, 0}, {3, 300}, {700, last}}));
        const auto made = m_bench->import(image);
        QVERIFY2(made.ok(), made ? "" : qPrintable(made.failure().detail));
        QCOMPARE(made->checkedBy, QStringList{name});
        QByteArray wanted = m_image;
        wanted.replace(block, 2 * block, QByteArray(2 * block, '\0'));
        wanted.replace(301 * block, 399 * block, QByteArray(399 * block, '\0'));
        QVERIFY(ImportBench::contentOf(*made->pack) == wanted);
    }

    void takesWholeChunksOut()
    {
        make(u"a.img.xz"_s);
        m_bench->write(u"a.bmap"_s, MapWriter{}.write(m_image, {{0, 255}, {600, 600}}));
        const auto made = m_bench->import(u"a.img.xz"_s);
        QVERIFY(made.ok());
        const auto &map = made->pack->tail().map();
        QCOMPARE(map.entry(0).kind, imaging::ChunkKind::Data);
        QCOMPARE(map.entry(1).kind, imaging::ChunkKind::Zero);
        QCOMPARE(map.entry(2).kind, imaging::ChunkKind::Data);
        QCOMPARE(map.entry(3).kind, imaging::ChunkKind::Zero);
    }

    // A sparse file's holes may be mapped all the same.
    void readsHolesAsZeros()
    {
        m_image = QByteArray(qsizetype(2 * mib), '\0') + samples::noise(mib, 2);
        m_bench->write(u"a.img"_s, {});
        QFile file(m_bench->path(u"a.img"_s));
        QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(2 * mib));
        QCOMPARE(file.write(m_image.last(mib)), mib);
        file.close();
        m_bench->write(u"a.bmap"_s, MapWriter{}.write(m_image, {{0, 767}}));
        QVERIFY(m_bench->sh(u"sha256sum a.img > SHA256SUMS"_s));
        const auto made = m_bench->import(u"a.img"_s);
        QVERIFY2(made.ok(), made ? "" : qPrintable(made.failure().detail));
        QCOMPARE(made->checkedBy, (QStringList{u"SHA256SUMS"_s, u"a.bmap"_s}));
        QVERIFY(ImportBench::contentOf(*made->pack) == m_image);
    }

    void namesTheRange()
    {
        make(u"a.img.xz"_s);
        QByteArray other = m_image;
        other[5 * block] = char(other[5 * block] ^ 1);
        m_bench->write(u"a.bmap"_s, MapWriter{}.write(other, {{0, 3}, {4, 6}, {9, 20}}));
        const auto made = m_bench->import(u"a.img.xz"_s);
        QVERIFY(!made.ok());
        QCOMPARE(made.failure().code, FailureCode::ChecksumMismatch);
        const QString detail = made.failure().detail;
        for (const QString &part :
             {u"a.bmap"_s, u"bytes %1 to %2"_s.arg(4 * block).arg(7 * block - 1),
              QString::fromLatin1(hex(other.mid(4 * block, 3 * block))),
              QString::fromLatin1(hex(m_image.mid(4 * block, 3 * block)))})
            QVERIFY2(detail.contains(part), qPrintable(detail));
        QVERIFY(m_bench->nothingIsLeft());
    }

    void wantsTheSameSize_data()
    {
        QTest::addColumn<qint64>("change");
        for (const qint64 change : {-mib, -block, qint64(-1), qint64(1), block, mib})
            QTest::addRow("%lld", static_cast<long long>(change)) << change;
    }

    void wantsTheSameSize()
    {
        QFETCH(qint64, change);
        make(u"a.img.xz"_s);
        QByteArray other = m_image;
        other.resize(qsizetype(other.size() + change));
        m_bench->write(u"a.bmap"_s, MapWriter{}.write(other, {{0, 3}}));
        refuses(u"a.img"_s, FailureCode::ChecksumMismatch, QString::number(other.size()));
        refuses(u"a.img.xz"_s, FailureCode::ChecksumMismatch, QString::number(other.size()));
    }

    void refusesADamagedMap()
    {
        make(u"a.img.xz"_s);
        QByteArray map = MapWriter{}.write(m_image, {{0, 3}});
        m_bench->write(u"a.bmap"_s, map.replace("a comment", "A comment"));
        refuses(u"a.img"_s, FailureCode::ChecksumMismatch, u"a.bmap"_s);
    }

    void refusesWhatIsNoMap_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        const auto row = [](const char *what, const QByteArray &before, const QByteArray &after) {
            QTest::newRow(what) << before << after;
        };
        row("version", "version=\"2.0\"", "version=\"3.0\"");
        row("no bmap", "bmap", "map");
        row("cut", "</bmap>", "");
        row("image size", "> 40960 <", "> 0 <");
        row("no size", "ImageSize", "Size");
        row("negative", "> 40960 <", "> -40960 <");
        row("huge", "> 40960 <", "> 9223372036854775807 <");
        row("block size", "> 4096 <", "> 0 <");
        row("blocks", "<BlocksCount> 10 ", "<BlocksCount> 11 ");
        row("mapped blocks", "<MappedBlocksCount> 6 ", "<MappedBlocksCount> 7 ");
        row("no mapped blocks", "MappedBlocksCount", "Mapped");
        row("all ranges elsewhere", "Range", "range");
        row("checksum type", "sha256", "md5");
        row("overlap", "> 5-6 <", "> 3-4 <");
        row("backwards", "> 5-6 <", "> 6-5 <");
        row("beyond", "> 5-6 <", "> 9-10 <");
        row("no range", "> 5-6 <", "> 5- <");
        row("no number", "> 5-6 <", "> five <");
        row("short checksum", "chksum=\"", "chksum=\"0");
    }

    void refusesWhatIsNoMap()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        const QByteArray image = samples::noise(10 * block, 1);
        MapWriter writer;
        writer.withOwn = false;
        const QByteArray map = writer.write(image, {{0, 3}, {5, 6}});
        QVERIFY(core::parseBmap(map).ok());
        const auto parsed = core::parseBmap(QByteArray(map).replace(before, after));
        QVERIFY(!parsed.ok());
        QCOMPARE(parsed.failure().code, FailureCode::SidecarUnusable);
    }

    // An image of zeros alone is what that would make of any image.
    void refusesAMapOfNothing()
    {
        const auto parsed = core::parseBmap(MapWriter{}.write(samples::noise(10 * block, 1), {}));
        QVERIFY(!parsed.ok());
        QCOMPARE(parsed.failure().code, FailureCode::SidecarUnusable);
    }

    // As "bmaptool create --no-checksum" makes them: honoured, but nothing was checked.
    void claimsNoCheckByAMapWithoutSums_data()
    {
        QTest::addColumn<int>("without");
        QTest::newRow("all") << 2;
        QTest::newRow("the last") << 1;
    }

    void claimsNoCheckByAMapWithoutSums()
    {
        QFETCH(int, without);
        make(u"a.img.xz"_s);
        MapWriter writer;
        writer.withOwn = false;
        QByteArray map = writer.write(m_image, {{0, 3}, {9, 20}});
        for (int i = 0; i < without; ++i) {
            const qsizetype at = map.lastIndexOf(" chksum=\"");
            map.remove(at, map.indexOf('>', at) - at);
        }
        m_bench->write(u"a.bmap"_s, map);
        const auto made = m_bench->import(u"a.img.xz"_s);
        QVERIFY2(made.ok(), made ? "" : qPrintable(made.failure().detail));
        QCOMPARE(made->checkedBy, QStringList());
        QCOMPARE(ImportBench::contentOf(*made->pack).mid(9 * block, block),
                 m_image.mid(9 * block, block));
        QCOMPARE(ImportBench::contentOf(*made->pack).mid(4 * block, block),
                 QByteArray(block, '\0'));
    }

    void takesAMapOfBmaptool()
    {
        if (!m_bench->sh(u"command -v bmaptool > /dev/null"_s))
            QSKIP("bmap-tools is not installed");
        QVERIFY(m_bench->sh(u"truncate -s 6M a.img; "
                            "dd if=/dev/urandom of=a.img bs=64k count=3 conv=notrunc status=none; "
                            "dd if=/dev/urandom of=a.img bs=64k count=9 seek=70 conv=notrunc "
                            "status=none; bmaptool -q create -o a.img.bmap a.img; "
                            "xz -1 -k a.img"_s));
        const QByteArray image = samples::readFile(m_bench->path(u"a.img"_s));
        const auto made = m_bench->import(u"a.img.xz"_s);
        QVERIFY2(made.ok(), made ? "" : qPrintable(made.failure().detail));
        QCOMPARE(made->checkedBy, QStringList{u"a.img.bmap"_s});
        QVERIFY(ImportBench::contentOf(*made->pack) == image);
        QVERIFY(m_bench->sh(u"dd if=/dev/zero of=a.img bs=64k count=1 seek=72 conv=notrunc "
                            "status=none; xz -1 -k -f a.img"_s));
        refuses(u"a.img.xz"_s, FailureCode::ChecksumMismatch, u"a.img.bmap"_s);
    }

private:
    // The image, another one, and of the first what `name` says.
    void make(const QString &name)
    {
        static const QMap<QString, QString> tools{
            {u"a.img"_s, u":"_s},
            {u"a.img.xz"_s, u"xz -0 -k a.img"_s},
            {u"a.img.gz"_s, u"gzip -1 -k a.img"_s},
            {u"a.img.bz2"_s, u"bzip2 -1 -k a.img"_s},
            {u"a.img.zst"_s, u"zstd -q -1 a.img"_s},
            {u"z.zip"_s, u"zip -q -1 z.zip a.img"_s},
        };
        m_bench->write(u"a.img"_s, m_image);
        m_bench->write(u"b.img"_s, "another");
        QVERIFY(tools.contains(name) && m_bench->sh(tools[name]));
    }

    void refuses(const QString &name, FailureCode code, const QString &said)
    {
        const auto made = m_bench->import(name);
        QVERIFY(!made.ok());
        QVERIFY2(made.failure().code == code, qPrintable(made.failure().detail));
        QVERIFY2(made.failure().detail.contains(said), qPrintable(made.failure().detail));
        QVERIFY(m_bench->nothingIsLeft());
    }

    std::unique_ptr<ImportBench> m_bench;
    QByteArray m_image;
};

QTEST_GUILESS_MAIN(TestImageSidecars)
#include "tst_image_sidecars.moc"
