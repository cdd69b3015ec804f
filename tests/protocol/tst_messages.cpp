// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/limits.h"
#include "protocol/messages.h"

#include <QJsonArray>
#include <QTest>

using namespace protocol;
using namespace Qt::StringLiterals;

class TestMessages : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void registers_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("mac"); // empty: refused
        QTest::addColumn<QString>("ip");
        QTest::addColumn<qint64>("size");
        const QString mac = u"dc:a6:32:01:02:03"_s;
        QTest::newRow("json") << QByteArray(R"({"mac":"dc:a6:32:01:02:03","ip":"10.0.0.9"})") << mac
                              << "10.0.0.9" << qint64(0);
        QTest::newRow("json with size")
            << QByteArray(R"( {"mac":"DC-A6-32-01-02-03","ip":"","size":1024})") << mac << ""
            << qint64(1024);
        QTest::newRow("size in a string")
            << QByteArray(R"({"mac":"dc:a6:32:01:02:03","size":"31268536320"})") << mac << ""
            << qint64(31268536320);
        QTest::newRow("form") << QByteArray("mac=dc:a6:32:01:02:03&ip=10.0.0.9") << mac
                              << "10.0.0.9" << qint64(0);
        QTest::newRow("escaped form")
            << QByteArray("ip=1.2.3.4&mac=DC%3AA6%3A32%3A01%3A02%3A03&size=512") << mac << "1.2.3.4"
            << qint64(512);
        QTest::newRow("unknown fields")
            << QByteArray(R"({"mac":"dc:a6:32:01:02:03","x":[1,{}]})") << mac << "" << qint64(0);
        QTest::newRow("no mac") << QByteArray(R"({"ip":"1.2.3.4"})") << ""
                                << "" << qint64(0);
        QTest::newRow("bad size") << QByteArray(R"({"mac":"dc:a6:32:01:02:03","size":-1})") << ""
                                  << "" << qint64(0);
        QTest::newRow("absurd size")
            << QByteArray(R"({"mac":"dc:a6:32:01:02:03","size":1e18})") << ""
            << "" << qint64(0);
        QTest::newRow("cut off") << QByteArray(R"({"mac":"dc:a6:32:01:02:03")") << ""
                                 << "" << qint64(0);
        QTest::newRow("empty") << QByteArray() << ""
                               << "" << qint64(0);
        QTest::newRow("binary") << QByteArray("\0\xff\xfe", 3) << ""
                                << "" << qint64(0);
    }

    void registers()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, mac);
        const auto request = parseRegisterRequest(body);
        QCOMPARE(request.ok(), !mac.isEmpty());
        if (!request.ok()) {
            QCOMPARE(request.failure().code, FailureCode::BadRequest);
            QVERIFY(!request.failure().detail.isEmpty());
            return;
        }
        QCOMPARE(request->mac.toString(), mac);
        QTEST(request->ip, "ip");
        QTEST(request->storage.size, "size");
        QVERIFY(!request->isFullLevel());
    }

    void wrongTypes_data()
    {
        QTest::addColumn<QByteArray>("fields"); // of a registration
        QTest::addColumn<QByteArray>("named");
        const auto row = [](const char *named, const char *fields) {
            QTest::newRow(fields) << QByteArray(fields) << QByteArray(named);
        };
        row("ip", R"("ip":5)");
        row("size", R"("size":true)");
        row("size", R"("size":"5 GB")");
        row("size", R"("size":1.5)");
        row("features", R"("features":"full-1")");
        row("features", R"("features":{"full-1":true})");
        row("features", R"("features":["full-1",1])");
        row("storage", R"("storage":"x")");
        row("storage", R"("storage":[])");
        row("storage.size", R"("storage":{"size":"64"})");
        row("storage.size", R"("storage":{"size":-1})");
        row("storage.name", R"("storage":{"name":5})");
        row("storage.logical_block_size", R"("storage":{"logical_block_size":"512"})");
        row("serial", R"("serial":123)");
        row("model", R"("model":[])");
        row("boot_id", R"("boot_id":false)");
        row("board_revision", R"("board_revision":12)");
        row("client_version", R"("client_version":1.2)");
        row("boot", R"("boot":"x")");
        row("boot.mode", R"("boot":{"mode":"2"})");
        row("boot.bootloader_version", R"("boot":{"bootloader_version":1})");
        row("boot.bootloader_built", R"("boot":{"bootloader_built":"now"})");
    }

    void wrongTypes()
    {
        QFETCH(QByteArray, fields);
        QFETCH(QByteArray, named);
        const auto request = parseRegisterRequest(R"({"mac":"dc:a6:32:01:02:03",)" + fields + '}');
        QVERIFY(!request.ok());
        QCOMPARE(request.failure().code, FailureCode::BadRequest);
        QVERIFY2(request.failure().detail.startsWith(QString::fromLatin1(named) + " is not"_L1),
                 qPrintable(request.failure().detail));
    }

    // null is what scripts say of what they do not know.
    void nullIsNotTold()
    {
        const auto request = parseRegisterRequest(
            R"({"mac":"dc:a6:32:01:02:03","size":null,"serial":null,"boot":null,"features":null})");
        QVERIFY(request.ok());
        QCOMPARE(request->storage.size, 0);
        QVERIFY(request->serial.isEmpty() && !request->isFullLevel());
        // What firmware says is taken as it comes.
        const auto odd = parseRegisterRequest(
            R"({"mac":"dc:a6:32:01:02:03","boot":{"mode":4294967295,"partition":3}})");
        QVERIFY(odd.ok());
        QCOMPARE(odd->boot.mode, -1);
        QCOMPARE(odd->boot.partition, 3);
    }

    void wrongTypesInReportsAndCommits()
    {
        const QByteArray report = R"({"report":"progress","phase":"writing","done":1,"total":2,)";
        QVERIFY(parseReport(report + R"("note":"x"})").ok());
        for (const char *field :
             {R"("note":5)", R"("target":[])", R"("bottleneck":1)", R"("verified_bytes":"many")",
              R"("repaired_chunks":-1)", R"("image":17)"})
            QVERIFY2(!parseReport(report + field + '}').ok(), field);
        const QByteArray failed = R"({"report":"failed","error":)";
        QVERIFY(parseReport(failed + R"({"code":"stalled"}})").ok());
        for (const char *error : {R"("stalled")", "[]", R"({"code":5})", R"({"message":{}})"})
            QVERIFY2(!parseReport(failed + error + '}').ok(), error);
        QVERIFY(parseUploadCommit(R"({"size":5,"image":"a"})").ok());
        for (const char *body : {R"({"size":"5","image":"a"})", R"({"size":5,"image":1})",
                                 R"({"size":5,"image":"a","note":1})"})
            QVERIFY2(!parseUploadCommit(body).ok(), body);
    }

    void registerRoundTrip()
    {
        RegisterRequest request;
        request.mac = *MacAddress::parse(u"dc:a6:32:01:02:03");
        request.storage = {u"MMC"_s, u"BJTD4R"_s, u"150100424a54443452"_s, 31268536320, 512};
        request.features = {u"full-1"_s};
        request.bootId = u"b"_s;
        request.serial = u"10000000a1b2c3d4"_s;
        request.model = u"Raspberry Pi Compute Module 4"_s;
        const auto parsed = parseRegisterRequest(toBody(toJson(request)));
        QVERIFY(parsed.ok());
        QVERIFY(parsed->isFullLevel());
        QVERIFY(parsed->storage == request.storage);
        QCOMPARE(parsed->serial, request.serial);
        QCOMPARE(parsed->model, request.model);
    }

    // A plain client must find exactly what the first system sent.
    void plainActionHasNothingElse()
    {
        Action action;
        QCOMPARE(toBody(toJson(action, false)), QByteArray("{\"action\":\"none\"}\n"));
        action.kind = ActionKind::Deploy;
        action.url = u"http://h/x"_s;
        action.job = u"secret"_s;
        QCOMPARE(toBody(toJson(action, false)),
                 QByteArray("{\"action\":\"deploy\",\"url\":\"http://h/x\"}\n"));
    }

    void actionRoundTrip()
    {
        Action action;
        action.kind = ActionKind::Deploy;
        action.url = u"http://h/x"_s;
        action.job = u"j"_s;
        action.verify = VerifyScope::Full;
        action.allowSd = true;
        action.eraseRest = true;
        const auto parsed = parseAction(toBody(toJson(action, true)));
        QVERIFY(parsed.ok());
        QCOMPARE(parsed->kind, ActionKind::Deploy);
        QCOMPARE(parsed->verify, VerifyScope::Full);
        QVERIFY(parsed->allowSd);
        QVERIFY(parsed->eraseRest);
        QVERIFY(!parseAction(R"({"action":"format"})").ok());
    }

    void reports()
    {
        Report report;
        report.kind = ReportKind::Failed;
        report.failure = {FailureCode::DeviceTooSmall, Stage::Check, u"16 < 32"_s};
        const auto failed = parseReport(toBody(toJson(report)));
        QVERIFY(failed.ok());
        QCOMPARE(failed->failure.code, FailureCode::DeviceTooSmall);
        QCOMPARE(failed->failure.stage, Stage::Check);
        QCOMPARE(failed->failure.detail, u"16 < 32"_s);

        QVERIFY(!parseReport(R"({"report":"progress","phase":"sleeping"})").ok());
        QVERIFY(!parseReport(R"({"report":"progress","phase":"writing","done":-5})").ok());
        // What a later client may wait for costs nothing but its name.
        const auto later = parseReport(
            R"({"report":"progress","phase":"writing","bottleneck":"gravity","done":1,"total":2})");
        QVERIFY(later.ok());
        QCOMPARE(later->bottleneck, Bottleneck::None);
        QVERIFY(!parseReport(R"({})").ok());
    }

    void failureCodesAreUniqueAndKebab()
    {
        QStringList seen;
        for (int i = 0; i <= int(FailureCode::SourceStalled); ++i) {
            const QString wire = toWire(FailureCode(i));
            QVERIFY2(i == 0 || wire != "internal"_L1, qPrintable(QString::number(i)));
            QVERIFY(!seen.contains(wire));
            seen.append(wire);
            QCOMPARE(failureCodeFromWire(wire), std::optional(FailureCode(i)));
            QVERIFY(httpStatus(FailureCode(i)) >= 400);
        }
        for (int i = 0; i <= int(Stage::Import); ++i)
            QCOMPARE(stageFromWire(QString(toWire(Stage(i)))), std::optional(Stage(i)));
    }
};

QTEST_APPLESS_MAIN(TestMessages)
#include "tst_messages.moc"
