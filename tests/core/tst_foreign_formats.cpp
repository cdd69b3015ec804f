// SPDX-License-Identifier: GPL-3.0-or-later
// Files that no device can start from, and those that only look like one.
#include "core/import/foreign_format.h"
#include "core/import_bench.h"

#include <QTest>
#include <QtEndian>

#include <memory>

using namespace Qt::StringLiterals;
using protocol::FailureCode;

namespace
{

constexpr qint64 mib = imaging::chunkBytes;

// A boot sector with one partition.
void addTable(QByteArray &image)
{
    image[446] = char(0x80);
    image[446 + 4] = 0x0c;
    image[446 + 9] = 8;
    image[446 + 13] = 4;
    image[510] = char(0x55);
    image[511] = char(0xaa);
}

// As far as the format's magic goes, with contents behind it.
QByteArray begunBy(const QByteArray &magic, qsizetype at = 0)
{
    QByteArray image(at, '\0');
    return image + magic + samples::noise(2 * mib, 3);
}

} // namespace

class TestForeignFormats : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_bench = std::make_unique<ImportBench>(); }

    void refusesByName_data()
    {
        QTest::addColumn<QByteArray>("image");
        QTest::addColumn<QString>("format");
        const auto row = [](const char *format, const QByteArray &image) {
            QTest::newRow(format) << image << QString::fromLatin1(format);
        };
        row("QEMU disk image (qcow2)", begunBy(QByteArray("QFI\xfb\0\0\0\3", 8)));
        row("QEMU disk image (qcow)", begunBy(QByteArray("QFI\xfb\0\0\0\1", 8)));
        row("VMware disk image (VMDK)", begunBy("KDMV"));
        row("VMware disk descriptor (VMDK)", "# Disk DescriptorFile\nversion=1\n");
        row("Hyper-V disk image (VHDX)", begunBy("vhdxfile"));
        row("VirtualBox disk image (VDI)", begunBy("\x7f\x10\xda\xbe", 0x40));
        row("Android sparse image", begunBy("\x3a\xff\x26\xed"));
        row("Windows executable", begunBy(QByteArray("MZ\x90\0", 4)));
        row("Linux executable (ELF)", begunBy("\x7f"
                                              "ELF\2\1\1"));
        row("Linux kernel", begunBy("ARM\x64", 56));
        row("ISO 9660 image of a CD or DVD", begunBy("CD001", 32769));
        row("PDF document", begunBy("%PDF-1.7\n"));
        row("HTML page", "\xef\xbb\xbf \n<!doctype HTML><html><body>404</body></html>\n");
        row("tar archive", begunBy("ustar", 257));
        row("cpio archive", begunBy("070701"));
        row("7-Zip archive", begunBy("7z\xbc\xaf\x27\x1c"));
        row("pointer of Git LFS instead of the file",
            "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 7\n");
        row("text", "Not found.\n");
        row("nothing but zeros", QByteArray(qsizetype(3 * mib + 512), '\0'));
        QByteArray fixedVhd = begunBy(QByteArray());
        row("Virtual PC disk image (VHD)", fixedVhd + "conectix" + QByteArray(504, '\1'));
        row("Apple disk image (DMG)", fixedVhd + "koly" + QByteArray(508, '\1'));
    }

    // Raw and in a compressed file, and where the end is alone in its chunk.
    void refusesByName()
    {
        QFETCH(QByteArray, image);
        QFETCH(QString, format);
        m_bench->write(u"a.img"_s, image);
        QVERIFY(m_bench->sh(u"gzip -1 -k a.img"_s));
        refuses(u"a.img"_s, FailureCode::ImageFormatForeign, u"a.img: "_s + format);
        refuses(u"a.img.gz"_s, FailureCode::ImageFormatForeign, u"a.img.gz: "_s + format);
    }

    // Wrapped once and no more.
    void refusesWhatIsPackedTwice_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("format");
        QTest::newRow("gzip") << u"gzip -1 -c a.img"_s << u"gzip-compressed"_s;
        QTest::newRow("xz") << u"xz -0 -c a.img"_s << u"xz-compressed"_s;
        QTest::newRow("bzip2") << u"bzip2 -1 -c a.img"_s << u"bzip2-compressed"_s;
        QTest::newRow("zstd") << u"zstd -q -1 -c a.img"_s << u"zstd-compressed"_s;
        QTest::newRow("zip") << u"zip -q -1 - a.img"_s << u"zip archive"_s;
        QTest::newRow("tar") << u"tar -c a.img"_s << u"tar archive"_s;
        QTest::newRow("cpio") << u"echo a.img | cpio -o -H newc --quiet"_s << u"cpio archive"_s;
    }

    void refusesWhatIsPackedTwice()
    {
        QFETCH(QString, command);
        QFETCH(QString, format);
        if (format.startsWith("cpio"_L1) && !m_bench->sh(u"command -v cpio > /dev/null"_s))
            QSKIP("cpio is not installed");
        m_bench->write(u"a.img"_s, samples::noise(100'000, 2));
        QVERIFY(m_bench->sh(command + u" > b.img; xz -0 -k b.img"_s));
        refuses(u"b.img"_s, FailureCode::ImageFormatForeign, format);
        refuses(u"b.img.xz"_s, FailureCode::ImageFormatForeign, format);
    }

    void refusesAPackUnderAnotherName()
    {
        QVERIFY(samples::writePack(m_bench->path(u"a.img"_s), samples::mixed(3 * mib)));
        refuses(u"a.img"_s, FailureCode::ImageFormatForeign, u"zstd-compressed"_s);
    }

    // Made before this was looked at.
    void refusesAPackOfOursOfOne_data()
    {
        QTest::addColumn<QByteArray>("image");
        QTest::newRow("qcow2") << begunBy(QByteArray("QFI\xfb\0\0\0\3", 8));
        QTest::newRow("zeros") << QByteArray(qsizetype(3 * mib), '\0');
    }

    void refusesAPackOfOursOfOne()
    {
        QFETCH(QByteArray, image);
        QVERIFY(samples::writePack(m_bench->path(u"ours.img.zst"_s), image));
        refuses(u"ours.img.zst"_s, FailureCode::ImageFormatForeign, u"ours.img.zst: "_s);
    }

    // Whatever else it looks like: a disk image is never refused.
    void takesWhatHasATable_data()
    {
        QTest::addColumn<QByteArray>("image");
        QTest::addColumn<bool>("isGpt");
        for (const bool isGpt : {false, true}) {
            const QByteArray table = isGpt ? "GPT: " : "MBR: ";
            const auto row = [&](const char *what, const QByteArray &image) {
                QTest::newRow((table + what).constData()) << image << isGpt;
            };
            row("ISO that is a hybrid", begunBy("CD001", 32769));
            row("boot code like a program", begunBy(QByteArray("MZ\x90\0", 4)));
            row("boot code like gzip", begunBy("\x1f\x8b\x08"));
            row("a VHD's end", begunBy({}) + "conectix" + QByteArray(504, '\1'));
        }
    }

    void takesWhatHasATable()
    {
        QFETCH(QByteArray, image);
        QFETCH(bool, isGpt);
        image.replace(440, 72, QByteArray(72, '\0'));
        if (isGpt)
            image.replace(512, 8, "EFI PART");
        else
            addTable(image);
        takes(image);
    }

    void takesWhatIsUnknown_data()
    {
        QTest::addColumn<QByteArray>("image");
        QTest::newRow("noise") << samples::noise(mib, 1);
        QTest::newRow("erased flash") << QByteArray(qsizetype(mib), '\xff');
        QTest::newRow("one byte that is not zero")
            << QByteArray(qsizetype(2 * mib), '\0') + '\1' + QByteArray(511, '\0');
        QTest::newRow("squashfs") << begunBy("hsqs");
        QTest::newRow("text in front") << QByteArray(4096, 'x') + QByteArray(qsizetype(mib), '\0');
        QTest::newRow("one byte") << QByteArray("\1");
        QByteArray signature = samples::noise(mib, 1);
        signature[510] = char(0x55);
        signature[511] = char(0xaa);
        QTest::newRow("a signature and no table") << signature;
    }

    void takesWhatIsUnknown()
    {
        QFETCH(QByteArray, image);
        takes(image);
    }

    // A signature alone makes no disk of it.
    void isNotMisledByASignature()
    {
        QByteArray image = begunBy(QByteArray("QFI\xfb\0\0\0\3", 8));
        image[510] = char(0x55);
        image[511] = char(0xaa);
        image[446] = 1; // no status that there is
        m_bench->write(u"a.img"_s, image);
        refuses(u"a.img"_s, FailureCode::ImageFormatForeign, u"qcow2"_s);
    }

    void namesWhatANameIsWrongOf_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("said");
        const auto row = [](const QString &command, const QString &name, const QString &said) {
            QTest::addRow("%s as %s", qPrintable(command), qPrintable(name))
                << command << name << said;
        };
        row(u"gzip -c a.img"_s, u"b.img.xz"_s, u"says xz, its contents are: gzip-compressed"_s);
        row(u"xz -0 -c a.img"_s, u"b.img.gz"_s, u"says gzip, its contents are: xz-compressed"_s);
        row(u"zip -q - a.img"_s, u"b.img.zst"_s, u"says zstd, its contents are: zip archive"_s);
        row(u"cat a.img"_s, u"b.img.bz2"_s, u"says bzip2, its contents are: disk image"_s);
        row(u"cat a.img"_s, u"b.zip"_s, u"says zip, its contents are: disk image"_s);
        row(u"echo '<html>'"_s, u"b.zip"_s, u"says zip, its contents are: HTML page"_s);
        row(u"cat noise"_s, u"b.img.gz"_s, u"says gzip, its contents are something else"_s);
    }

    void namesWhatANameIsWrongOf()
    {
        QFETCH(QString, command);
        QFETCH(QString, name);
        QFETCH(QString, said);
        QByteArray image = samples::noise(100'000, 2);
        image.replace(440, 72, QByteArray(72, '\0'));
        addTable(image);
        m_bench->write(u"a.img"_s, image);
        m_bench->write(u"noise"_s, samples::noise(9'000, 3));
        QVERIFY(m_bench->sh(u"%1 > %2"_s.arg(command, name)));
        refuses(name, FailureCode::ImageFormatUnknown, said);
    }

    void saysThatAZipIsCut()
    {
        m_bench->write(u"a.img"_s, samples::noise(100'000, 2));
        QVERIFY(m_bench->sh(u"zip -q -1 b.zip a.img; truncate -s 50000 b.zip"_s));
        refuses(u"b.zip"_s, FailureCode::ImageCorrupt, u"cut off"_s);
    }

    // Nothing is damaged there: to copy the file again would not help.
    void saysThatAZipIsTooLargeForItsMaker()
    {
        const qint64 size = (qint64(1) << 32) + mib;
        const auto number = [](qint64 value, int bytes) {
            const quint32 wrapped = qToLittleEndian(quint32(value));
            return QByteArray(reinterpret_cast<const char *>(&wrapped), bytes);
        };
        // APPNOTE 4.3.7, 4.3.12 and 4.3.16: method 0, no date, a checksum, both sizes, a name.
        const QByteArray common = QByteArray(10, '\0') + number(0x12345678, 4) + number(size, 4) +
                                  number(size, 4) + number(5, 2);
        const QByteArray head =
            "PK\3\4" + number(20, 2) + common.sliced(2) + number(0, 2) + "a.img";
        const QByteArray entry = "PK\1\2" + number(20, 2) + number(20, 2) + common.sliced(2) +
                                 QByteArray(16, '\0') + "a.img";
        const qint64 at = head.size() + size;
        const QByteArray end = "PK\5\6" + number(0, 4) + number(1, 2) + number(1, 2) +
                               number(entry.size(), 4) + number(at, 4) + number(0, 2);
        QFile file(m_bench->write(u"b.zip"_s, head));
        QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(at));
        QCOMPARE(file.write(entry + end), entry.size() + end.size());
        file.close();
        refuses(u"b.zip"_s, FailureCode::ArchiveUnsuitable, u"larger than 4 GiB"_s);
    }

private:
    void refuses(const QString &name, FailureCode code, const QString &said)
    {
        const auto made = m_bench->import(name);
        QVERIFY(!made.ok());
        QVERIFY2(made.failure().detail.contains(said), qPrintable(made.failure().detail));
        QCOMPARE(made.failure().code, code);
        QVERIFY(m_bench->nothingIsLeft());
    }

    void takes(const QByteArray &image)
    {
        m_bench->write(u"a.img"_s, image);
        const auto made = m_bench->import(u"a.img"_s);
        QVERIFY2(made.ok(), made ? "" : qPrintable(made.failure().detail));
        QVERIFY(ImportBench::contentOf(*made->pack) == image);
    }

    std::unique_ptr<ImportBench> m_bench;
};

QTEST_GUILESS_MAIN(TestForeignFormats)
#include "tst_foreign_formats.moc"
