// SPDX-License-Identifier: GPL-3.0-or-later
// What the station tells of a disk or share that takes no more of a backup, and when it gives up.
#include "core/fsync_hook.h"
#include "core/station_bench.h"
#include "core/steady_shift.h"
#include "core/upload_samples.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <atomic>
#include <future>
#include <thread>

using namespace core;
using namespace Qt::StringLiterals;
using namespace bench;
using namespace std::chrono_literals;

namespace
{

bool isPart(int descriptor)
{
    return QFile::symLinkTarget(u"/proc/self/fd/%1"_s.arg(descriptor)).endsWith(".part"_L1);
}

// A backup whose disk does not come back from a flush, for as long as this lives.
class Stuck
{
public:
    explicit Stuck(Fixture &f)
    {
        f.registerFull();
        path = f.folder.filePath(u"stick/a.img"_s);
        QDir(f.folder.path()).mkdir(u"stick"_s);
        id = *f.backup(mac(), path, {});
        const auto transfer = f.board->find(f.job(id).token);
        f.post(
            {TransferEvent::Kind::Began, transfer->description().token, Level::Full, {}, {}, {}});
        m_sink = transfer->description().sink;
        const QByteArray image = samples::noise(2 * qint64(imaging::chunkBytes), 1);
        if (!m_sink->setSize(image.size()))
            qFatal("no size");
        for (const auto &upload : samples::uploadsOf(image))
            (void)m_sink->append(upload.index, upload.record, upload.frame);
        const protocol::UploadCommit claim = samples::claimOf(image);
        setFsyncHook([this](int descriptor) {
            if (isPart(descriptor) && !m_reached.exchange(true)) {
                m_inside.set_value();
                m_end.wait();
            }
            return 0;
        });
        m_lane = std::thread([sink = m_sink, claim, transfer] {
            (void)sink->commit(claim, [transfer] { return !transfer->isDead(); }); // as the lane
        });
        m_inside.get_future().wait();
    }
    ~Stuck() { goOn(); }
    Stuck(const Stuck &) = delete;
    Stuck &operator=(const Stuck &) = delete;

    void goOn()
    {
        if (!m_lane.joinable())
            return;
        m_release.set_value();
        m_lane.join();
        setFsyncHook({});
    }

    QString path;
    JobId id;

private:
    std::shared_ptr<BackupSink> m_sink;
    std::atomic<bool> m_reached = false;
    std::promise<void> m_inside;
    std::promise<void> m_release;
    std::shared_future<void> m_end = m_release.get_future().share();
    std::thread m_lane;
};

void tick(Fixture &f)
{
    QMetaObject::invokeMethod(f.station.get(), "tick");
}

} // namespace

class TestStationDestination : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tellsHowLongTheDiskTookNothing_data()
    {
        QTest::addColumn<int>("seconds");
        QTest::addColumn<int>("told");
        QTest::newRow("a slow flush") << 8 << 0;
        QTest::newRow("not for ten seconds") << 10 << 10;
        QTest::newRow("for minutes") << 590 << 590;
    }

    void tellsHowLongTheDiskTookNothing()
    {
        QFETCH(int, seconds);
        QFETCH(int, told);
        Fixture f;
        Stuck stuck(f);
        passTime(std::chrono::seconds(seconds));
        f.now += seconds * 1000;
        tick(f);
        const Job &job = f.job(stuck.id);
        QCOMPARE(job.state, JobState::Transferring);
        // The test itself may take a while: whole seconds, never fewer.
        QVERIFY2(told == 0 ? job.destinationSeconds == 0
                           : job.destinationSeconds >= told && job.destinationSeconds < told + 9,
                 qPrintable(QString::number(job.destinationSeconds)));
        // It is not the device that is silent, nor its connection that is lost.
        QCOMPARE(job.silentSeconds, told > 0 ? 0 : job.silentSeconds);
        QVERIFY(told == 0 || !job.interrupted);
        stuck.goOn();
        tick(f);
        QCOMPARE(f.job(stuck.id).destinationSeconds, 0);
    }

    void givesUpInTheEnd()
    {
        Fixture f;
        Stuck stuck(f);
        passTime(600s);
        tick(f);
        const Job &job = f.job(stuck.id);
        QCOMPARE(job.state, JobState::Failed);
        QCOMPARE(job.failure.code, FailureCode::DestinationStalled);
        QCOMPARE(job.failure.detail, stuck.path);
        QCOMPARE(job.destinationSeconds, 0);
        // The disk comes back: nothing of the job that was given up is kept or named.
        stuck.goOn();
        QTRY_VERIFY(QDir(QFileInfo(stuck.path).path()).isEmpty());
    }

    // Another backup's disk is another matter.
    void tellsItOfThatJobAlone()
    {
        Fixture f;
        Stuck stuck(f);
        f.registerPlain(2, u"10.0.0.6"_s);
        const auto other = f.backup(mac(2), f.folder.filePath(u"b.img"_s), {});
        QVERIFY(other.ok());
        f.post({TransferEvent::Kind::Began, f.job(*other).token, Level::Plain, {}, {}, {}});
        passTime(60s);
        tick(f);
        QVERIFY(f.job(stuck.id).destinationSeconds >= 60);
        QCOMPARE(f.job(*other).destinationSeconds, 0);
    }
};

QTEST_GUILESS_MAIN(TestStationDestination)
#include "tst_station_destination.moc"
