// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store_bench.h"

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using protocol::Stage;
using namespace bench;

class TestStore : public StoreBench
{
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }

    void isEmptyWhenNew()
    {
        const auto store = opened();
        const Snapshot snapshot = loaded(*store);
        QVERIFY(snapshot.devices.isEmpty() && snapshot.jobs.isEmpty() && snapshot.images.isEmpty());
        QVERIFY(snapshot.settings.isEmpty());
    }

    void keepsEveryField()
    {
        {
            const auto store = opened();
            store->save(sampleDevice(1));
            store->save(sampleJob(u"j"_s));
            store->save(sampleImage(u"i"_s));
            store->saveSetting(u"golden"_s, u"i"_s);
            store->saveSetting(u"empty"_s, QString());
        }
        const auto store = opened();
        const Snapshot snapshot = loaded(*store);
        QCOMPARE(snapshot.devices.size(), 1);
        compare(snapshot.devices[0], sampleDevice(1));
        QCOMPARE(snapshot.jobs.size(), 1);
        compare(snapshot.jobs[0], sampleJob(u"j"_s));
        QCOMPARE(snapshot.images.size(), 1);
        compare(snapshot.images[0], sampleImage(u"i"_s));
        QCOMPARE(snapshot.settings.value(u"golden"_s), u"i"_s);
        QVERIFY(snapshot.settings.contains(u"empty"_s));
        QVERIFY(!store->takeError());
    }

    void keepsDefaults()
    {
        Device device;
        device.mac = mac(1);
        Job job;
        job.id = u"j"_s;
        job.mac = mac(1);
        Image image;
        image.id = u"i"_s;
        {
            const auto store = opened();
            store->save(device);
            store->save(job);
            store->save(image);
            store->flush();
            QVERIFY(!store->takeError());
        }
        const Snapshot snapshot = loaded(*opened());
        compare(snapshot.devices.value(0), device);
        compare(snapshot.jobs.value(0), job);
        compare(snapshot.images.value(0), image);
        QVERIFY(!snapshot.jobs[0].ended.isValid());
    }

    void replacesAndKeepsTheOrder()
    {
        {
            const auto store = opened();
            for (const int n : {3, 1, 2})
                store->save(sampleDevice(n));
            store->flush();
            Device changed = sampleDevice(3);
            changed.model = u"changed"_s;
            store->save(changed);
        }
        const Snapshot snapshot = loaded(*opened());
        QCOMPARE(snapshot.devices.size(), 3);
        QCOMPARE(snapshot.devices[0].mac, mac(3));
        QCOMPARE(snapshot.devices[0].model, u"changed"_s);
        QCOMPARE(snapshot.devices[1].mac, mac(1));
        QCOMPARE(snapshot.devices[2].mac, mac(2));
    }

    void removes()
    {
        {
            const auto store = opened();
            store->save(sampleDevice(1));
            store->save(sampleDevice(2));
            store->save(sampleImage(u"a"_s));
            store->removeDevice(mac(1));
            store->removeImage(u"a"_s);
            store->save(sampleDevice(1)); // appears again, now behind the other
            store->saveSetting(u"k"_s, u"1"_s);
            store->saveSetting(u"k"_s, u"2"_s);
        }
        const Snapshot snapshot = loaded(*opened());
        QCOMPARE(snapshot.devices.size(), 2);
        QCOMPARE(snapshot.devices[0].mac, mac(2));
        QCOMPARE(snapshot.devices[1].mac, mac(1));
        QVERIFY(snapshot.images.isEmpty());
        QCOMPARE(snapshot.settings.value(u"k"_s), u"2"_s);
    }

    void isPrivate()
    {
        const auto store = opened();
        store->save(sampleJob(u"j"_s));
        store->flush();
        for (const char *suffix : {"", "-wal"}) {
            struct stat facts {
            };
            QCOMPARE(stat((m_path + QLatin1StringView(suffix)).toLocal8Bit().constData(), &facts),
                     0);
            QCOMPARE(int(facts.st_mode & 0777), 0600);
        }
    }

    // Somebody else holds the database: saves return all the same, and arrive once it is free
    // again.
    void takesManySavesWithoutWaiting()
    {
        const auto store = opened();
        const QString other = u"other"_s;
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, other);
            database.setDatabaseName(m_path);
            QVERIFY(database.open());
            QVERIFY(QSqlQuery(database).exec(u"BEGIN IMMEDIATE"_s));
            Job job = sampleJob(u"busy"_s);
            for (int i = 0; i < 100'000; ++i) {
                job.done = i;
                store->save(job);
            }
            QVERIFY(QSqlQuery(database).exec(u"ROLLBACK"_s));
        }
        QSqlDatabase::removeDatabase(other);
        store->flush();
        QCOMPARE(loaded(*store).jobs.value(0).done, 99'999);
    }

    void savesFromManyThreads()
    {
        const auto store = opened();
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&store, t] {
                for (int i = 0; i < 50; ++i)
                    store->save(sampleJob(u"%1/%2"_s.arg(t).arg(i)));
                store->flush();
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(loaded(*store).jobs.size(), 200);
    }
};

QTEST_GUILESS_MAIN(TestStore)
#include "tst_store.moc"
