// SPDX-License-Identifier: GPL-3.0-or-later
// Bmaps beside an image.
#include "core/import/bmap.h"
#include "core/sidecar_bench.h"

using namespace bench;
using Hash = QCryptographicHash;

class TestImageBmaps : public SidecarBench
{
    Q_OBJECT

private Q_SLOTS:
    void init() { prepare(); }

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

    // A map is a hint: what it leaves out, in the middle of a chunk and whole chunks, is taken as
    // it is, and told of.
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
        takes(image, {name});
        QCOMPARE(m_warnings, unmapped((2 + 399) * block, name));
    }

    // Where nothing is lost there is nothing to tell.
    void leavesZerosOut()
    {
        m_image.replace(256 * block, 2 * mib, QByteArray(qsizetype(2 * mib), '\0'));
        make(u"a.img.xz"_s);
        m_bench->write(u"a.bmap"_s, MapWriter{}.write(m_image, {{0, 255}, {768, 768}}));
        takes(u"a.img.xz"_s, {u"a.bmap"_s});
        QCOMPARE(m_warnings, QList<core::ImageWarning>());
    }

    // What is stored has the published sum, and the map that leaves a part of it out proves the
    // rest.
    void storesWhatThePublishedSumIsOf_data()
    {
        QTest::addColumn<QString>("image");
        QTest::newRow("raw") << u"a.img"_s;
        QTest::newRow("compressed") << u"a.img.gz"_s;
    }

    void storesWhatThePublishedSumIsOf()
    {
        QFETCH(QString, image);
        make(image);
        QVERIFY(m_bench->sh(u"sha256sum a.img > SHA256SUMS"_s));
        m_bench->write(u"a.bmap"_s, MapWriter{}.write(m_image, {{0, 149}, {151, 768}}));
        takes(image, {u"SHA256SUMS"_s, u"a.bmap"_s});
        QCOMPARE(m_warnings, unmapped(block, u"a.bmap"_s));
    }

    // Only the last block, which is no whole one, is left out.
    void tellsOfTheTail()
    {
        make(u"a.img.xz"_s);
        m_bench->write(u"a.bmap"_s, MapWriter{}.write(m_image, {{0, 767}}));
        takes(u"a.img.xz"_s, {u"a.bmap"_s});
        QCOMPARE(m_warnings, unmapped(1000, u"a.bmap"_s));
    }

    // One is of an older image.
    void takesTheMapThatFits_data()
    {
        QTest::addColumn<QByteArray>("first");
        const QByteArray other = samples::noise(3 * mib + 1000, 6);
        QTest::newRow("other contents") << MapWriter{}.write(other, {{0, 3}});
        QTest::newRow("another size") << MapWriter{}.write(other.first(2 * mib), {{0, 3}});
        QTest::newRow("rubbish") << QByteArray("<html>404</html>");
    }

    void takesTheMapThatFits()
    {
        QFETCH(QByteArray, first);
        make(u"a.img.xz"_s);
        m_bench->write(u"a.bmap"_s, first);
        m_bench->write(u"a.img.bmap"_s, MapWriter{}.write(m_image, {{0, 768}}));
        takes(u"a.img.xz"_s, {u"a.img.bmap"_s}, {u"a.bmap"_s});
        m_bench->write(u"a.img.bmap"_s, first);
        const auto made = m_bench->import(u"a.img.xz"_s);
        QVERIFY(!made.ok());
        QVERIFY2(made.failure().detail.contains("a.bmap"_L1), qPrintable(made.failure().detail));
    }

    void readsEveryMap_data()
    {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("name");
        QTest::newRow("UTF-16 LE")
            << u"(printf '\\377\\376'; iconv -t UTF-16LE m) > a.bmap"_s << u"a.bmap"_s;
        QTest::newRow("UTF-16 BE")
            << u"(printf '\\376\\377'; iconv -t UTF-16BE m) > a.bmap"_s << u"a.bmap"_s;
        QTest::newRow("marked") << u"(printf '\\357\\273\\277'; cat m) > a.bmap"_s << u"a.bmap"_s;
        QTest::newRow("CR LF") << u"sed 's/$/\\r/' m > a.bmap"_s << u"a.bmap"_s;
        QTest::newRow("gzip") << u"gzip -c m > a.img.bmap.gz"_s << u"a.img.bmap.gz"_s;
        QTest::newRow("xz") << u"xz -c m > a.img.bmap.xz"_s << u"a.img.bmap.xz"_s;
        QTest::newRow("bzip2") << u"bzip2 -c m > a.bmap.bz2"_s << u"a.bmap.bz2"_s;
        QTest::newRow("zstd") << u"zstd -q -c m > a.img.xz.bmap.ZST"_s << u"a.img.xz.bmap.ZST"_s;
        QTest::newRow("xz, two streams")
            << u"(head -c 99 m | xz; tail -c +100 m | xz) > a.bmap.xz"_s << u"a.bmap.xz"_s;
        QTest::newRow("UTF-16 in zstd")
            << u"(printf '\\377\\376'; iconv -t UTF-16LE m) | zstd -q > a.bmap.zst"_s
            << u"a.bmap.zst"_s;
        QTest::newRow("clear-signed") << u"(echo '-----BEGIN PGP SIGNED MESSAGE-----'; "
                                         "echo 'Hash: SHA256'; echo; cat m; "
                                         "echo '-----BEGIN PGP SIGNATURE-----'; echo; echo iQ==; "
                                         "echo '-----END PGP SIGNATURE-----') > a.bmap"_s
                                      << u"a.bmap"_s;
    }

    void readsEveryMap()
    {
        QFETCH(QString, change);
        QFETCH(QString, name);
        make(u"a.img.xz"_s);
        m_bench->write(u"m"_s, MapWriter{}.write(m_image, {{0, 3}, {5, 768}}));
        QVERIFY(m_bench->sh(change));
        takes(u"a.img.xz"_s, {name});
        QCOMPARE(m_warnings, unmapped(block, name));
        QVERIFY(m_bench->sh(u"sed -i 's/a comment/A comment/' m; "_s + change));
        refuses(u"a.img.xz"_s, FailureCode::SidecarUnusable, name);
    }

    // bmaptool(1) signs a copy, and takes that for the map.
    void readsWhatGpgSigned()
    {
        if (!m_bench->sh(u"command -v gpg > /dev/null"_s))
            QSKIP("gpg is not installed");
        make(u"a.img.xz"_s);
        m_bench->write(u"m"_s, MapWriter{}.write(m_image, {{0, 768}}));
        QVERIFY(m_bench->sh(u"mkdir -m 700 k; gpg --homedir k -q --batch --passphrase '' "
                            "--quick-gen-key t@example.org default default never; "
                            "gpg --homedir k -q --batch --clearsign -o a.bmap m; "
                            "gpgconf --homedir k --kill all"_s));
        takes(u"a.img.xz"_s, {u"a.bmap"_s});
    }

    void packedMaps_data()
    {
        QTest::addColumn<QString>("pack");
        QTest::addColumn<QString>("name");
        QTest::newRow("gzip") << u"gzip -1"_s << u"a.bmap.gz"_s;
        QTest::newRow("xz") << u"xz -0"_s << u"a.bmap.xz"_s;
        QTest::newRow("bzip2") << u"bzip2 -1"_s << u"a.bmap.bz2"_s;
        QTest::newRow("zstd") << u"zstd -q -1"_s << u"a.bmap.zst"_s;
    }

    void refusesAPackedMapThatIsTooLarge_data() { packedMaps_data(); }
    void refusesAPackedMapThatIsTooLarge()
    {
        QFETCH(QString, pack);
        QFETCH(QString, name);
        make(u"a.img.xz"_s);
        QVERIFY(m_bench->sh(u"head -c 80M /dev/zero | %1 > %2"_s.arg(pack, name)));
        refuses(u"a.img.xz"_s, FailureCode::SidecarUnusable,
                u"%1: unpacks to more than"_s.arg(name));
    }

    // Cut off, a byte changed in the middle, packed otherwise than its name says, and of no bytes:
    // the map is named as what is at fault, never the image.
    void refusesAPackedMapThatIsDamaged_data() { packedMaps_data(); }
    void refusesAPackedMapThatIsDamaged()
    {
        QFETCH(QString, pack);
        QFETCH(QString, name);
        make(u"a.img.xz"_s);
        m_bench->write(u"m"_s, MapWriter{}.write(m_image, {{0, 3}, {5, 768}}));
        QVERIFY(m_bench->sh(u"%1 < m > %2"_s.arg(pack, name)));
        const QByteArray whole = samples::readFile(m_bench->path(name));
        QByteArray flipped = whole;
        flipped[whole.size() / 2] = char(flipped[whole.size() / 2] ^ 0x55);
        const QByteArray plain = samples::readFile(m_bench->path(u"m"_s));
        for (const QByteArray &bytes :
             {whole.chopped(5), flipped, plain, QByteArray("\x1f\x8b"), QByteArray()}) {
            m_bench->write(name, bytes);
            refuses(u"a.img.xz"_s, FailureCode::SidecarUnusable, name);
        }
        m_bench->write(name, whole);
        takes(u"a.img.xz"_s, {name});
    }

    // One that fits is enough, whatever the other is.
    void takesTheMapBesideADamagedOne()
    {
        make(u"a.img.xz"_s);
        m_bench->write(u"a.img.bmap"_s, MapWriter{}.write(m_image, {{0, 768}}));
        QVERIFY(m_bench->sh(u"xz -c a.img.bmap | head -c 100 > a.bmap.xz"_s));
        takes(u"a.img.xz"_s, {u"a.img.bmap"_s}, {u"a.bmap.xz"_s});
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

    // The map is at fault then, not the image.
    void refusesADamagedMap()
    {
        make(u"a.img.xz"_s);
        QByteArray map = MapWriter{}.write(m_image, {{0, 3}});
        m_bench->write(u"a.bmap"_s, map.replace("a comment", "A comment"));
        refuses(u"a.img"_s, FailureCode::SidecarUnusable, u"a.bmap: it was changed"_s);
    }

    void saysWhatIsMissing_data()
    {
        QTest::addColumn<QByteArray>("map");
        QTest::addColumn<QString>("said");
        const QByteArray map = MapWriter{"1.2"}.write(samples::noise(10 * block, 1), {{0, 3}});
        QVERIFY(core::parseBmap(map).ok());
        QTest::newRow("no size") << QByteArray(map).replace("ImageSize", "Size")
                                 << u"does not state the sizes"_s;
        QTest::newRow("negative") << QByteArray(map).replace("> 40960 <", "> -1 <")
                                  << u"does not state the sizes"_s;
        QTest::newRow("no mapped blocks") << QByteArray(map).replace("MappedBlocksCount", "Mapped")
                                          << u"how many blocks are mapped"_s;
        const QByteArray laughs = "<!DOCTYPE bmap [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>";
        QTest::newRow("entities") << QByteArray(map).replace("<bmap", laughs + "<bmap")
                                  << u"document type"_s;
    }

    void saysWhatIsMissing()
    {
        QFETCH(QByteArray, map);
        QFETCH(QString, said);
        const auto parsed = core::parseBmap(map);
        QVERIFY(!parsed.ok());
        QCOMPARE(parsed.failure().code, FailureCode::SidecarUnusable);
        QVERIFY2(parsed.failure().detail.contains(said), qPrintable(parsed.failure().detail));
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

    // It would say nothing of any image.
    void refusesAMapOfNothing()
    {
        const auto parsed = core::parseBmap(MapWriter{}.write(samples::noise(10 * block, 1), {}));
        QVERIFY(!parsed.ok());
        QCOMPARE(parsed.failure().code, FailureCode::SidecarUnusable);
    }

    // As "bmaptool create --no-checksum" and versions before 1.3 make them: its size is held to,
    // but nothing was checked.
    void claimsNoCheckByAMapWithoutSums_data()
    {
        QTest::addColumn<QByteArray>("version");
        QTest::addColumn<int>("without");
        QTest::newRow("all") << QByteArray("2.0") << 2;
        QTest::newRow("the last") << QByteArray("2.0") << 1;
        QTest::newRow("version 1.2") << QByteArray("1.2") << 0;
        QTest::newRow("version 1.0") << QByteArray("1.0") << 0;
    }

    void claimsNoCheckByAMapWithoutSums()
    {
        QFETCH(QByteArray, version);
        QFETCH(int, without);
        make(u"a.img.xz"_s);
        MapWriter writer{version};
        writer.withOwn = false;
        QByteArray map = writer.write(m_image, {{0, 3}, {9, 768}});
        for (int i = 0; i < without; ++i) {
            const qsizetype at = map.lastIndexOf(" chksum=\"");
            map.remove(at, map.indexOf('>', at) - at);
        }
        m_bench->write(u"a.bmap"_s, map);
        takes(u"a.img.xz"_s, {}, {u"a.bmap"_s});
        QCOMPARE(m_warnings, unmapped(5 * block, u"a.bmap"_s));
        m_image.chop(1);
        make(u"a.img"_s);
        refuses(u"a.img"_s, FailureCode::ChecksumMismatch, u"a.bmap"_s);
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
    static QList<core::ImageWarning> unmapped(qint64 bytes, const QString &name)
    {
        return {{core::ImageWarningCode::UnmappedData, 0, bytes, name}};
    }
};

QTEST_GUILESS_MAIN(TestImageBmaps)
#include "tst_image_bmaps.moc"
