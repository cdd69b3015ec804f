// SPDX-License-Identifier: GPL-3.0-or-later
// The station with a clock of the test's own; the lane's part is played by posting its events.
#pragma once

#include "core/station.h"
#include "imaging/samples.h"
#include "protocol/limits.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

namespace bench
{

using namespace Qt::StringLiterals;
using core::JobState;
using core::Outcome;
using core::TransferEvent;
using protocol::ActionKind;
using protocol::FailureCode;
using protocol::Phase;
using protocol::ReportKind;

inline const QString base = u"http://station:5000"_s;
inline const QString here = u"10.0.0.5"_s;

inline core::MacAddress mac(int n = 1)
{
    return *core::MacAddress::parse(u"dc:a6:32:00:00:0%1"_s.arg(n));
}

struct Fixture {
    explicit Fixture(const core::StationOptions &wish = {}) : options(wish)
    {
        options.dataDir = folder.path();
        open();
    }

    void open()
    {
        auto opened = core::Store::open(folder.filePath(u"s.sqlite"_s));
        if (!opened)
            qFatal("no store: %s", qPrintable(opened.failure().detail));
        store = std::move(*opened);
        const auto snapshot = store->load();
        library = std::make_unique<core::ImageLibrary>(folder.filePath(u"images"_s), *store, pool,
                                                       snapshot->images, nullptr, looks);
        board = std::make_unique<core::TransferBoard>();
        options.neighbour = [this](const QString &address) { return neighbour(address); };
        station = std::make_unique<core::Station>(
            *store, *library, *board, *snapshot, options,
            core::Clocks{[this] { return now + wallShift; }, [this] { return now; }});
        settle();
    }

    // Waits until destinations were opened: their disks answer, unless the test says otherwise.
    void settle() const
    {
        if (isOpening() && answers)
            [&] { QTRY_VERIFY_WITH_TIMEOUT(!isOpening(), 60'000); }();
    }

    [[nodiscard]] bool isOpening() const
    {
        const auto jobs = station->jobs();
        return std::any_of(jobs.begin(), jobs.end(),
                           [this](const core::Job &job) { return station->isOpening(job.id); });
    }

    // As an operator's call: what it fails for at once is its failure.
    protocol::Result<core::JobId> backup(core::MacAddress device, const QString &path,
                                         const core::JobOptions &wish = {})
    {
        const auto id = station->backup(device, path, wish);
        settle();
        if (id && job(*id).state == JobState::Failed)
            return job(*id).failure;
        return id;
    }

    // As after kill -9 with an empty queue.
    void restart()
    {
        stop();
        open();
    }

    void stop()
    {
        store->flush();
        station.reset();
        board.reset();
        library.reset();
        store.reset();
    }

    core::ImageId import(qint64 bytes = 3 * qint64(imaging::chunkBytes) + 512)
    {
        const QString path = folder.filePath(u"golden.img"_s);
        samples::writeFile(path, samples::noise(bytes, 1));
        const auto id = library->import(path);
        if (!id)
            qFatal("no import: %s", qPrintable(id.failure().detail));
        [&] {
            QTRY_COMPARE_WITH_TIMEOUT(library->image(*id)->state, core::ImageState::Ready, 60'000);
        }();
        return *id;
    }

    void registerPlain(int n = 1, const QString &peer = here, qint64 size = 0,
                       const QString &serial = {})
    {
        protocol::RegisterRequest request;
        request.mac = mac(n);
        request.storage.size = size;
        request.serial = serial;
        answer = station->registerDevice(request, peer);
    }

    // `proof`: the session that the device had.
    QString registerFull(int n = 1, const QString &bootId = u"boot-1"_s, const QString &peer = here,
                         const QString &proof = {})
    {
        protocol::RegisterRequest request;
        request.mac = mac(n);
        request.features = {u"full-1"_s};
        request.bootId = bootId;
        request.serial = u"serial-%1"_s.arg(n);
        request.storage = {u"MMC"_s, u"card"_s, u"cid"_s, qint64(1) << 30, 512};
        answer = station->registerDevice(request, peer, proof);
        return answer.ok() ? answer->session : QString();
    }

    // Asks again when it has to wait for a disk.
    protocol::Action poll(int n = 1, const QString &session = {}, const QString &peer = here)
    {
        const auto action = ask(n, session, peer);
        if (action.kind != ActionKind::None || !waitsForDisk(n))
            return action;
        [&] { QTRY_VERIFY_WITH_TIMEOUT(!waitsForDisk(n), 60'000); }();
        return ask(n, session, peer);
    }

    [[nodiscard]] bool waitsForDisk(int n) const
    {
        const core::Job *job = station->latestJob(mac(n));
        if (!job || core::isEnded(job->state) || job->place > 0)
            return false;
        return station->isOpening(job->id) ||
               (job->kind == core::JobKind::Deploy && !job->started.isValid() &&
                library->isBeingChecked(job->imageIdentity));
    }

    protocol::Action ask(int n = 1, const QString &session = {}, const QString &peer = here)
    {
        const auto action = station->poll(mac(n), peer, session, base);
        if (!action)
            qFatal("poll refused: %s", qPrintable(action.failure().detail));
        return *action;
    }

    void post(const TransferEvent &event)
    {
        board->post(event);
        QCoreApplication::sendPostedEvents();
    }

    const core::Job &job(const core::JobId &id) const { return *station->job(id); }

    protocol::Report progress(Phase phase, qint64 done = 1, qint64 total = 2) const
    {
        protocol::Report report;
        report.phase = phase;
        report.done = done;
        report.total = total;
        return report;
    }

    protocol::Report waitingFor(protocol::Bottleneck bottleneck, Phase phase) const
    {
        protocol::Report report = progress(phase);
        report.bottleneck = bottleneck;
        return report;
    }

    protocol::Report deployed(const core::Job &job) const
    {
        protocol::Report report;
        report.kind = ReportKind::Deployed;
        report.proof.imageIdentity = job.imageIdentity;
        report.proof.verifiedBytes = library->pack(job.image)->tail().map().dataBytes();
        return report;
    }

    QTemporaryDir folder;
    core::StationOptions options;
    core::LibraryLooks looks;
    bool answers = true;            // disks do
    qint64 now = 1'700'000'000'000; // ms, both clocks
    qint64 wallShift = 0;           // ms, by which somebody set the wall clock
    // The same address is as good as the same machine, once that is silent.
    core::NeighbourLookup neighbour = [](const QString &) { return core::Neighbour{true, {}}; };
    imaging::WorkerPool pool{1};
    std::unique_ptr<core::Store> store;
    std::unique_ptr<core::ImageLibrary> library;
    std::unique_ptr<core::TransferBoard> board;
    std::unique_ptr<core::Station> station;
    protocol::Result<protocol::RegisterAnswer> answer = protocol::Failure{};
};

} // namespace bench
