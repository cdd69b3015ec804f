// SPDX-License-Identifier: GPL-3.0-or-later
// Published sums beside an image, and what is said of those that were not checked.
#include "core/sidecar_bench.h"

#include <QStringConverter>

using namespace bench;
using Hash = QCryptographicHash;

class TestImageSidecars : public SidecarBench
{
    Q_OBJECT

private Q_SLOTS:
    void init() { prepare(); }

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
        QCOMPARE(made->unchecked, QStringList{u"SHA256SUMS"_s});
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
        QTest::newRow("another sum") << u"a.img.sha256"_s << hex("x", Hash::Sha1);
        QTest::newRow("several others")
            << u"a.img.xz.sha256sum"_s << sum + "  b.img\n" + sum + "  c.img\n";
        QTest::newRow("half a sum") << u"a.img.xz.SHA512"_s << sum.first(63);
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
        QVERIFY(m_bench->sh(u"head -c 2M /dev/zero > a.img.sha256"_s));
        refuses(u"a.img"_s, FailureCode::SidecarUnusable, u"a.img.sha256"_s);
    }

    // A list may be about anything: it is named, and blocks no image of its folder.
    void namesAHugeListAsUnchecked()
    {
        make(u"a.img.xz"_s);
        QVERIFY(m_bench->sh(u"head -c 2M /dev/zero > hashes.txt"_s));
        QVERIFY(m_bench->sh(u"head -c 2M /dev/zero > SHA256SUMS"_s));
        takes(u"a.img"_s, {}, {u"SHA256SUMS"_s, u"hashes.txt"_s});
    }

    // Of the file, or of the image in it, whatever the sum's file is named after.
    void comparesWithBoth_data()
    {
        QTest::addColumn<QString>("image");
        QTest::addColumn<QString>("sumFile");
        QTest::addColumn<QString>("subject");
        QTest::addColumn<QString>("named");
        const auto row = [](const QString &image, const QString &sumFile, const QString &subject,
                            const QString &named = {}) {
            QTest::addRow("%s in %s, as %s", qPrintable(subject), qPrintable(sumFile),
                          qPrintable(named))
                << image << sumFile << subject << named;
        };
        row(u"a.img.gz"_s, u"a.img.sha256"_s, u"a.img"_s);
        row(u"a.img.gz"_s, u"a.img.sha256"_s, u"a.img.gz"_s);
        row(u"a.img.gz"_s, u"a.img.gz.sha256"_s, u"a.img"_s);
        row(u"a.img.gz"_s, u"a.img.gz.sha256"_s, u"a.img"_s, u"a.img.gz"_s);
        row(u"a.img.gz"_s, u"a.img.gz.sha256"_s, u"a.img"_s, u"a.img"_s);
        row(u"a.img.xz"_s, u"a.sha256"_s, u"a.img"_s);
        row(u"a.img.xz"_s, u"a.sha256"_s, u"a.img.xz"_s);
        row(u"a.img.xz"_s, u"SHA256SUMS"_s, u"a.img.xz"_s, u"a.img"_s);
        row(u"z.zip"_s, u"z.zip.sha256"_s, u"a.img"_s);
        row(u"z.zip"_s, u"a.img.sha256"_s, u"z.zip"_s);
        row(u"z.zip"_s, u"z.sha256"_s, u"a.img"_s);
    }

    void comparesWithBoth()
    {
        QFETCH(QString, image);
        QFETCH(QString, sumFile);
        QFETCH(QString, subject);
        QFETCH(QString, named);
        make(image);
        const QByteArray name = named.isEmpty() ? QByteArray() : "  " + named.toLatin1();
        m_bench->write(sumFile, fileSum(subject) + name + '\n');
        takes(image, {sumFile});
        m_bench->write(sumFile, hex("other") + name + '\n');
        refuses(image, FailureCode::ChecksumMismatch, QString::fromLatin1(fileSum(image)));
        refuses(image, FailureCode::ChecksumMismatch, QString::fromLatin1(hex(m_image)));
    }

    void checksEveryName_data()
    {
        QTest::addColumn<QString>("sumFile");
        QTest::addColumn<bool>("isNamed");
        for (const char *name : {"sha256sums", "CHECKSUM", "Fedora-41-CHECKSUM", "SHA256SUMS.asc"})
            QTest::newRow(name) << QString::fromLatin1(name) << true;
        for (const char *name : {"a.img.xz.sha", "a.img.xz.SHA256", "a.img.xz.sha256.txt",
                                 "a.img.sha256sums", "a.img.xz.CHECKSUM"})
            QTest::newRow(name) << QString::fromLatin1(name) << false;
    }

    void checksEveryName()
    {
        QFETCH(QString, sumFile);
        QFETCH(bool, isNamed);
        make(u"a.img.xz"_s);
        const QByteArray name = isNamed ? "  a.img.xz\n" : "\n";
        const QByteArray begin = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n";
        const QByteArray end = "-----BEGIN PGP SIGNATURE-----\n";
        m_bench->write(sumFile, begin + fileSum(u"a.img.xz"_s) + name + end);
        takes(u"a.img.xz"_s, {sumFile});
        m_bench->write(sumFile, begin + hex("other") + name + end);
        refuses(u"a.img.xz"_s, FailureCode::ChecksumMismatch, sumFile);
    }

    void checksSha512_data()
    {
        QTest::addColumn<QString>("sumFile");
        QTest::newRow("list") << u"SHA512SUMS"_s;
        QTest::newRow("of the file") << u"a.img.gz.sha512"_s;
        QTest::newRow("in a list of SHA-256") << u"SHA256SUMS"_s;
    }

    void checksSha512()
    {
        QFETCH(QString, sumFile);
        make(u"a.img.gz"_s);
        QVERIFY(m_bench->sh(u"sha512sum a.img.gz > "_s + sumFile));
        takes(u"a.img.gz"_s, {sumFile});
        const QByteArray right = samples::readFile(m_bench->path(sumFile));
        m_bench->write(sumFile, hex("other", Hash::Sha512) + right.sliced(128));
        refuses(u"a.img.gz"_s, FailureCode::ChecksumMismatch, sumFile);
    }

    // PowerShell's > writes UTF-16, and the table of Get-FileHash.
    void readsWhatPowerShellWrites()
    {
        make(u"a.img.gz"_s);
        const auto table = [](const QByteArray &sum) {
            return u"\r\nAlgorithm       Hash       Path\r\n---------       ----       ----\r\n"
                   "SHA256          %1       C:\\out\\a.img.gz\r\n\r\n\r\n"_s.arg(
                       QString::fromLatin1(sum.toUpper()));
        };
        const auto write = [this](const QString &text) {
            QStringEncoder encoder(QStringConverter::Utf16LE, QStringConverter::Flag::WriteBom);
            m_bench->write(u"SHA256SUMS"_s, encoder.encode(text));
        };
        write(table(fileSum(u"a.img.gz"_s)));
        takes(u"a.img.gz"_s, {u"SHA256SUMS"_s});
        write(table(hex("other")));
        refuses(u"a.img.gz"_s, FailureCode::ChecksumMismatch, u"SHA256SUMS"_s);
    }

    // Everything but the signature, and what is another image's.
    void namesWhatItDoesNotCheck()
    {
        make(u"a.img.xz"_s);
        for (const char *name : {"a.img.xz.md5", "MD5SUMS", "a.img.SHA1", "SHA512SUMS", "a.sha256",
                                 "SHA256SUMS.asc", "a.img.xz.asc", "b.img.md5", "notes.txt"})
            m_bench->write(QString::fromLatin1(name), "nothing that anybody reads\n");
        m_bench->write(u"x-CHECKSUM"_s, "SHA1 (a.img.xz) = " + hex("x", Hash::Sha1));
        m_bench->write(u"y-CHECKSUM"_s, "SHA1 (b.img) = " + hex("x", Hash::Sha1));
        takes(u"a.img.xz"_s, {},
              {u"a.img.SHA1"_s, u"a.img.xz.md5"_s, u"a.sha256"_s, u"MD5SUMS"_s, u"SHA512SUMS"_s,
               u"x-CHECKSUM"_s});
    }

    // A list of several folders has one name more than once.
    void takesOneOfSeveralOfOneName()
    {
        make(u"a.img.xz"_s);
        const QByteArray sum = fileSum(u"a.img.xz"_s);
        const QByteArray other = hex("other");
        m_bench->write(u"SHA256SUMS"_s, other + "  arm/a.img.xz\n" + sum + "  a.img.xz\n");
        takes(u"a.img.xz"_s, {u"SHA256SUMS"_s});
        m_bench->write(u"SHA256SUMS"_s, other + "  arm/a.img.xz\n" + other + "  a.img.xz\n");
        refuses(u"a.img.xz"_s, FailureCode::ChecksumMismatch, u"SHA256SUMS"_s);
    }

    // Sums and maps that were packed together with the image.
    void checksWhatIsInTheZip_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        const QByteArray image = samples::noise(3 * mib + 1000, 5);
        const QByteArray other = samples::noise(3 * mib + 1000, 6);
        const auto row = [](const QString &name, const QByteArray &right, const QByteArray &wrong) {
            QTest::addRow("%s, right", qPrintable(name)) << name << right;
            QTest::addRow("%s, wrong", qPrintable(name)) << name << wrong;
        };
        row(u"a.img.sha256"_s, hex(image), hex(other));
        row(u"SHA256SUMS"_s, hex(image) + "  a.img\n", hex(other) + "  a.img\n");
        row(u"a.bmap"_s, MapWriter{}.write(image, {{0, 768}}),
            MapWriter{}.write(other, {{0, 768}}));
    }

    void checksWhatIsInTheZip()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, content);
        m_bench->write(u"a.img"_s, m_image);
        m_bench->write(name, content);
        QVERIFY(m_bench->sh(
            u"mkdir d; mv a.img %1 d; echo x > d/._%1; zip -q -1 -r z.zip d"_s.arg(name)));
        const bool isRight = QByteArray(QTest::currentDataTag()).endsWith("right");
        const QString shown = u"z.zip/d/"_s + name;
        if (isRight)
            takes(u"z.zip"_s, {shown});
        else
            refuses(u"z.zip"_s, FailureCode::ChecksumMismatch, shown);
    }
};

QTEST_GUILESS_MAIN(TestImageSidecars)
#include "tst_image_sidecars.moc"
