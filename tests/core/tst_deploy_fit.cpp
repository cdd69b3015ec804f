// SPDX-License-Identifier: GPL-3.0-or-later
// Which image the station gives to a smaller device, and what a job keeps of its image's warnings.
#include "core/image_warnings.h"
#include "core/station_bench.h"

#include <QtEndian>

using namespace bench;
using namespace Qt::StringLiterals;
using core::ImageWarningCode;
using core::JobState;

namespace
{

constexpr qint64 mib = imaging::chunkBytes;

struct Entry {
    quint32 first = 0; // sectors of 512 bytes
    quint32 count = 0;
};

// 5 MiB, of which the first holds something.
QByteArray imageWith(const QList<Entry> &entries, const QByteArray &content = "x")
{
    QByteArray image(5 * mib, '\0');
    image.replace(mib - content.size(), content.size(), content);
    for (qsizetype i = 0; i < entries.size(); ++i) {
        char *entry = image.data() + 446 + i * 16;
        entry[4] = char(0x83);
        qToLittleEndian(entries[i].first, entry + 8);
        qToLittleEndian(entries[i].count, entry + 12);
        image.replace(qsizetype(entries[i].first) * 512 + 1024 + 56, 2, "\x53\xef");
        image.replace(510, 2, "\x55\xaa");
    }
    return image;
}

} // namespace

class TestDeployFit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fits_data()
    {
        QTest::addColumn<QByteArray>("image");
        QTest::addColumn<bool>("full");
        QTest::addColumn<qint64>("room");
        QTest::addColumn<bool>("fits");
        const auto row = [](const char *name, const QByteArray &image, bool full, qint64 room,
                            bool fits) { QTest::newRow(name) << image << full << room << fits; };
        const QByteArray good = imageWith({{8, 4088}}); // up to 2 MiB
        row("same size", good, true, 5 * mib, true);
        row("free end", good, true, 3 * mib, true);
        row("the table's end", good, true, 2 * mib, true);
        row("a sector less", good, true, 2 * mib - 512, false);
        row("plain", good, false, 3 * mib, false);
        row("plain, same size", good, false, 5 * mib, true);
        row("size not told", imageWith({}), false, 0, true);
        row("no table", imageWith({}), true, 3 * mib, false);
        row("no table, same size", imageWith({}), true, 5 * mib, true);
        row("a byte and zeros", imageWith({}, "\1"), true, mib, false);
        row("overlap", imageWith({{8, 2040}, {1024, 3072}}), true, 3 * mib, false);
        row("data behind", good + QByteArray(mib, 'x'), true, 3 * mib, false);
    }

    void fits()
    {
        QFETCH(QByteArray, image);
        QFETCH(bool, full);
        QFETCH(qint64, room);
        Fixture f;
        const auto id = import(f, image);
        registerDevice(f, full, room);
        const auto job = f.station->deploy(mac(), id, {});
        QTEST(job.ok(), "fits");
        if (job.ok())
            return;
        QCOMPARE(job.failure().code, FailureCode::DeviceTooSmall);
        QVERIFY(job.failure().detail.contains(QString::number(image.size())));
        QVERIFY(job.failure().detail.contains(QString::number(room)));
    }

    // It tells its size only when the job is there already.
    void isJudgedAnew()
    {
        Fixture f;
        const auto id = import(f, imageWith({}));
        registerDevice(f, true, 5 * mib);
        const auto job = f.station->deploy(mac(), id, {});
        QVERIFY(job.ok());
        registerDevice(f, true, 3 * mib);
        QCOMPARE(f.job(*job).state, JobState::Failed);
        QCOMPARE(f.job(*job).failure.code, FailureCode::DeviceTooSmall);
    }

    void theJobKeepsWhatWasDoubtful()
    {
        Fixture f;
        const auto id = import(f, imageWith({}));
        registerDevice(f, true, 5 * mib);
        const auto warnings = f.library->image(id)->warnings;
        QCOMPARE(warnings.size(), 1);
        QCOMPARE(warnings.first().code, ImageWarningCode::NoPartitionTable);
        const auto job = f.station->deploy(mac(), id, {});
        QVERIFY(job.ok());
        QCOMPARE(f.job(*job).warnings, warnings);
    }

private:
    static core::ImageId import(Fixture &f, const QByteArray &image)
    {
        const QString path = f.folder.filePath(u"fit.img"_s);
        samples::writeFile(path, image);
        const auto id = f.library->import(path);
        if (!id)
            qFatal("no import: %s", qPrintable(id.failure().detail));
        [&] {
            QTRY_COMPARE_WITH_TIMEOUT(f.library->image(*id)->state, core::ImageState::Ready,
                                      60'000);
        }();
        return *id;
    }

    static void registerDevice(Fixture &f, bool full, qint64 room)
    {
        protocol::RegisterRequest request;
        request.mac = mac();
        request.storage = {u"MMC"_s, u"card"_s, u"cid"_s, room, 512};
        if (full) {
            request.features = {u"full-1"_s};
            request.bootId = u"boot-1"_s;
        }
        f.answer = f.station->registerDevice(request, here);
        QVERIFY(f.answer.ok());
    }
};

QTEST_GUILESS_MAIN(TestDeployFit)
#include "tst_deploy_fit.moc"
