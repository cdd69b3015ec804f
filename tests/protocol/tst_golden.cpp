// SPDX-License-Identifier: GPL-3.0-or-later
// Every golden message is understood, and what can be sent is sent in exactly these bytes.
#include "protocol/device_log.h"
#include "protocol/failure.h"
#include "protocol/limits.h"
#include "protocol/messages.h"
#include "protocol/names.h"
#include "protocol/upload_record.h"

#include <QFile>
#include <QJsonArray>
#include <QTest>

#include <cstring>

using namespace protocol;
using namespace Qt::StringLiterals;

namespace
{

QByteArray golden(const QString &name)
{
    QFile file(QStringLiteral(PS_GOLDEN_DIR "/") + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// Reads a message and writes it again; empty when it is not understood.
template<class Parse>
QByteArray again(const QByteArray &bytes, Parse parse)
{
    const auto message = parse(bytes);
    return message ? toBody(toJson(*message)) : QByteArray();
}

QByteArray actionAgain(const QByteArray &bytes, bool full)
{
    const auto action = parseAction(bytes);
    return action ? toBody(toJson(*action, full)) : QByteArray();
}

} // namespace

class TestGolden : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void reproduced_data()
    {
        using Again = std::function<QByteArray(const QByteArray &)>;
        QTest::addColumn<Again>("writeAgain");
        const auto add = [](const char *name, const Again &writeAgain) {
            QTest::newRow(name) << writeAgain;
        };
        add("register-full", [](const QByteArray &b) { return again(b, parseRegisterRequest); });
        for (const char *name : {"registered-plain", "registered-full"})
            add(name, [](const QByteArray &b) { return again(b, parseRegisterAnswer); });
        for (const char *name :
             {"action-none", "action-reboot", "action-deploy-plain", "action-backup-plain"})
            add(name, [](const QByteArray &b) { return actionAgain(b, false); });
        for (const char *name : {"action-deploy-full", "action-deploy-origin", "action-backup-full",
                                 "action-backup-proof"})
            add(name, [](const QByteArray &b) { return actionAgain(b, true); });
        for (const char *name : {"report-accepted", "report-progress", "report-progress-bottleneck",
                                 "report-deployed", "report-failed"})
            add(name, [](const QByteArray &b) { return again(b, parseReport); });
        add("device-log", [](const QByteArray &b) { return again(b, parseDeviceLog); });
        add("commit", [](const QByteArray &b) { return again(b, parseUploadCommit); });
        add("error", [](const QByteArray &b) { return toBody(errorJson(*parseError(b))); });
    }

    void reproduced()
    {
        QFETCH(std::function<QByteArray(const QByteArray &)>, writeAgain);
        const QByteArray bytes = golden(QLatin1StringView(QTest::currentDataTag()) + u".json"_s);
        QVERIFY(!bytes.isEmpty());
        QCOMPARE(writeAgain(bytes), bytes);
    }

    // The first system's clients write as they like; they are only read.
    void plainRegistration_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("JSON") << u"register-plain.json"_s;
        QTest::newRow("form") << u"register-plain.form"_s;
    }

    void plainRegistration()
    {
        QFETCH(QString, file);
        const auto request = parseRegisterRequest(golden(file));
        QVERIFY(request.ok());
        QCOMPARE(request->mac.toString(), u"dc:a6:32:01:02:03"_s);
        QCOMPARE(request->ip, u"10.20.50.101"_s);
        QCOMPARE(request->storage.size, qint64(31268536320));
        QVERIFY(!request->isFullLevel());
    }

    void fieldsMeanWhatTheyShould()
    {
        const auto deploy = parseAction(golden(u"action-deploy-full.json"_s));
        QVERIFY(deploy.ok());
        QVERIFY(deploy->packUrl.endsWith(names::pack));
        QVERIFY(deploy->mapUrl.endsWith(names::map));
        QVERIFY(deploy->url.endsWith(names::rawImage));
        QVERIFY(deploy->url.contains(names::transferPrefix));
        QVERIFY(deploy->reportUrl.contains(names::jobReport));
        QVERIFY(deploy->allowSd);
        QVERIFY(!deploy->eraseRest);
        const auto full = parseRegisterRequest(golden(u"register-full.json"_s));
        QVERIFY(full.ok());
        QVERIFY(full->isFullLevel());
        QCOMPARE(full->storage.logicalBlockSize, 512);
        QCOMPARE(full->boot.mode, 2);
        const auto registered = parseRegisterAnswer(golden(u"registered-full.json"_s));
        QCOMPARE(registered->time, qint64(1763817600));
        const auto log = parseDeviceLog(golden(u"device-log.json"_s));
        QCOMPARE(log->lines.size(), 2);
        QCOMPARE(log->lines[1].uptimeMs, 7310);
        const auto failed = parseReport(golden(u"report-failed.json"_s));
        QVERIFY(failed.ok());
        QCOMPARE(failed->failure.code, FailureCode::DeviceTooSmall);
        QCOMPARE(failed->failure.stage, Stage::Check);
    }

    void codesAndStages()
    {
        const auto names = parseObject(golden(u"names.json"_s));
        QVERIFY(names.ok());
        const QJsonObject errors = names->value("errors"_L1).toObject();
        QCOMPARE(errors.size(), int(FailureCode::SourceStalled) + 1);
        for (auto it = errors.begin(); it != errors.end(); ++it) {
            const auto code = failureCodeFromWire(it.key());
            QVERIFY2(code.has_value(), qPrintable(it.key()));
            QCOMPARE(httpStatus(*code), it.value().toInt());
        }
        const QJsonArray stages = names->value("stages"_L1).toArray();
        QCOMPARE(stages.size(), int(Stage::Import) + 1);
        for (const auto &stage : stages)
            QVERIFY2(stageFromWire(stage.toString()), qPrintable(stage.toString()));
    }

    // DATA, ZERO, DATA: heads are decoded and encoded to the same bytes, and nothing is left over.
    void uploadRun()
    {
        const QByteArray run = golden(u"upload-run.bin"_s);
        const auto bytes = std::as_bytes(std::span(run.constData(), size_t(run.size())));
        size_t at = 0;
        QStringList kinds;
        while (at < bytes.size()) {
            const auto length = headBytes(bytes[at]);
            QVERIFY(length && at + *length <= bytes.size());
            const auto record = decodeHead(bytes.subspan(at, *length));
            QVERIFY(record.ok());
            std::array<std::byte, dataRecordHeadBytes> head{};
            QCOMPARE(encodeHead(*record, head), *length);
            QVERIFY(std::memcmp(head.data(), bytes.data() + at, *length) == 0);
            kinds.append(record->kind == UploadRecord::Kind::Data ? u"data"_s : u"zero"_s);
            at += *length + record->frameBytes;
        }
        QCOMPARE(at, bytes.size());
        QCOMPARE(kinds.join(u' '), u"data zero data"_s);
    }
};

QTEST_APPLESS_MAIN(TestGolden)
#include "tst_golden.moc"
