// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/device_log.h"
#include "protocol/messages.h"

#include <QJsonArray>
#include <QTest>

using namespace protocol;
using namespace Qt::StringLiterals;

namespace
{

QByteArray body(const QJsonArray &lines)
{
    return toBody({{"mac"_L1, "dc:a6:32:01:02:03"_L1}, {"lines"_L1, lines}});
}

} // namespace

class TestDeviceLog : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void badRequests_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("no MAC") << QByteArray(R"({"lines":[]})");
        QTest::newRow("no lines") << QByteArray(R"({"mac":"dc:a6:32:01:02:03"})");
        QTest::newRow("a text") << QByteArray(R"({"mac":"dc:a6:32:01:02:03","lines":"x"})");
        const auto line = [](const char *json) {
            return QByteArray(R"({"mac":"dc:a6:32:01:02:03","lines":[{"text":"x"},)") + json + "]}";
        };
        QTest::newRow("uptime in a text") << line(R"({"uptime_ms":"a"})");
        QTest::newRow("uptime in digits") << line(R"({"uptime_ms":"5"})");
        QTest::newRow("negative uptime") << line(R"({"uptime_ms":-5})");
        QTest::newRow("broken uptime") << line(R"({"uptime_ms":1.5})");
        QTest::newRow("a number for a text") << line(R"({"text":5})");
        QTest::newRow("a line that is a number") << line("17");
        QTest::newRow("a MAC that is a number") << QByteArray(R"({"mac":17,"lines":[]})");
    }

    void badRequests()
    {
        QFETCH(QByteArray, body);
        const auto log = parseDeviceLog(body);
        QVERIFY(!log.ok());
        QCOMPARE(log.failure().code, FailureCode::BadRequest);
    }

    void isBoundedAndOneLineEach()
    {
        QJsonArray lines;
        for (int i = 0; i < maxLogLines + 10; ++i)
            lines.append(QJsonObject{{"uptime_ms"_L1, i}, {"text"_L1, "x"_L1}});
        lines[0] = QJsonObject{{"uptime_ms"_L1, 0}, {"text"_L1, "a\nb\x1b[31mc\0d"_L1}};
        lines[1] = QJsonObject{{"text"_L1, QString(maxLogText * 2, u'y')}};
        lines[2] = QJsonObject{};
        const auto log = parseDeviceLog(body(lines));
        QVERIFY(log.ok());
        QCOMPARE(log->lines.size(), maxLogLines);
        QCOMPARE(log->lines[0].uptimeMs, 0);
        QCOMPARE(log->lines[0].text, u"a b [31mc d"_s);
        QCOMPARE(log->lines[1].text.size(), maxLogText);
        QVERIFY(log->lines[2] == LogLine());
    }

    void noLines()
    {
        const auto log = parseDeviceLog(body({}));
        QVERIFY(log.ok());
        QVERIFY(log->lines.isEmpty());
        QCOMPARE(log->mac.toString(), u"dc:a6:32:01:02:03"_s);
    }
};

QTEST_APPLESS_MAIN(TestDeviceLog)
#include "tst_device_log.moc"
