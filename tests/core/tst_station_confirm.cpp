// SPDX-License-Identifier: GPL-3.0-or-later
// An order is confirmed once the database has it; one that it cannot take was never given.
#include "core/file_size_limit.h"
#include "core/station_bench.h"

#include <QFileInfo>

using namespace bench;
using protocol::Result;

namespace
{

struct Confirmation {
    std::optional<Result<void>> result;

    void ask(const Fixture &f, const core::JobId &id)
    {
        f.station->confirmJob(id, [this](const Result<void> &told) { result = told; });
    }
    [[nodiscard]] bool comes() const
    {
        return QTest::qWaitFor([this] { return result.has_value(); }, 30'000);
    }
};

} // namespace

class TestStationConfirm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsConfirmedOutlivesAPowerCut()
    {
        Fixture f;
        const auto image = f.import();
        f.registerPlain();
        const auto id = f.station->deploy(mac(), image, {});
        Confirmation told;
        told.ask(f, *id);
        QVERIFY(!told.result); // not in this turn: nobody waits for a disk here
        QVERIFY(told.comes());
        QVERIFY(told.result->ok());
        // The database as it is at this moment, without another flush.
        const QString copy = f.folder.filePath(u"copy.sqlite"_s);
        const QString database = f.folder.filePath(u"s.sqlite"_s);
        QVERIFY(QFile::copy(database, copy));
        QVERIFY(QFile::copy(database + u"-wal"_s, copy + u"-wal"_s));
        const auto store = core::Store::open(copy);
        QVERIFY(store.ok());
        const auto snapshot = (*store)->load();
        QCOMPARE(snapshot->jobs.size(), 1);
        QCOMPARE(snapshot->jobs.first().id, *id);
    }

    void whatCannotBeWrittenWasNeverOrdered_data()
    {
        QTest::addColumn<bool>("backup");
        QTest::newRow("deploy") << false;
        QTest::newRow("backup") << true;
    }

    void whatCannotBeWrittenWasNeverOrdered()
    {
        QFETCH(bool, backup);
        Fixture f;
        const auto image = f.import();
        f.registerPlain();
        const bool wasArmed = f.station->device(mac())->armed;
        f.store->flush();
        const QString path = f.folder.filePath(u"b.img"_s);
        const auto order = [&] {
            return backup ? f.station->backup(mac(), path, {})
                          : f.station->deploy(mac(), image, {});
        };
        core::JobId id;
        Confirmation told;
        {
            const FileSizeLimit limit(4096); // the database is larger
            const auto ordered = order();
            QVERIFY2(ordered.ok(), ordered.ok() ? "" : qPrintable(ordered.failure().detail));
            id = *ordered;
            QVERIFY(f.station->job(id));
            told.ask(f, id);
            QVERIFY(told.comes());
        }
        QVERIFY(!told.result->ok());
        QCOMPARE(told.result->failure().code, FailureCode::StationBusy);
        QVERIFY(told.result->failure().detail.contains(u"database"_s));
        QVERIFY(!f.station->job(id));
        QVERIFY(!f.station->latestJob(mac()));
        QCOMPARE(f.station->device(mac())->armed, wasArmed);
        QCOMPARE(f.poll().kind, ActionKind::None);
        QTRY_VERIFY(!QFileInfo::exists(path + u".part"_s));
        // There is room again.
        const auto again = order();
        QVERIFY(again.ok());
        Confirmation second;
        second.ask(f, *again);
        QVERIFY(second.comes());
        QVERIFY(second.result->ok());
        f.restart();
        QVERIFY(f.station->job(*again));
        QVERIFY(!f.station->job(id));
    }

    // It has fetched its order while the disk was waited for, and is at work.
    void whatHasBegunIsLeft()
    {
        Fixture f;
        const auto image = f.import();
        const QString session = f.registerFull();
        f.store->flush();
        Confirmation told;
        core::JobId id;
        {
            const FileSizeLimit limit(4096);
            id = *f.station->deploy(mac(), image, {});
            told.ask(f, id);
            QVERIFY(f.station->report(id, session, f.progress(Phase::Writing)).ok());
            QVERIFY(told.comes());
        }
        QVERIFY(told.result->ok());
        QCOMPARE(f.job(id).state, JobState::Transferring);
    }

    void whatHasEndedIsLeft()
    {
        Fixture f;
        const auto image = f.import();
        f.registerPlain();
        const auto id = f.station->deploy(mac(), image, {});
        Confirmation told;
        told.ask(f, *id);
        QVERIFY(f.station->cancel(*id, u"operator"_s).ok());
        QVERIFY(told.comes());
        QVERIFY(told.result->ok());
        QCOMPARE(f.job(*id).state, JobState::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestStationConfirm)
#include "tst_station_confirm.moc"
