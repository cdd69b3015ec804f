// SPDX-License-Identifier: GPL-3.0-or-later
// Databases of earlier versions are taken over.
#include "core/store.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

using namespace core;
using namespace Qt::StringLiterals;

class TestStoreMigration : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesVersion1()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(u"station.db"_s);
        Image image;
        image.id = u"old"_s;
        image.name = u"golden.img"_s;
        image.state = ImageState::Ready;
        (*Store::open(path))->save(image);
        execute(path, {u"ALTER TABLE image DROP COLUMN facts"_s,
                       u"ALTER TABLE device DROP COLUMN netboot_refused"_s,
                       u"ALTER TABLE job DROP COLUMN bottleneck"_s,
                       u"ALTER TABLE job DROP COLUMN warnings"_s, u"PRAGMA user_version = 1"_s});

        image.id = u"new"_s;
        image.checkedBy = {u"SHA256SUMS"_s};
        image.facts = {true, u"mbr"_s, {{1, 512, 1024, u"0x83"_s, u"ext4"_s, {}, {}, 0}}};
        (*Store::open(path))->save(image);
        const auto store = Store::open(path);
        QVERIFY(store.ok());
        const auto snapshot = (*store)->load();
        QVERIFY(snapshot.ok());
        QCOMPARE(snapshot->images.size(), 2);
        QCOMPARE(snapshot->images[0].name, u"golden.img"_s);
        QVERIFY(!snapshot->images[0].facts.known);
        QCOMPARE(snapshot->images[1].facts, image.facts);
        QCOMPARE(snapshot->images[1].checkedBy, image.checkedBy);
    }

    void takesVersion3()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(u"station.db"_s);
        Job job;
        job.mac = *MacAddress::parse(u"dc:a6:32:00:00:01");
        job.id = u"old"_s;
        job.note = u"kept"_s;
        (*Store::open(path))->save(job);
        execute(path, {u"ALTER TABLE job DROP COLUMN bottleneck"_s,
                       u"ALTER TABLE job DROP COLUMN warnings"_s, u"PRAGMA user_version = 3"_s});

        job.id = u"new"_s;
        job.bottleneck = protocol::Bottleneck::Storage;
        (*Store::open(path))->save(job);
        const auto snapshot = (*Store::open(path))->load();
        QVERIFY(snapshot.ok());
        QCOMPARE(snapshot->jobs.size(), 2);
        QCOMPARE(snapshot->jobs[0].note, u"kept"_s);
        QCOMPARE(snapshot->jobs[0].bottleneck, protocol::Bottleneck::None);
        QCOMPARE(snapshot->jobs[1].bottleneck, protocol::Bottleneck::Storage);
    }

    void takesVersion4()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(u"station.db"_s);
        Job job;
        job.mac = *MacAddress::parse(u"dc:a6:32:00:00:01");
        job.id = u"old"_s;
        (*Store::open(path))->save(job);
        execute(path, {u"ALTER TABLE job DROP COLUMN warnings"_s, u"PRAGMA user_version = 4"_s});

        job.id = u"new"_s;
        job.warnings = {{ImageWarningCode::SshHostKeys, 2, 0, u"two keys"_s}};
        (*Store::open(path))->save(job);
        const auto snapshot = (*Store::open(path))->load();
        QVERIFY(snapshot.ok());
        QCOMPARE(snapshot->jobs.size(), 2);
        QVERIFY(snapshot->jobs[0].warnings.isEmpty());
        QCOMPARE(snapshot->jobs[1].warnings, job.warnings);
    }

    // Facts of a station that knew no warnings: shown, and looked for anew.
    void looksAgainAtFactsWithoutWarnings()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(u"station.db"_s);
        Image image;
        image.id = u"old"_s;
        image.facts = {true, u"mbr"_s, {{1, 512, 1024, u"0x83"_s, u"ext4"_s, {}, {}, 0}}};
        (*Store::open(path))->save(image);
        QVERIFY((*Store::open(path))->load()->images[0].facts.known);
        execute(path, {u"UPDATE image SET facts = json_remove(facts, '$.warnings')"_s});
        const auto snapshot = (*Store::open(path))->load();
        QVERIFY(snapshot.ok());
        QVERIFY(!snapshot->images[0].facts.known);
        QCOMPARE(snapshot->images[0].facts.partitions, image.facts.partitions);
    }

    // One that only a later station knows costs nothing but itself.
    void readsAnUnknownWarning()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(u"station.db"_s);
        Job job;
        job.mac = *MacAddress::parse(u"dc:a6:32:00:00:01");
        job.id = u"j"_s;
        job.warnings = {{ImageWarningCode::SshHostKeys, 2, 0, u"two keys"_s},
                        {ImageWarningCode::MachineId, 2, 0, u"set"_s}};
        (*Store::open(path))->save(job);
        execute(path,
                {u"UPDATE job SET warnings = replace(warnings, 'ssh-host-keys', 'gravity')"_s});
        const auto snapshot = (*Store::open(path))->load();
        QVERIFY(snapshot.ok());
        QCOMPARE(snapshot->jobs.size(), 1);
        QCOMPARE(snapshot->jobs[0].warnings, job.warnings.sliced(1));
    }

    // The name of one that only a later station knows costs nothing but itself.
    void readsAnUnknownBottleneck()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(u"station.db"_s);
        Job job;
        job.mac = *MacAddress::parse(u"dc:a6:32:00:00:01");
        job.id = u"j"_s;
        (*Store::open(path))->save(job);
        execute(path, {u"UPDATE job SET bottleneck = 'gravity'"_s});
        const auto snapshot = (*Store::open(path))->load();
        QVERIFY(snapshot.ok());
        QCOMPARE(snapshot->jobs.size(), 1);
        QCOMPARE(snapshot->jobs[0].bottleneck, protocol::Bottleneck::None);
    }

private:
    static void execute(const QString &path, const QStringList &statements)
    {
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"migration"_s);
            database.setDatabaseName(path);
            QVERIFY(database.open());
            QSqlQuery query(database);
            for (const QString &statement : statements)
                QVERIFY2(query.exec(statement), qPrintable(query.lastError().text()));
        }
        QSqlDatabase::removeDatabase(u"migration"_s);
    }
};

QTEST_GUILESS_MAIN(TestStoreMigration)
#include "tst_store_migration.moc"
