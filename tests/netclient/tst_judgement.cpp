// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/judgement.h"
#include "netclient/station_link.h"

#include <QTest>

using netclient::judge;
using netclient::Verdict;
using protocol::FailureCode;
using transport::HttpFault;

class TestJudgement : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void judgesAnswers_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code"); // -1: no error in the body
        QTest::addColumn<int>("verdict");
        const auto row = [](const char *name, int status, Verdict verdict) {
            QTest::newRow(name) << status << -1 << int(verdict);
        };
        const auto coded = [](FailureCode code, Verdict verdict) {
            QTest::newRow(protocol::toWire(code).data())
                << protocol::httpStatus(code) << int(code) << int(verdict);
        };
        row("200", 200, Verdict::Good);
        row("201", 201, Verdict::Good);
        row("206", 206, Verdict::Good);
        row("301", 301, Verdict::Refused);
        row("400", 400, Verdict::Refused);
        row("401", 401, Verdict::RenewSession);
        row("403", 403, Verdict::RenewSession);
        row("404", 404, Verdict::JobOver);
        row("408", 408, Verdict::Retry);
        row("410", 410, Verdict::JobOver);
        row("429", 429, Verdict::Retry);
        row("500", 500, Verdict::Retry);
        row("503", 503, Verdict::Retry);
        coded(FailureCode::UnknownJob, Verdict::JobOver);
        coded(FailureCode::UnknownTransfer, Verdict::JobOver);
        coded(FailureCode::Cancelled, Verdict::JobOver);
        coded(FailureCode::Superseded, Verdict::JobOver);
        coded(FailureCode::UnknownDevice, Verdict::RenewSession);
        coded(FailureCode::Unauthorized, Verdict::RenewSession);
        coded(FailureCode::ForeignAddress, Verdict::RenewSession);
        coded(FailureCode::StorageFull, Verdict::Refused);
        coded(FailureCode::StationIoError, Verdict::Refused);
        coded(FailureCode::BackupOutOfOrder, Verdict::Refused);
        coded(FailureCode::BackupMismatch, Verdict::Refused);
        coded(FailureCode::BadRequest, Verdict::Refused);
        coded(FailureCode::Internal, Verdict::Retry);
    }

    void judgesAnswers()
    {
        QFETCH(int, status);
        QFETCH(int, code);
        transport::HttpAnswer answer;
        answer.status = status;
        QByteArray body = "nothing that is known";
        if (code >= 0)
            body = protocol::toBody(protocol::errorJson({FailureCode(code), {}, {}}));
        const auto judgement = judge({}, answer, body);
        QTEST(int(judgement.verdict), "verdict");
        if (judgement.verdict != Verdict::Good)
            QCOMPARE(int(judgement.failure.code),
                     code >= 0 ? code : int(FailureCode::ServerRefused));
    }

    void silenceIsTriedAgain_data()
    {
        QTest::addColumn<int>("fault");
        QTest::addColumn<int>("code");
        QTest::newRow("refused") << int(HttpFault::ConnectFailed)
                                 << int(FailureCode::ConnectionLost);
        QTest::newRow("lost") << int(HttpFault::ConnectionLost) << int(FailureCode::ConnectionLost);
        QTest::newRow("timed out") << int(HttpFault::TimedOut) << int(FailureCode::Stalled);
        QTest::newRow("not HTTP") << int(HttpFault::Malformed) << int(FailureCode::ConnectionLost);
    }

    void silenceIsTriedAgain()
    {
        QFETCH(int, fault);
        const auto judgement = judge({HttpFault(fault), {}}, {}, {});
        QCOMPARE(judgement.verdict, Verdict::Retry);
        QTEST(int(judgement.failure.code), "code");
    }

    void keepsPathAndQueryOfUrls_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QByteArray>("target"); // empty: refused
        const auto row = [](const char *url, const char *target) {
            QTest::newRow(url) << QString::fromLatin1(url) << QByteArray(target);
        };
        row("http://10.20.50.1:5000/transfer/t/map", "/transfer/t/map");
        row("http://name/api/job-report?job=a%20b", "/api/job-report?job=a%20b");
        row("/transfer/t/map", "/transfer/t/map");
        row("http://name/a b", "");
        row("http://name", "");
        row("ftp://name/a", "");
        row("transfer/t", "");
        row("", "");
    }

    void keepsPathAndQueryOfUrls()
    {
        QFETCH(QString, url);
        QTEST(netclient::targetOf(url).value_or(QByteArray()), "target");
    }
};

QTEST_APPLESS_MAIN(TestJudgement)
#include "tst_judgement.moc"
