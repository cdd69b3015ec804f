// SPDX-License-Identifier: GPL-3.0-or-later
// How sums are written down, and by which names.
#include "core/import/sidecar_names.h"
#include "core/import/sidecar_text.h"
#include "core/import/sum_file.h"
#include "core/map_writer.h"

#include <QStringConverter>
#include <QTest>

using namespace Qt::StringLiterals;
using core::SidecarKind;
using imaging::ChecksumType;
using Hash = QCryptographicHash;

class TestSumFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsSums_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("name");
        const QByteArray sum = bench::hex("x");
        const auto row = [](const char *what, const QByteArray &text, const QString &name) {
            QTest::newRow(what) << text << name;
        };
        row("text", sum + "  a.img\n", u"a.img"_s);
        row("binary", sum + " *a.img\n", u"a.img"_s);
        row("folder", sum + "  ./out/a.img\r\n", u"a.img"_s);
        row("blanks", sum + "  a b.img\n", u"a b.img"_s);
        row("capitals", sum.toUpper() + "  a.img", u"a.img"_s);
        row("a blank in front", "  " + sum + "  a.img\n", u"a.img"_s);
        row("one tab", sum + "\ta.img\n", u"a.img"_s);
        row("Windows' folder", sum + " *out\\a.img\r\n", u"a.img"_s);
        row("Windows' folder, escaped", '\\' + sum + " *C:\\\\out\\\\a.img\r\n", u"a.img"_s);
        row("tag", "SHA256 (a.img) = " + sum + "\n", u"a.img"_s);
        row("OpenSSL 1", "SHA256(a.img)= " + sum + "\n", u"a.img"_s);
        row("OpenSSL 3", "SHA2-256(a.img)= " + sum + "\n", u"a.img"_s);
        row("bare", sum + "\n", u""_s);
        row("of its input", sum + "  -\n", u""_s);
        row("labelled", "SHA256: " + sum + "\n", u""_s);
        row("labelled as shell", "sha256sum=" + sum + "\n", u""_s);
        row("name first", "a.img: " + sum + "\n", u"a.img"_s);
        row("certutil", "SHA256 hash of a.img:\r\n" + sum + "\r\nCertUtil: done.\r\n", u"a.img"_s);
        row("certutil, German", "SHA256-Hash von out\\a.img:\r\n" + sum + "\r\n", u"a.img"_s);
        row("certutil, Windows 7",
            "SHA256 hash of file a.img:\r\n" + sum.toUpper() + "\r\nCertUtil: done.\r\n",
            u"a.img"_s);
        const QByteArray pairs = QByteArray::fromHex(sum).toHex(' ');
        row("certutil, in pairs", "SHA256 hash of file a.img:\r\n" + pairs + "\r\n", u"a.img"_s);
        const QByteArray head = "\r\nAlgorithm       Hash             Path\r\n"
                                "---------       ----             ----\r\n";
        row("Get-FileHash", head + "SHA256          " + sum.toUpper() + "   C:\\out\\a.img\r\n\r\n",
            u"a.img"_s);
        row("Get-FileHash, blanks",
            head + "SHA256          " + sum.toUpper() + "   C:\\my out\\a b.img\r\n", u"a b.img"_s);
        row("Get-FileHash, cut off",
            head + "SHA256          " + sum.toUpper() + "   C:\\my o...\r\n", u""_s);
        row("Get-FileHash, list",
            "\r\nAlgorithm : SHA256\r\nHash      : " + sum.toUpper() +
                "\r\nPath      : C:\\out\\a.img\r\n\r\n",
            u"a.img"_s);
        row("Get-FileHash, list over several lines",
            "Algorithm : SHA256\r\nHash      : " + sum.first(40) + "\r\n            " +
                sum.sliced(40) + "\r\nPath      : C:\\out\\a.\r\n            img\r\n",
            u"a.img"_s);
        row("Export-Csv",
            "\"Algorithm\",\"Hash\",\"Path\"\r\n\"SHA256\",\"" + sum + "\",\"C:\\out\\a.img\"\r\n",
            u"a.img"_s);
    }

    void readsSums()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, name);
        const QList<core::SumLine> wanted{
            {name, ChecksumType::Sha256, QString::fromLatin1(bench::hex("x"))}};
        QCOMPARE(core::parseSums(QString::fromUtf8(text)), wanted);

        const QByteArray others = "\n# a comment\nSHA512 (a.img) = 12\n" +
                                  bench::hex("y", Hash::Sha1) +
                                  "  a.img\nBLAKE2s (a.img) = " + bench::hex("y") +
                                  "\nSHA512/256 (a.img) = " + bench::hex("y");
        QCOMPARE(core::parseSums(QString::fromUtf8(text + others)), wanted);
        QCOMPARE(core::parseSums(QString::fromUtf8(text).remove(u'\r').replace(u'\n', u'\r')),
                 wanted);
        const QByteArray clearSigned = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" +
                                       text + "\n-----BEGIN PGP SIGNATURE-----\n\n" +
                                       bench::hex("z") + "\n-----END PGP SIGNATURE-----\n";
        QCOMPARE(core::parseSums(QString::fromUtf8(clearSigned)), wanted);
    }

    void readsSha512()
    {
        const QByteArray sum = bench::hex("x", Hash::Sha512);
        const QList<core::SumLine> wanted{
            {u"a.img"_s, ChecksumType::Sha512, QString::fromLatin1(sum)}};
        for (const QByteArray &text :
             {sum + "  a.img\n", "SHA512 (a.img) = " + sum, "SHA2-512(a.img)= " + sum,
              "SHA512          " + sum.toUpper() + "   C:\\a.img\r\n",
              "Algorithm : SHA512\nHash      : " + sum + "\nPath      : C:\\a.img\n"})
            QCOMPARE(core::parseSums(QString::fromUtf8(text)), wanted);
        QVERIFY(core::parseSums(QString::fromUtf8("SHA256 (a.img) = " + sum)).isEmpty());
    }

    void readsEveryEncoding_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const QString text = u"0123456789 ä.img\n"_s;
        const auto encoded = [&text](QStringConverter::Encoding encoding, bool withMark) {
            QStringEncoder encoder(encoding, withMark ? QStringConverter::Flag::WriteBom
                                                      : QStringConverter::Flag::Default);
            return QByteArray(encoder.encode(text));
        };
        QTest::newRow("UTF-8") << encoded(QStringConverter::Utf8, false);
        QTest::newRow("UTF-8, marked") << encoded(QStringConverter::Utf8, true);
        QTest::newRow("UTF-16 LE, marked") << encoded(QStringConverter::Utf16LE, true);
        QTest::newRow("UTF-16 BE, marked") << encoded(QStringConverter::Utf16BE, true);
        QTest::newRow("UTF-16 LE") << encoded(QStringConverter::Utf16LE, false);
        QTest::newRow("UTF-16 BE") << encoded(QStringConverter::Utf16BE, false);
        QTest::newRow("Latin-1") << encoded(QStringConverter::Latin1, false);
    }

    void readsEveryEncoding()
    {
        QFETCH(QByteArray, bytes);
        QCOMPARE(core::decodeText(bytes), u"0123456789 ä.img\n"_s);
    }

    void knowsNames_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<SidecarKind>("kind");
        const auto rows = [](SidecarKind kind, const QStringList &names) {
            for (const QString &name : names)
                QTest::newRow(qPrintable(name)) << name << kind;
        };
        rows(SidecarKind::Sums,
             {u"g.img.xz.sha256"_s, u"g.img.xz.sha256sum"_s, u"g.img.xz.SHA256"_s,
              u"g.img.sha256"_s, u"g.sha256"_s, u"g.img.xz.sha"_s, u"g.img.xz.sha512"_s,
              u"g.img.xz.sha512sum"_s, u"g.img.xz.sha256.txt"_s, u"g.img.xz.CHECKSUM"_s,
              u"g.img.xz-CHECKSUM"_s, u"g.img.xz.sha256.asc"_s, u"g.img.xz.DIGESTS"_s});
        rows(SidecarKind::OtherSums, {u"g.img.xz.md5"_s, u"g.img.xz.MD5"_s, u"g.img.sha1"_s,
                                      u"g.md5sum"_s, u"g.img.bmap.zip"_s});
        rows(SidecarKind::Bmap,
             {u"g.img.xz.bmap"_s, u"g.img.bmap"_s, u"g.bmap"_s, u"g.img.bmap.gz"_s, u"g.BMAP"_s,
              u"g.img.bmap.xz"_s, u"g.bmap.BZ2"_s, u"g.img.xz.bmap.zst"_s});
        rows(SidecarKind::List,
             {u"SHA256SUMS"_s, u"sha256sums"_s, u"sha256sum.txt"_s, u"SHA512SUMS"_s, u"SHA256"_s,
              u"CHECKSUM"_s, u"checksums.txt"_s, u"SHASUMS256.txt"_s, u"SHA256SUMS.asc"_s});
        rows(SidecarKind::OtherList, {u"MD5SUMS"_s, u"md5sum.txt"_s, u"SHA1SUMS"_s, u"B2SUMS"_s});
        rows(SidecarKind::NamedList,
             {u"Fedora-41-aarch64-CHECKSUM"_s, u"CHECKSUM.SHA256-FreeBSD-14"_s,
              u"tool_1.2_checksums.txt"_s, u"release-SHA256SUMS"_s});
        // What is another image's, a signature, or no sum at all.
        rows(SidecarKind::None, {u"h.img.sha256"_s, u"g-v1.img.xz.sha256"_s, u"SHA256SUMS.gpg"_s,
                                 u"g.img.xz.asc"_s, u"g.img.bmap.asc"_s, u"g.img.xz.sig"_s,
                                 u"README"_s, u"g.txt"_s, u"g.img"_s, u"g.img.xz"_s});
    }

    void knowsNames()
    {
        QFETCH(QString, name);
        QFETCH(SidecarKind, kind);
        const core::ImageNames image = core::imageNames(u"/x/g.img.xz"_s, u"g.img"_s);
        QCOMPARE(core::sidecarNameOf(name, image).kind, kind);
        const bool mayTell =
            kind != SidecarKind::None || name.startsWith(u'h') || name.startsWith("g-"_L1);
        QCOMPARE(core::isSidecarName(name), mayTell);
    }
};

QTEST_GUILESS_MAIN(TestSumFile)
#include "tst_sum_file.moc"
