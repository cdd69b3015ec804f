// SPDX-License-Identifier: GPL-3.0-or-later
// Images in compressed files and archives, as the real tools make them, and everything that can be
// wrong with such files.
#include "core/import_bench.h"

#include <QTest>
#include <QtEndian>

#include <clocale>
#include <functional>
#include <future>
#include <memory>
#include <thread>

using namespace Qt::StringLiterals;
using protocol::FailureCode;

namespace
{

constexpr qint64 mib = imaging::chunkBytes;

// How the tools make an image file, by its name's end.
const QMap<QString, QString> tools{
    {u"img.xz"_s, u"xz -1 -c a.img > a.img.xz"_s},
    {u"img.gz"_s, u"gzip -1 -c a.img > a.img.gz"_s},
    {u"img.bz2"_s, u"bzip2 -1 -c a.img > a.img.bz2"_s},
    {u"img.zst"_s, u"zstd -q -1 -c a.img > a.img.zst"_s},
    {u"zip"_s, u"zip -q -1 a.zip a.img"_s},
};

// All zeros would be no disk.
QByteArray nearlyEmpty(qint64 bytes)
{
    QByteArray image(qsizetype(bytes), '\0');
    image[1000] = 1;
    return image;
}

QByteArray flipped(QByteArray bytes, qsizetype at)
{
    bytes[at] = char(bytes[at] ^ 0x10);
    return bytes;
}

} // namespace

class TestImageFormats : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_bench = std::make_unique<ImportBench>();
        m_image = samples::mixed(5 * mib + 512);
    }

    void takes_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("command");
        for (auto it = tools.cbegin(); it != tools.cend(); ++it)
            QTest::newRow(qPrintable(it.key())) << u"a."_s + it.key() << it.value();
        const auto row = [](const char *what, const QString &name, const QString &command) {
            QTest::newRow(what) << name << command.arg(name);
        };
        row("wic", u"a.wic.xz"_s, u"xz -1 -c a.img > %1"_s);
        row("raw, capitals", u"A.RAW.GZ"_s, u"gzip -c a.img > %1"_s);
        row("xz of several blocks", u"b.img.xz"_s, u"xz -1 -T2 --block-size=1MiB -c a.img > %1"_s);
        row("xz without a check", u"n.img.xz"_s, u"xz -1 --check=none -c a.img > %1"_s);
        row("xz padded", u"p.img.xz"_s, u"(xz -1 -c a.img; head -c 8 /dev/zero) > %1"_s);
        row("gzip padded", u"p.img.gz"_s, u"(gzip -c a.img; head -c 4096 /dev/zero) > %1"_s);
        row("zstd, long distance", u"l.img.zst"_s, u"zstd -q --long=27 -c a.img > %1"_s);
        row("zstd from a pipe", u"s.img.zst"_s, u"cat a.img | zstd -q -c > %1"_s);
        row("zstd with a skippable frame", u"k.img.zst"_s,
            u"(printf '\\120\\052\\115\\030\\004\\000\\000\\000abcd'; zstd -q -c a.img) > %1"_s);
        row("zip, stored", u"0.zip"_s, u"zip -q -0 %1 a.img"_s);
        row("zip of a pipe", u"-.zip"_s, u"mkdir d; cp a.img d; zip -q -1 -fd ./%1 d/a.img"_s);
        row("zip with papers", u"papers.img.zip"_s,
            u"echo read > r.txt; mkdir __MACOSX; cp r.txt __MACOSX/._a.img; "
            "zip -q -r %1 r.txt __MACOSX a.img"_s);
        const auto twoStreams =
            [](const char *what, const QString &tool, const QString &name) {
                QTest::newRow(what)
                    << name
                    << u"split -b 3M a.img part.; for p in part.a?; do %1 -c $p; done > %2"_s.arg(
                           tool, name);
            };
        twoStreams("two xz streams", u"xz -1"_s, u"two.img.xz"_s);
        twoStreams("two gzip members", u"gzip"_s, u"two.img.gz"_s);
        twoStreams("two bzip2 streams", u"bzip2"_s, u"two.img.bz2"_s);
        twoStreams("two zstd frames", u"zstd -q"_s, u"two.img.zst"_s);
    }

    void takes()
    {
        QFETCH(QString, name);
        QFETCH(QString, command);
        make(command);
        const auto made = m_bench->import(name);
        QVERIFY2(made.ok(), made ? "" : qPrintable(made.failure().detail));
        QCOMPARE(ImportBench::contentOf(*made->pack), m_image);
        QVERIFY(made->checkedBy.isEmpty());
        QCOMPARE(m_bench->control().done, QFileInfo(m_bench->path(name)).size());
    }

    // systemd starts services in the C locale.
    void takesNamesOfAnyLocale()
    {
        make(u"python3 -c 'import zipfile; zipfile.ZipFile(\"a.zip\", \"w\")"
             ".write(\"a.img\", \"B\\u00fccher/\\u7530.img\")'"_s);
        const QByteArray before = std::setlocale(LC_ALL, nullptr);
        std::setlocale(LC_ALL, "C");
        const auto made = m_bench->import(u"a.zip"_s);
        std::setlocale(LC_ALL, before.constData());
        QVERIFY2(made.ok(), made ? "" : qPrintable(made.failure().detail));
        QCOMPARE(ImportBench::contentOf(*made->pack), m_image);
    }

    void zerosTakeNoRoom()
    {
        m_image = nearlyEmpty(20 * mib);
        make(tools[u"img.xz"_s]);
        const auto made = m_bench->import(u"a.img.xz"_s);
        QVERIFY(made.ok());
        QCOMPARE(made->pack->tail().map().dataBytes(), mib);
        QCOMPARE(made->pack->tail().map().imageSize(), 20 * mib);
    }

    void refusesWhatIsCut_data() { everyFormat(); }
    void refusesWhatIsCut()
    {
        QFETCH(QString, format);
        makeSmall(format);
        const QByteArray whole = samples::readFile(m_bench->path(u"a."_s + format));
        const qsizetype size = whole.size();
        for (const qsizetype length : {size / 100, size / 3, size / 2, size - 12, size - 1}) {
            m_bench->write(u"a."_s + format, whole.first(length));
            refuses(u"a."_s + format, FailureCode::ImageCorrupt);
        }
    }

    // A changed byte is found, or it was one of those that say nothing of the image.
    void findsAChangedByte_data() { everyFormat(); }
    void findsAChangedByte()
    {
        QFETCH(QString, format);
        makeSmall(format);
        const QByteArray whole = samples::readFile(m_bench->path(u"a."_s + format));
        int found = 0;
        constexpr int steps = 24;
        for (int step = 0; step < steps; ++step) {
            const qsizetype at = (whole.size() - 1) * step / (steps - 1);
            m_bench->write(u"a."_s + format, flipped(whole, at));
            const auto made = m_bench->import(u"a."_s + format);
            found += made.ok() ? 0 : 1;
            QVERIFY2(!made || ImportBench::contentOf(*made->pack) == m_image,
                     qPrintable(u"byte %1"_s.arg(at)));
        }
        QVERIFY2(found >= steps - 2, qPrintable(u"%1 of %2"_s.arg(found).arg(steps)));
    }

    void refusesOtherContents_data() { everyFormat(); }
    void refusesOtherContents()
    {
        QFETCH(QString, format);
        m_bench->write(u"a."_s + format, samples::noise(100'000, 3));
        const auto made = m_bench->import(u"a."_s + format);
        QVERIFY(!made.ok());
        QCOMPARE(made.failure().code, FailureCode::ImageFormatUnknown);
        QVERIFY(m_bench->nothingIsLeft());
    }

    void refusesNothing_data() { everyFormat(); }
    void refusesNothing()
    {
        QFETCH(QString, format);
        m_image.clear();
        make(tools[format]);
        refuses(u"a."_s + format, FailureCode::ImageEmpty);
    }

    void refusesAWrongGzipTrailer_data()
    {
        QTest::addColumn<int>("fromEnd");
        QTest::newRow("length") << 4;
        QTest::newRow("CRC") << 8;
    }

    void refusesAWrongGzipTrailer()
    {
        QFETCH(int, fromEnd);
        makeSmall(u"img.gz"_s);
        const QByteArray whole = samples::readFile(m_bench->path(u"a.img.gz"_s));
        m_bench->write(u"a.img.gz"_s, flipped(whole, whole.size() - fromEnd));
        refuses(u"a.img.gz"_s, FailureCode::ImageCorrupt);
    }

    // zstd itself takes such a file only when it is told to, by --long=31.
    void refusesWhatNeedsTooMuchMemory()
    {
        make(u"cat a.img | zstd -q --long=31 -c > a.img.zst"_s);
        refuses(u"a.img.zst"_s, FailureCode::ArchiveUnsuitable);
    }

    // RFC 8878, 3.1.1.1.4: a frame of less than 256 bytes beyond 64 KiB states its size in 4 bytes,
    // behind magic, descriptor and no window, for it is a single segment.
    void refusesAWrongZstdSize()
    {
        m_image = samples::noise(200'000, 4);
        make(tools[u"img.zst"_s]);
        QByteArray bytes = samples::readFile(m_bench->path(u"a.img.zst"_s));
        const quint8 descriptor = quint8(bytes[4]);
        QCOMPARE(descriptor >> 6, 2);
        const qsizetype at = descriptor & 0x20 ? 5 : 6;
        QCOMPARE(qFromLittleEndian<quint32>(bytes.constData() + at), 200'000u);
        qToLittleEndian<quint32>(300'000, bytes.data() + at);
        m_bench->write(u"a.img.zst"_s, bytes);
        refuses(u"a.img.zst"_s, FailureCode::ImageCorrupt);
    }

    // APPNOTE 4.3.12: the directory's entry has the CRC at 16 and the sizes at 20 and 24.
    void refusesALyingZip_data()
    {
        QTest::addColumn<int>("field");
        QTest::addColumn<bool>("inDirectory");
        QTest::addColumn<bool>("inHead");
        const QList<std::pair<const char *, int>> fields{
            {"CRC", 16}, {"compressed size", 20}, {"size", 24}};
        for (const auto &[name, field] : fields) {
            QTest::addRow("%s", name) << field << true << true;
            QTest::addRow("%s, in the directory", name) << field << true << false;
            QTest::addRow("%s, in the entry's head", name) << field << false << true;
        }
    }

    void refusesALyingZip()
    {
        QFETCH(int, field);
        QFETCH(bool, inDirectory);
        QFETCH(bool, inHead);
        makeSmall(u"zip"_s);
        QByteArray bytes = samples::readFile(m_bench->path(u"a.zip"_s));
        const qsizetype directory = bytes.lastIndexOf(QByteArray("PK\1\2", 4));
        const qsizetype local = bytes.indexOf(QByteArray("PK\3\4", 4));
        QVERIFY(directory > 0 && local == 0);
        // The local head says the same, 2 bytes earlier: 14, 18 and 22.
        if (inDirectory)
            bytes = flipped(bytes, directory + field);
        if (inHead)
            bytes = flipped(bytes, local + field - 2);
        m_bench->write(u"a.zip"_s, bytes);
        refuses(u"a.zip"_s, FailureCode::ImageCorrupt);
    }

    // APPNOTE 4.4.5: 9 is Deflate64, as Windows makes it of large files. Nothing is damaged then.
    void doesNotCallAnotherMethodDamaged()
    {
        makeSmall(u"zip"_s);
        QByteArray bytes = samples::readFile(m_bench->path(u"a.zip"_s));
        const qsizetype directory = bytes.lastIndexOf(QByteArray("PK\1\2", 4));
        QCOMPARE(bytes[8], char(8));
        QCOMPARE(bytes[directory + 10], char(8));
        bytes[8] = bytes[directory + 10] = char(9);
        m_bench->write(u"a.zip"_s, bytes);
        refuses(u"a.zip"_s, FailureCode::ArchiveUnsuitable);
    }

    void stopsAtABomb_data() { everyFormat(); }
    void stopsAtABomb()
    {
        QFETCH(QString, format);
        m_image = nearlyEmpty(40 * mib);
        make(tools[format]);
        core::ImportLimits limits;
        limits.maxUnpackedBytes = 40 * mib - 1;
        refuses(u"a."_s + format, FailureCode::ImageTooLarge, limits);
        limits.maxUnpackedBytes = 40 * mib;
        QVERIFY(m_bench->import(u"a."_s + format, limits).ok());
    }

    void noImageIsThatEmpty_data() { everyFormat(); }
    void noImageIsThatEmpty()
    {
        QFETCH(QString, format);
        m_image = nearlyEmpty(40 * mib);
        make(tools[format]);
        const qint64 packed = QFileInfo(m_bench->path(u"a."_s + format)).size();
        core::ImportLimits limits;
        limits.bombBytes = 40 * mib - 1;
        limits.bombRatio = (m_image.size() - 1) / packed;
        QVERIFY(limits.bombRatio > 100);
        refuses(u"a."_s + format, FailureCode::ImageTooLarge, limits);
        limits.bombRatio += 1;
        QVERIFY(m_bench->import(u"a."_s + format, limits).ok());
        limits.bombBytes = 40 * mib;
        limits.bombRatio = 1;
        QVERIFY(m_bench->import(u"a."_s + format, limits).ok());
    }

    void howMuchAFileMayBecome()
    {
        const core::ImportLimits limits;
        const qint64 gib = 1024 * mib;
        QCOMPARE(limits.mostUnpacked(1), 16 * gib);
        QCOMPARE(limits.mostUnpacked(2 * mib), 16 * gib);
        QCOMPARE(limits.mostUnpacked(16 * mib), 128 * gib);
        QCOMPARE(limits.mostUnpacked(gib), 2048 * gib);
        QCOMPARE(limits.mostUnpacked(qint64(1) << 62), 2048 * gib);
    }

    void leavesRoomOnTheDisk()
    {
        m_image = samples::noise(12 * mib, 4);
        make(tools[u"img.xz"_s]);
        core::ImportLimits limits;
        limits.reserveBytes = qint64(1) << 60;
        refuses(u"a.img.xz"_s, FailureCode::StorageFull, limits);
    }

    void wantsExactlyOneImage_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("said");
        QTest::newRow("two") << u"cp a.img b.wic; zip -q z.zip a.img b.wic"_s << u"a.img, b.wic"_s;
        QTest::newRow("none") << u"cp a.img a.bin; zip -q z.zip a.bin"_s << u".wic"_s;
        QTest::newRow("a folder") << u"mkdir f.img; zip -q -r z.zip f.img"_s << u".wic"_s;
        QTest::newRow("encrypted") << u"zip -q -P secret z.zip a.img"_s << u"encrypted"_s;
    }

    void wantsExactlyOneImage()
    {
        QFETCH(QString, command);
        QFETCH(QString, said);
        m_image = samples::mixed(mib);
        make(command);
        const auto made = m_bench->import(u"z.zip"_s);
        QVERIFY(!made.ok());
        QCOMPARE(made.failure().code, FailureCode::ArchiveUnsuitable);
        QVERIFY2(made.failure().detail.contains(said), qPrintable(made.failure().detail));
        QVERIFY(m_bench->nothingIsLeft());
    }

    // What is left of a pack of ours is a sequence of whole frames: not a smaller image.
    void doesNotTakeAPackWithoutItsEnd()
    {
        const QString path = m_bench->path(u"ours.img.zst"_s);
        QVERIFY(samples::writePack(path, m_image));
        const auto pack = imaging::PackReader::open(path);
        QVERIFY(pack.ok());
        for (const quint64 frames : {1, 3, 6}) {
            QVERIFY(QFile::resize(path, (*pack)->tail().frameOffset(frames)));
            refuses(u"ours.img.zst"_s, FailureCode::ImageCorrupt);
        }
    }

    void isCancelled_data() { everyFormat(); }
    void isCancelled()
    {
        QFETCH(QString, format);
        m_image = samples::noise(12 * mib, 4);
        make(tools[format]);
        const auto made =
            importWhile(u"a."_s + format, [this] { m_bench->control().cancelled = true; });
        QVERIFY(!made.ok());
        QCOMPARE(made.failure().code, FailureCode::Cancelled);
        QVERIFY(m_bench->nothingIsLeft());
    }

    // A download that is still under way is not called damaged.
    void saysThatTheFileChanged_data() { everyFormat(); }
    void saysThatTheFileChanged()
    {
        QFETCH(QString, format);
        m_image = samples::noise(12 * mib, 4);
        make(tools[format]);
        const auto made = importWhile(u"a."_s + format, [this, &format] {
            QFile file(m_bench->path(u"a."_s + format));
            if (file.open(QIODevice::Append))
                file.write("more");
        });
        QVERIFY(!made.ok());
        QVERIFY2(made.failure().detail.contains(u"changed while"_s),
                 qPrintable(made.failure().detail));
        QCOMPARE(made.failure().code, FailureCode::ImageUnreadable);
        QVERIFY(m_bench->nothingIsLeft());
    }

private:
    // The pool stands still, and with it an import of more chunks than may be under way, until
    // `act` has been called on another thread.
    ImportBench::Outcome importWhile(const QString &name, const std::function<void()> &act)
    {
        std::promise<void> release;
        const std::shared_future<void> released = release.get_future().share();
        for (int i = 0; i < m_bench->pool().threads(); ++i)
            m_bench->pool().submit([released] { released.wait(); });
        std::thread actor([&] {
            while (m_bench->control().done == 0)
                std::this_thread::yield();
            act();
            release.set_value();
        });
        auto made = m_bench->import(name);
        actor.join();
        return made;
    }

    static void everyFormat()
    {
        QTest::addColumn<QString>("format");
        for (const QString &format : tools.keys())
            QTest::newRow(qPrintable(format)) << format;
    }

    void make(const QString &command)
    {
        m_bench->write(u"a.img"_s, m_image);
        QVERIFY(m_bench->sh(command));
    }

    void makeSmall(const QString &format)
    {
        m_image = samples::noise(100'000, 2) + QByteArray(50'000, 'x');
        make(tools[format]);
    }

    void refuses(const QString &name, FailureCode code, const core::ImportLimits &limits = {})
    {
        const auto made = m_bench->import(name, limits);
        QVERIFY(!made.ok());
        QVERIFY2(made.failure().code == code, qPrintable(made.failure().detail));
        QCOMPARE(made.failure().stage, protocol::Stage::Import);
        QVERIFY(made.failure().detail.contains(name) || code == FailureCode::StorageFull);
        QVERIFY(m_bench->nothingIsLeft());
    }

    std::unique_ptr<ImportBench> m_bench;
    QByteArray m_image;
};

QTEST_GUILESS_MAIN(TestImageFormats)
#include "tst_image_formats.moc"
