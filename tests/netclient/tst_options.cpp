// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/options.h"

#include <QTest>

using netclient::Options;
using netclient::parseOptions;
using netclient::ShowText;
using netclient::UsageError;

class TestOptions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void accepts()
    {
        const auto parsed =
            parseOptions({QStringLiteral("--server"), QStringLiteral("http://10.20.50.1:81"),
                          QStringLiteral("--device=/dev/mmcblk0"), QStringLiteral("--mac"),
                          QStringLiteral("E4-5F-01-00-00-01"), QStringLiteral("--once")},
                         {});
        const auto *options = std::get_if<Options>(&parsed);
        QVERIFY(options);
        QCOMPARE(options->server.hostHeader(), "10.20.50.1:81");
        QCOMPARE(options->device, QStringLiteral("/dev/mmcblk0"));
        QCOMPARE(options->mac->toString(), QStringLiteral("e4:5f:01:00:00:01"));
        QVERIFY(options->once);
    }

    void takesTheServerFromTheEnvironment()
    {
        const auto parsed = parseOptions({}, QStringLiteral("http://10.20.50.1"));
        const auto *options = std::get_if<Options>(&parsed);
        QVERIFY(options);
        QCOMPARE(options->server.hostHeader(), "10.20.50.1:5000");
        QVERIFY(!options->once && !options->mac && options->device.isEmpty());
        const auto named =
            parseOptions({QStringLiteral("--server=http://b")}, QStringLiteral("http://a"));
        QCOMPARE(std::get<Options>(named).server.host, QStringLiteral("b"));
    }

    void refuses_data()
    {
        QTest::addColumn<QStringList>("arguments");
        const auto row = [](const char *line) {
            QTest::newRow(line) << QString::fromLatin1(line).split(u' ', Qt::SkipEmptyParts);
        };
        row("");
        row("--server");
        row("--server=");
        row("--server 10.20.50.1");
        row("--server https://10.20.50.1");
        row("--server http://a --mac nonsense");
        row("--server http://a --bogus");
        row("--server http://a stray");
        row("--server http://a --device");
    }

    void refuses()
    {
        QFETCH(QStringList, arguments);
        const auto parsed = parseOptions(arguments, {});
        const auto *error = std::get_if<UsageError>(&parsed);
        QVERIFY(error && !error->text.isEmpty());
    }

    void shows()
    {
        const auto help = parseOptions({QStringLiteral("--help")}, {});
        QVERIFY(std::get<ShowText>(help).text.contains(u"--once"));
        const auto version = parseOptions({QStringLiteral("--version")}, {});
        QVERIFY(std::get<ShowText>(version).text.startsWith(u"provisioning-client "));
    }
};

QTEST_APPLESS_MAIN(TestOptions)
#include "tst_options.moc"
