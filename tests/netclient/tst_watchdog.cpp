// SPDX-License-Identifier: GPL-3.0-or-later
// With a file for /dev/watchdog0: what is written to it are the feeds, and the "V" that ends the
// watch.
#include "netclient/watchdog.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using netclient::Heartbeat;
using netclient::Watchdog;
using namespace std::chrono_literals;

class TestWatchdog : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
    }

    void fedWhileAlive()
    {
        const Heartbeat heart;
        std::optional<Watchdog> dog(std::in_place, path(), heart, quick(1h));
        QVERIFY(dog->isOpen());
        QTRY_VERIFY(content().size() >= 3);
        dog.reset();
        QVERIFY(content().endsWith('V'));
        QCOMPARE(content().count('\0'), content().size() - 1);
    }

    // At its first look already the program has been silent for too long.
    void hungryWhenTheProgramHangs()
    {
        const Heartbeat heart;
        {
            const Watchdog dog(path(), heart, quick(-1ms));
        }
        QCOMPARE(content(), "V");
    }

    void fedAgainAfterASignOfLife()
    {
        Heartbeat heart;
        const Watchdog dog(path(), heart, quick(20ms));
        QTRY_VERIFY(heart.age() > 20ms);
        const qsizetype before = content().size();
        QTRY_VERIFY2((heart.beat(), content().size() > before), "never fed again");
    }

    void noWatchdog()
    {
        const Heartbeat heart;
        const Watchdog dog(m_folder.filePath(QStringLiteral("missing")), heart);
        QVERIFY(!dog.isOpen());
    }

    void agesUntilItBeats()
    {
        Heartbeat heart;
        QTRY_VERIFY(heart.age() >= 5ms);
        const auto before = std::chrono::steady_clock::now();
        heart.beat();
        const auto age = heart.age();
        // Since the beat, not earlier; it counts whole milliseconds.
        QVERIFY(age <= std::chrono::steady_clock::now() - before + 1ms);
    }

private:
    QString path() const { return m_folder.filePath(QStringLiteral("watchdog0")); }
    QByteArray content() const
    {
        QFile file(path());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("?");
    }
    static netclient::WatchdogTimes quick(std::chrono::milliseconds patience)
    {
        return {1ms, patience};
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestWatchdog)
#include "tst_watchdog.moc"
