// SPDX-License-Identifier: GPL-3.0-or-later
// With a copy of /sys/class/leds.
#include "netclient/device_actions.h"

#include <QDir>
#include <QFile>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <new>

using netclient::DeviceState;
using netclient::ledPattern;
using netclient::StateLeds;
using netclient::StopReason;
using netclient::StopSource;
using namespace Qt::StringLiterals;

namespace
{

struct Board {
    QTemporaryDir folder;

    void add(const QString &name) const
    {
        QDir(folder.path()).mkpath(name);
        put(name + "/brightness"_L1, "0\n");
        put(name + "/trigger"_L1, "none [mmc0] timer\n");
    }
    void put(const QString &name, const QByteArray &text) const
    {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write a test file");
    }
    QByteArray text(const QString &name) const
    {
        QFile file(folder.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("?");
    }
    QByteArray brightness(const QString &led) const { return text(led + "/brightness"_L1); }
};

} // namespace

class TestStateLeds : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyStateLooksDifferent()
    {
        QSet<QByteArray> patterns;
        for (const auto state : {DeviceState::Searching, DeviceState::Waiting, DeviceState::Working,
                                 DeviceState::Done, DeviceState::Failed}) {
            const QByteArray pattern = ledPattern(state);
            QVERIFY(pattern.contains('1'));
            QCOMPARE(pattern.count('0') + pattern.count('1'), pattern.size());
            patterns.insert(pattern);
        }
        QCOMPARE(patterns.size(), 5);
        QVERIFY(!ledPattern(DeviceState::Done).contains('0'));
    }

    void takesTheActivityLed_data()
    {
        QTest::addColumn<QStringList>("leds");
        QTest::addColumn<QString>("taken");
        QTest::newRow("mainline") << QStringList{u"ACT"_s, u"PWR"_s} << u"ACT"_s;
        QTest::newRow("with colour")
            << QStringList{u"default-on"_s, u"green:act"_s} << u"green:act"_s;
        QTest::newRow("Raspberry Pi") << QStringList{u"led0"_s, u"led1"_s} << u"led0"_s;
        QTest::newRow("another") << QStringList{u"mmc1::"_s} << u"mmc1::"_s;
    }

    void takesTheActivityLed()
    {
        QFETCH(QStringList, leds);
        QFETCH(QString, taken);
        const Board board;
        for (const QString &led : leds)
            board.add(led);
        StateLeds panel(board.folder.path());
        panel.show(DeviceState::Done);
        QTRY_COMPARE(board.brightness(taken), "255");
        for (const QString &led : leds) {
            QCOMPARE(board.text(led + "/trigger"_L1) == "none", led == taken);
            if (led != taken)
                QCOMPARE(board.brightness(led), "0\n");
        }
    }

    void blinks()
    {
        const Board board;
        board.add(u"ACT"_s);
        StateLeds panel(board.folder.path());
        for (const auto state : {DeviceState::Working, DeviceState::Failed, DeviceState::Searching,
                                 DeviceState::Waiting}) {
            panel.show(state);
            QTRY_COMPARE(board.brightness(u"ACT"_s), "255");
            QTRY_COMPARE(board.brightness(u"ACT"_s), "0");
        }
        panel.show(DeviceState::Done);
        QTRY_COMPARE(board.brightness(u"ACT"_s), "255");
    }

    // No memory for a moment: the light goes on afterwards.
    void aThrowIsNotTheEnd()
    {
        const Board board;
        board.add(u"ACT"_s);
        std::atomic<int> left = 5;
        StateLeds panel(board.folder.path(), [&](const QString &path, const QByteArray &text) {
            if (path.endsWith("/brightness"_L1) && left-- > 0)
                throw std::bad_alloc();
            QFile file(path);
            if (file.open(QIODevice::WriteOnly | QIODevice::Unbuffered))
                file.write(text);
        });
        panel.show(DeviceState::Done);
        QTRY_COMPARE(board.brightness(u"ACT"_s), "255");
        QVERIFY(left <= 0);
    }

    // Nor is it the end of the program when the LED cannot be had at all.
    void aThrowAtTheBeginningLeavesItDark()
    {
        const Board board;
        board.add(u"ACT"_s);
        int calls = 0;
        {
            StateLeds panel(board.folder.path(), [&](const QString &, const QByteArray &) {
                ++calls;
                throw 17;
            });
            panel.show(DeviceState::Done);
        }
        QCOMPARE(calls, 1);
        QCOMPARE(board.brightness(u"ACT"_s), "0\n");
    }

    void noLedAtAll()
    {
        const Board board;
        StateLeds panel(board.folder.path());
        panel.show(DeviceState::Working);
        QVERIFY(QDir(board.folder.path()).isEmpty());
        StateLeds(u"/nonexistent"_s).show(DeviceState::Done);
    }

    // Identify blinks all LEDs and the state is shown again afterwards.
    void identifyBorrowsThem()
    {
        const Board board;
        board.add(u"ACT"_s);
        board.add(u"PWR"_s);
        StateLeds panel(board.folder.path());
        panel.show(DeviceState::Done);
        QTRY_COMPARE(board.brightness(u"ACT"_s), "255");
        StopSource stop;
        std::thread identify([&] {
            netclient::SystemActions(board.folder.path(), {&panel, nullptr, false, false, {}})
                .identify(stop);
        });
        QTRY_COMPARE(board.brightness(u"PWR"_s), "255");
        QTRY_COMPARE(board.brightness(u"ACT"_s), "0");
        stop.stop(StopReason::Interrupted);
        identify.join();
        QCOMPARE(board.text(u"PWR/trigger"_s), "mmc0");
        QTRY_COMPARE(board.brightness(u"ACT"_s), "255");
    }
};

QTEST_GUILESS_MAIN(TestStateLeds)
#include "tst_state_leds.moc"
