// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/job_machine.h"

#include <QTest>

using core::JobEvent;
using core::JobState;

class TestJobMachine : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // The whole table, written down a second time: a change of behaviour has to be made twice.
    void everyTransition()
    {
        // One row per state, one letter per event in the order of JobEvent; '.' is not allowed.
        struct Row {
            JobState state;
            const char *next;
        };
        const Row rows[] = {
            {JobState::Queued, "OT...FC"},       {JobState::Offered, "OTVOSFC"},
            {JobState::Transferring, "OTVOSFC"}, {JobState::Verifying, "OVVOSFC"},
            {JobState::Succeeded, "......."},    {JobState::Failed, "......."},
            {JobState::Cancelled, "......."},
        };
        const QHash<char, JobState> letters{
            {'O', JobState::Offered},   {'T', JobState::Transferring}, {'V', JobState::Verifying},
            {'S', JobState::Succeeded}, {'F', JobState::Failed},       {'C', JobState::Cancelled}};
        for (const Row &row : rows) {
            for (int event = 0; event < 7; ++event) {
                const auto next = core::nextState(row.state, JobEvent(event));
                const char letter = row.next[event];
                const QByteArray where = "state " + QByteArray::number(int(row.state)) + " event " +
                                         QByteArray::number(event);
                QVERIFY2(next.has_value() == (letter != '.'), where.constData());
                if (next)
                    QVERIFY2(*next == letters.value(letter), where.constData());
            }
        }
    }

    void nothingLeavesAnEnd()
    {
        for (int state = int(JobState::Succeeded); state <= int(JobState::Cancelled); ++state)
            QVERIFY(core::isEnded(JobState(state)));
        for (int state = 0; state < int(JobState::Succeeded); ++state)
            QVERIFY(!core::isEnded(JobState(state)));
    }
};

QTEST_APPLESS_MAIN(TestJobMachine)
#include "tst_job_machine.moc"
