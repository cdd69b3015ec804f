// SPDX-License-Identifier: GPL-3.0-or-later
// What each of several is told who wait for the database, in the orders in which they may wake up.
#include "core/store_flushes.h"

#include <QTest>

using namespace core;
using namespace Qt::StringLiterals;

namespace
{

Change job(const QString &id)
{
    Job job;
    job.id = id;
    return job;
}

const Change image = Image();

} // namespace

class TestStoreFlushes : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // The next write was over before they woke up.
    void countsTheWriteThatCoversIt()
    {
        FlushTickets tickets;
        const quint64 kept = tickets.take({});
        write(tickets, {image});
        const quint64 dropped = tickets.take({});
        write(tickets, {image}, {}, {image});
        const quint64 left = tickets.take({});
        write(tickets, {image}, {image});
        const quint64 again = tickets.take({});
        write(tickets, {image});
        QVERIFY(tickets.collect(again));
        QVERIFY(!tickets.collect(left));
        QVERIFY(!tickets.collect(dropped));
        QVERIFY(tickets.collect(kept));
    }

    void tellsAllThatWait()
    {
        FlushTickets tickets;
        const quint64 first = tickets.take({});
        const quint64 second = tickets.take({});
        write(tickets, {image}, {}, {image});
        const quint64 third = tickets.take({});
        write(tickets, {});
        QVERIFY(!tickets.collect(second));
        QVERIFY(!tickets.collect(first));
        QVERIFY(tickets.collect(third));
    }

    // It was written, and failed, before anybody asked.
    void remembersUntilSomebodyAsks()
    {
        FlushTickets tickets;
        write(tickets, {job(u"bad"_s), image}, {}, {job(u"bad"_s)});
        const quint64 other = tickets.take(u"good"_s);
        write(tickets, {job(u"good"_s)});
        const quint64 all = tickets.take({});
        const quint64 own = tickets.take(u"bad"_s);
        write(tickets, {});
        QVERIFY(tickets.collect(other)); // and takes nothing away from the others
        QVERIFY(!tickets.collect(all));
        QVERIFY(!tickets.collect(own));
    }

    void forgetsWhatWasWrittenAfterAll_data()
    {
        QTest::addColumn<bool>("removed");
        QTest::newRow("written") << false;
        QTest::newRow("removed") << true;
    }

    void forgetsWhatWasWrittenAfterAll()
    {
        QFETCH(bool, removed);
        FlushTickets tickets;
        write(tickets, {job(u"j"_s)}, {}, {job(u"j"_s)});
        const quint64 before = tickets.take(u"j"_s);
        write(tickets, {});
        const quint64 after = tickets.take(u"j"_s);
        write(tickets, {removed ? Change(Removal{"job"_L1, "id"_L1, u"j"_s}) : job(u"j"_s)});
        QVERIFY(!tickets.collect(before));
        QVERIFY(tickets.collect(after));
    }

    void knowsWhetherSomebodyWaits()
    {
        FlushTickets tickets;
        QVERIFY(!tickets.areWaiting());
        const quint64 ticket = tickets.take({});
        QVERIFY(tickets.areWaiting() && !tickets.isAnswered(ticket));
        write(tickets, {});
        QVERIFY(!tickets.areWaiting() && tickets.isAnswered(ticket));
    }

private:
    static void write(FlushTickets &tickets, const std::vector<Change> &changes,
                      const std::vector<Change> &left = {}, const std::vector<Change> &dropped = {})
    {
        if (!changes.empty())
            tickets.noteWrite(FlushTickets::jobsIn(changes), left, dropped);
        tickets.answer(tickets.newest());
    }
};

QTEST_GUILESS_MAIN(TestStoreFlushes)
#include "tst_store_flushes.moc"
