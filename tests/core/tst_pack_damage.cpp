// SPDX-License-Identifier: GPL-3.0-or-later
// The station's own copy of an image is damaged while it runs: found before a device is wiped, said
// as what it is, and mended from the source.
#include "core/station_bench.h"

#include <QDir>
#include <QFileInfo>

#include <fcntl.h>
#include <sys/stat.h>

using namespace Qt::StringLiterals;
using core::ImageState;
using core::JobState;
using core::MessageKind;
using core::TransferEvent;
using protocol::ActionKind;
using protocol::FailureCode;
using namespace bench;

namespace
{

constexpr int patience = 60'000; // ms

enum Damage { Cut, Emptied, TailFlipped, FooterFlipped, FrameFlipped, Replaced, Removed };

QString packOf(Fixture &f, const core::ImageId &id)
{
    return f.folder.filePath(u"images/%1.img.zst"_s.arg(f.library->image(id)->identity));
}

bool flip(const QString &path, qint64 at)
{
    QFile file(path);
    char byte = 0;
    return file.open(QIODevice::ReadWrite) && file.seek(at) && file.getChar(&byte) &&
           file.seek(at) && file.putChar(char(byte ^ 1));
}

bool damage(const QString &path, Damage how)
{
    const qint64 size = QFileInfo(path).size();
    switch (how) {
    case Cut:
        return QFile::resize(path, size / 2);
    case Emptied:
        return QFile::resize(path, 0);
    case TailFlipped: // an entry of the seek table
        return flip(path, size - 9 - 12);
    case FooterFlipped:
        return flip(path, size - 1);
    case FrameFlipped:
        return flip(path, size / 3);
    case Replaced: // in place, as cp(1) does
        return samples::writePack(path, samples::noise(imaging::chunkBytes, 9));
    case Removed:
        return QFile::remove(path);
    }
    return false;
}

} // namespace

class TestPackDamage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isFoundBeforeTheWipe_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("cut") << int(Cut);
        QTest::newRow("emptied") << int(Emptied);
        QTest::newRow("seek table") << int(TailFlipped);
        QTest::newRow("footer") << int(FooterFlipped);
        QTest::newRow("a bit of a frame") << int(FrameFlipped);
        QTest::newRow("overwritten by another") << int(Replaced);
    }

    // Jobs that wait fail with it, none is begun, and nobody is told to wipe a device.
    void isFoundBeforeTheWipe()
    {
        QFETCH(int, how);
        Fixture f;
        const auto image = imported(f);
        f.registerPlain(1);
        const QString session = f.registerFull(2);
        const auto first = f.station->deploy(mac(1), image, {});
        const auto second = f.station->deploy(mac(2), image, {});
        QVERIFY(first.ok() && second.ok());
        QVERIFY(damage(packOf(f, image), Damage(how)));
        QTRY_COMPARE_WITH_TIMEOUT(f.job(*second).state, JobState::Failed, patience);
        QCOMPARE(f.ask(2, session).kind, ActionKind::None);
        for (const auto &id : {*first, *second}) {
            QCOMPARE(f.job(id).state, JobState::Failed);
            QCOMPARE(f.job(id).failure.code, FailureCode::PackDamaged);
            QVERIFY(f.job(id).failure.detail.contains(packOf(f, image)));
            QVERIFY(!f.job(id).started.isValid());
        }
        QTRY_COMPARE_WITH_TIMEOUT(f.library->image(image)->state, ImageState::Failed, patience);
        QCOMPARE(f.library->image(image)->failure.code, FailureCode::PackDamaged);
        QVERIFY(said(f, MessageKind::ImageDamaged, image));
        QCOMPARE(f.station->deploy(mac(1), image, {}).failure().code, FailureCode::ImageNotReady);
    }

    void isFoundWhenAJobIsOrdered_data() { isFoundBeforeTheWipe_data(); }

    void isFoundWhenAJobIsOrdered()
    {
        QFETCH(int, how);
        Fixture f;
        const auto image = imported(f);
        f.registerPlain();
        QVERIFY(damage(packOf(f, image), Damage(how)));
        const auto id = f.station->deploy(mac(), image, {});
        QVERIFY(id.ok()); // it is looked at meanwhile
        QTRY_COMPARE_WITH_TIMEOUT(f.job(*id).state, JobState::Failed, patience);
        QCOMPARE(f.job(*id).failure.code, FailureCode::PackDamaged);
        QVERIFY(!f.job(*id).started.isValid());
        QCOMPARE(f.library->image(image)->state, ImageState::Failed);
    }

    // Its image was taken off the library, and a restart later nobody knows it but the job.
    void aJobsOwnPackIsCheckedToo_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("cut") << int(Cut);
        QTest::newRow("a bit of a frame") << int(FrameFlipped);
        QTest::newRow("overwritten by another") << int(Replaced);
        QTest::newRow("nothing happened") << -1;
    }

    void aJobsOwnPackIsCheckedToo()
    {
        QFETCH(int, how);
        Fixture f;
        const auto image = imported(f);
        const QString pack = packOf(f, image);
        f.registerPlain();
        const auto id = f.station->deploy(mac(), image, {});
        QVERIFY(id.ok() && f.library->remove(image).ok());
        f.stop();
        QVERIFY(how < 0 || damage(pack, Damage(how)));
        f.open();
        f.registerPlain();
        if (how < 0) {
            QCOMPARE(f.poll().kind, ActionKind::Deploy);
            return;
        }
        QCOMPARE(f.ask().kind, ActionKind::None);
        QTRY_COMPARE_WITH_TIMEOUT(f.job(*id).state, JobState::Failed, patience);
        QCOMPARE(f.job(*id).failure.code, FailureCode::PackDamaged);
        QVERIFY(!f.job(*id).started.isValid());
    }

    // The source is still there and the same.
    void isMendedFromTheSource_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("cut") << int(Cut);
        QTest::newRow("a bit of a frame") << int(FrameFlipped);
    }

    void isMendedFromTheSource()
    {
        QFETCH(int, how);
        Fixture f;
        const auto image = f.import();
        QVERIFY(damage(packOf(f, image), Damage(how)));
        const QString path = f.folder.filePath(u"golden.img"_s);
        if (how == FrameFlipped)
            QCOMPARE(*f.library->import(path), image); // has it checked
        else
            QVERIFY(isFound(f, image));
        QTRY_VERIFY_WITH_TIMEOUT(said(f, MessageKind::ImageDamaged, image), patience);
        QTRY_COMPARE_WITH_TIMEOUT(f.library->image(image)->state, ImageState::Ready, patience);
        QVERIFY(readsWell(f, image));
        f.registerPlain();
        QVERIFY(f.station->deploy(mac(), image, {}).ok());
        // It waits while the copy is read.
        QTRY_COMPARE_WITH_TIMEOUT(f.poll().kind, ActionKind::Deploy, patience);
    }

    void isNotMendedFromAnotherFile_data()
    {
        QTest::addColumn<bool>("asOld");
        QTest::newRow("of another size") << false;
        QTest::newRow("of the same size and time") << true;
    }

    void isNotMendedFromAnotherFile()
    {
        QFETCH(bool, asOld);
        Fixture f;
        const auto image = f.import();
        const QString path = f.folder.filePath(u"golden.img"_s);
        struct stat before {
        };
        QCOMPARE(::stat(QFile::encodeName(path).constData(), &before), 0);
        const qint64 bytes = asOld ? before.st_size : 2 * qint64(imaging::chunkBytes);
        QVERIFY(samples::writeFile(path, samples::noise(bytes, 5)));
        const timespec times[] = {before.st_mtim, before.st_mtim};
        if (asOld)
            QCOMPARE(::utimensat(AT_FDCWD, QFile::encodeName(path).constData(), times, 0), 0);
        QVERIFY(damage(packOf(f, image), Cut));
        QVERIFY(isFound(f, image));
        // It is looked at, and left; an import of another file goes through meanwhile.
        const QString other = f.folder.filePath(u"other.img"_s);
        QVERIFY(samples::writeFile(other, samples::noise(imaging::chunkBytes, 6)));
        const auto id = f.library->import(other);
        QTRY_COMPARE_WITH_TIMEOUT(f.library->image(*id)->state, ImageState::Ready, patience);
        QCOMPARE(f.library->image(image)->state, ImageState::Failed);
    }

    // A client, or the lane, read something else than what should be there.
    void isCheckedWhenSomebodyReadsDamage_data()
    {
        QTest::addColumn<FailureCode>("code");
        QTest::newRow("the client") << FailureCode::ImageCorrupt;
        QTest::newRow("the lane") << FailureCode::PackDamaged;
    }

    void isCheckedWhenSomebodyReadsDamage()
    {
        QFETCH(FailureCode, code);
        Fixture f;
        const auto image = imported(f);
        f.registerPlain(1);
        const auto job = f.station->deploy(mac(1), image, {});
        QVERIFY(job.ok());
        const auto begun = f.job(*job).token;
        f.post({TransferEvent::Kind::Began, begun, core::Level::Plain, {}, {}, {}});
        QVERIFY(damage(packOf(f, image), FrameFlipped));
        f.post({TransferEvent::Kind::Failed, begun, core::Level::Plain, {code, {}, {}}, {}, {}});
        QTRY_COMPARE_WITH_TIMEOUT(f.library->image(image)->state, ImageState::Failed, patience);
        QCOMPARE(f.library->image(image)->failure.code, FailureCode::PackDamaged);
    }

    // It was the link, say: the pack is found to be good, and the next device gets it.
    void aGoodPackStaysInUse()
    {
        Fixture f;
        const auto image = imported(f);
        f.library->suspectPack(f.library->image(image)->identity);
        f.registerPlain();
        const auto job = f.station->deploy(mac(), image, {});
        QVERIFY(job.ok());
        QCOMPARE(f.ask().kind, ActionKind::None); // until all of it was read
        QTRY_COMPARE_WITH_TIMEOUT(f.poll().kind, ActionKind::Deploy, patience);
        QCOMPARE(f.library->image(image)->state, ImageState::Ready);
    }

    // As backup programs do: the bytes are the same.
    void aTouchedPackStaysInUse()
    {
        Fixture f;
        const auto image = imported(f);
        const QString path = packOf(f, image);
        QVERIFY(QFile::copy(path, path + u".copy"_s) && QFile::remove(path) &&
                QFile::rename(path + u".copy"_s, path));
        f.registerPlain();
        const auto job = f.station->deploy(mac(), image, {});
        QVERIFY(job.ok());
        QTRY_COMPARE_WITH_TIMEOUT(f.poll().kind, ActionKind::Deploy, patience);
        QCOMPARE(f.library->image(image)->state, ImageState::Ready);
    }

    // At the next start it need not be read again before a job begins.
    void whatWasFoundGoodIsRemembered()
    {
        Fixture f;
        const auto image = imported(f);
        f.restart();
        f.registerPlain();
        QVERIFY(f.station->deploy(mac(), image, {}).ok());
        // It waits while the copy is read.
        QTRY_COMPARE_WITH_TIMEOUT(f.poll().kind, ActionKind::Deploy, patience);
    }

    void isSaidAtTheNextStart()
    {
        Fixture f;
        const auto image = imported(f);
        QVERIFY(damage(packOf(f, image), Cut));
        f.restart();
        QCOMPARE(f.library->image(image)->state, ImageState::Failed);
        QVERIFY(said(f, MessageKind::ImageDamaged, image));
    }

private:
    // And its source removed, so that damage stays.
    static core::ImageId imported(Fixture &f)
    {
        const auto id = f.import();
        if (!QFile::remove(f.folder.filePath(u"golden.img"_s)))
            qFatal("no source");
        return id;
    }

    // By a glance, that somebody asks for.
    static bool isFound(Fixture &f, const core::ImageId &image)
    {
        const QString identity = f.library->image(image)->identity;
        return QTest::qWaitFor([&] { return !f.library->checkPack(identity); }, patience);
    }

    static bool said(Fixture &f, MessageKind kind, const core::ImageId &image)
    {
        const auto &messages = f.station->messages();
        return std::any_of(messages.cbegin(), messages.cend(), [&](const core::Message &message) {
            return message.kind == kind && message.image == image;
        });
    }

    static bool readsWell(Fixture &f, const core::ImageId &image)
    {
        const auto pack = f.library->pack(image);
        std::vector<std::byte> chunk(imaging::chunkBytes);
        for (quint64 i = 0; pack && i < pack->tail().map().count(); ++i) {
            if (!pack->readChunk(i, std::span(chunk).first(pack->tail().map().length(i))))
                return false;
        }
        return pack != nullptr;
    }
};

QTEST_GUILESS_MAIN(TestPackDamage)
#include "tst_pack_damage.moc"
