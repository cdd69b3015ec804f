// SPDX-License-Identifier: GPL-3.0-or-later
// A station with one device on its way up, for the tests of booting and of the loop guard.
#pragma once

#include "core/station.h"
#include "imaging/samples.h"

#include <QTemporaryDir>
#include <QTest>
#include <QTimeZone>

namespace boot_bench
{

inline const QString peer = QStringLiteral("10.20.50.101");
inline const core::MacAddress mac = *core::MacAddress::parse(u"dc:a6:32:01:02:03");

// `now` in milliseconds since the epoch.
inline core::BootTimeline timelineAt(core::BootStage stage, qint64 now)
{
    core::BootTimeline boot;
    boot.mac = mac;
    boot.state = core::BootState::Booting;
    boot.raspberry = true;
    boot.changed = QDateTime::fromMSecsSinceEpoch(now, QTimeZone::utc());
    boot.steps = {{stage, boot.changed, {}}};
    return boot;
}

struct Fixture {
    explicit Fixture(core::GuardMode guard = core::GuardMode::Verified) { open(guard); }

    void open(core::GuardMode guard = core::GuardMode::Verified)
    {
        auto opened = core::Store::open(folder.filePath(QStringLiteral("s.sqlite")));
        if (!opened)
            qFatal("no store: %s", qPrintable(opened.failure().detail));
        store = std::move(*opened);
        const auto snapshot = store->load();
        library = std::make_unique<core::ImageLibrary>(folder.filePath(QStringLiteral("images")),
                                                       *store, pool, snapshot->images);
        board = std::make_unique<core::TransferBoard>();
        core::StationOptions options;
        options.guard = guard;
        const core::Clock clock = [this] { return now; };
        station = std::make_unique<core::Station>(*store, *library, *board, *snapshot, options,
                                                  core::Clocks{clock, clock});
    }

    void restart(core::GuardMode guard = core::GuardMode::Verified)
    {
        store->flush();
        station.reset();
        board.reset();
        library.reset();
        store.reset();
        open(guard);
    }

    void serve()
    {
        station->setNetbootStatus(
            {core::NetbootState::Serving, QStringLiteral("eth1"), {}, {}, {}, {}, {}});
    }

    core::BootTimeline timeline(core::BootStage stage) const { return timelineAt(stage, now); }

    QString registerFull(const QString &bootId = QStringLiteral("boot-1"))
    {
        protocol::RegisterRequest request;
        request.mac = mac;
        request.features = {QStringLiteral("full-1")};
        request.bootId = bootId;
        request.storage = {QStringLiteral("MMC"), QStringLiteral("card"), QStringLiteral("cid"),
                           qint64(1) << 30, 512};
        const auto answer = station->registerDevice(request, peer);
        return answer.ok() ? answer->session : QString();
    }

    protocol::ActionKind poll(const QString &session)
    {
        settle();
        const auto action =
            station->poll(mac, peer, session, QStringLiteral("http://station:5000"));
        return action.ok() ? action->kind : protocol::ActionKind::None;
    }

    [[nodiscard]] protocol::Result<core::JobId> order() const
    {
        const auto id = station->backup(mac, folder.filePath(QStringLiteral("b.img.zst")), {});
        settle();
        return id;
    }

    // Until its job need not wait for a disk.
    void settle() const
    {
        const auto waits = [this] {
            const core::Job *job = station->latestJob(mac);
            return job && !core::isEnded(job->state) &&
                   (station->isOpening(job->id) || (job->kind == core::JobKind::Deploy &&
                                                    library->isBeingChecked(job->imageIdentity)));
        };
        if (waits())
            [&] { QTRY_VERIFY_WITH_TIMEOUT(!waits(), 60'000); }();
    }

    void takeReboot(const QString &session)
    {
        const auto action =
            station->poll(mac, peer, session, QStringLiteral("http://station:5000"));
        QCOMPARE(action->kind, protocol::ActionKind::Reboot);
        protocol::Report accepted;
        accepted.kind = protocol::ReportKind::Accepted;
        QVERIFY(station->report(action->job, session, accepted).ok());
    }

    // A deploy that the device says it has verified.
    void deployVerified(const QString &session)
    {
        const QString path = folder.filePath(QStringLiteral("golden.img"));
        samples::writeFile(path, samples::noise(3 * qint64(imaging::chunkBytes), 1));
        const auto image = library->import(path);
        [&] {
            QTRY_COMPARE_WITH_TIMEOUT(library->image(*image)->state, core::ImageState::Ready,
                                      60'000);
        }();
        const auto job = station->deploy(mac, *image, {});
        (void)poll(session);
        protocol::Report report;
        report.kind = protocol::ReportKind::Deployed;
        report.proof.imageIdentity = library->image(*image)->identity;
        report.proof.verifiedBytes = library->image(*image)->size;
        if (!station->report(*job, session, report))
            qFatal("report refused");
        QCOMPARE(station->job(*job)->outcome, core::Outcome::Verified);
    }

    QTemporaryDir folder;
    imaging::WorkerPool pool{2};
    qint64 now = 1'700'000'000'000;
    std::unique_ptr<core::Store> store;
    std::unique_ptr<core::ImageLibrary> library;
    std::unique_ptr<core::TransferBoard> board;
    std::unique_ptr<core::Station> station;
};

} // namespace boot_bench
