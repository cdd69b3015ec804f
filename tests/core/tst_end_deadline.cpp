// SPDX-License-Identifier: GPL-3.0-or-later
// A process that does not end is ended, and one that does is let be.
#include "core/end_deadline.h"

#include <QTest>

#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;

namespace
{

// What became of a process that does this.
int codeOf(void (*what)())
{
    const pid_t child = ::fork();
    if (child == 0) {
        what();
        ::_exit(5);
    }
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

class TestEndDeadline : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void endsWhatHangs()
    {
        QCOMPARE(codeOf([] {
                     core::EndDeadline deadline(50ms);
                     deadline.begin(3);
                     ::pause(); // as a join does whose thread waits for a share
                 }),
                 3);
    }

    void letsBeWhatEndsInTime()
    {
        QCOMPARE(codeOf([] {
                     core::EndDeadline deadline(1h);
                     deadline.begin(3);
                 }),
                 5);
    }

    void isSilentUntilItBegins()
    {
        QCOMPARE(codeOf([] { const core::EndDeadline deadline(0ms); }), 5);
    }
};

QTEST_GUILESS_MAIN(TestEndDeadline)
#include "tst_end_deadline.moc"
