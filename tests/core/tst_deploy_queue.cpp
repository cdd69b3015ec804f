// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/deploy_queue.h"

#include <QTest>

using core::Job;
using core::JobKind;
using core::JobState;
using core::SlotClaim;

namespace
{

constexpr qint64 patienceMs = std::chrono::milliseconds(core::deploySlotPatience).count();

// 'H' holds, 'W' waits, '.' neither.
QList<SlotClaim> claimsOf(const QByteArray &letters)
{
    QList<SlotClaim> claims;
    for (const char letter : letters)
        claims.append(letter == 'H'   ? SlotClaim::Holds
                      : letter == 'W' ? SlotClaim::Waits
                                      : SlotClaim::None);
    return claims;
}

QByteArray textOf(const QList<int> &places)
{
    QByteArray text;
    for (const int place : places)
        text += QByteArray::number(place);
    return text;
}

} // namespace

class TestDeployQueue : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void claims_data()
    {
        QTest::addColumn<JobState>("state");
        QTest::addColumn<bool>("online");
        QTest::addColumn<qint64>("silentMs");
        QTest::addColumn<SlotClaim>("expected");
        const auto row = [](const char *name, JobState state, bool online, qint64 silent,
                            SlotClaim expected) {
            QTest::newRow(name) << state << online << silent << expected;
        };
        row("queued, there", JobState::Queued, true, patienceMs * 9, SlotClaim::Waits);
        row("queued, away", JobState::Queued, false, 0, SlotClaim::None);
        row("offered", JobState::Offered, true, 0, SlotClaim::Holds);
        row("offered, patience at its end", JobState::Offered, true, patienceMs, SlotClaim::Holds);
        row("offered, not fetched", JobState::Offered, true, patienceMs + 1, SlotClaim::None);
        row("transferring", JobState::Transferring, true, 0, SlotClaim::Holds);
        row("transferring, stalled", JobState::Transferring, true, patienceMs + 1, SlotClaim::None);
        row("just gone", JobState::Transferring, false, 5'000, SlotClaim::Holds);
        row("reads back", JobState::Verifying, true, 0, SlotClaim::None);
        row("done", JobState::Succeeded, true, 0, SlotClaim::None);
        row("failed", JobState::Failed, true, 0, SlotClaim::None);
        row("cancelled", JobState::Cancelled, true, 0, SlotClaim::None);
    }

    void claims()
    {
        QFETCH(const JobState, state);
        QFETCH(const bool, online);
        QFETCH(const qint64, silentMs);
        Job job;
        job.state = state;
        QTEST(core::slotClaim(job, online, silentMs, true), "expected");
        job.kind = JobKind::Backup;
        QCOMPARE(core::slotClaim(job, online, silentMs, true), SlotClaim::None);
    }

    void whoBreaksOffAgainAndAgainHoldsNoSlot()
    {
        Job job;
        job.state = JobState::Transferring;
        QCOMPARE(core::slotClaim(job, true, 0, true), SlotClaim::Holds);
        QCOMPARE(core::slotClaim(job, true, 0, false), SlotClaim::None);
        job.state = JobState::Queued; // after all it may have its turn
        QCOMPARE(core::slotClaim(job, true, 0, false), SlotClaim::Waits);
    }

    void steadyUntilTheThirdBreak()
    {
        core::WorkRhythm rhythm;
        QVERIFY(rhythm.isSteady(0));
        qint64 now = 0;
        for (int breaks = 1; breaks <= core::mostBreaks; ++breaks) {
            rhythm.begin(now);
            now += patienceMs - 1;
            rhythm.breakOff(now);
            rhythm.breakOff(now); // told twice, it is one
            QCOMPARE(rhythm.isSteady(now), breaks < core::mostBreaks);
        }
        QVERIFY(!rhythm.isSteady(now + 100 * patienceMs)); // away is not at work
        rhythm.begin(now);
        QVERIFY(!rhythm.isSteady(now + patienceMs - 1));
        QVERIFY(rhythm.isSteady(now + patienceMs));
        rhythm.breakOff(now + patienceMs); // the first again
        QVERIFY(rhythm.isSteady(now + patienceMs));
    }

    void places_data()
    {
        QTest::addColumn<int>("limit");
        QTest::addColumn<QByteArray>("claims");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, int limit, const char *claims, const char *expected) {
            QTest::newRow(name) << limit << QByteArray(claims) << QByteArray(expected);
        };
        row("nobody", 2, "", "");
        row("no limit", 0, "HHWWW", "00000");
        row("room for all", 5, "HHWWW", "00000");
        row("the oldest may go", 2, "WWWW", "0012");
        row("one free", 2, "HWWW", "0012");
        row("full", 2, "HHWWW", "00123");
        row("one more than allowed returned", 1, "HHWW", "0012");
        row("who is away is passed over", 1, "H.W.W", "00102");
        row("a younger one holds", 1, "WH", "10");
        row("one ended", 2, ".HWW", "0001");
    }

    void places()
    {
        QFETCH(const int, limit);
        QFETCH(const QByteArray, claims);
        QFETCH(const QByteArray, expected);
        QCOMPARE(textOf(core::queuePlaces(limit, claimsOf(claims))), expected);
    }
};

QTEST_GUILESS_MAIN(TestDeployQueue)
#include "tst_deploy_queue.moc"
