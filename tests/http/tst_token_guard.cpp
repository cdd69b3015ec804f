// SPDX-License-Identifier: GPL-3.0-or-later
// Who may steer the station, and what is asked of it then.
#include "http/operator_requests.h"
#include "http/operator_routes.h"
#include "http/token_guard.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using http::TokenGuard;
using protocol::FailureCode;

namespace
{

using Verdict = std::optional<FailureCode>;
const Verdict welcome;
const Verdict unauthorized = FailureCode::Unauthorized;
const Verdict tooMany = FailureCode::TooManyAttempts;

const QByteArray secret = "0123456789abcdef";

struct Fixture {
    explicit Fixture(int inAll = 1'000'000) : limits{10, 60s, 60s, 4, inAll} {}

    std::optional<FailureCode> ask(const QByteArray &token, const char *peer, bool local = false)
    {
        const auto failure = guard.check(token, QString::fromLatin1(peer), local);
        return failure ? std::optional(failure->code) : std::nullopt;
    }
    void guess(int times, const char *peer, bool local = false)
    {
        for (int i = 0; i < times; ++i)
            (void)ask("wrong", peer, local);
    }

    TokenGuard::Clock::time_point now = TokenGuard::Clock::now();
    http::GuessLimits limits;
    TokenGuard guard{secret, limits, [this] { return now; }};
};

} // namespace

class TestTokenGuard : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void knowsTheToken()
    {
        Fixture f;
        QCOMPARE(f.ask(secret, "10.0.0.1"), welcome);
        for (const QByteArray &wrong : {QByteArray("wrong"), secret.chopped(1), secret + '0',
                                        QByteArray("0123456789abcdeF"), QByteArray()})
            QCOMPARE(f.ask(wrong, "10.0.0.1"), unauthorized);
    }

    void tenGuessesAndNoMore()
    {
        Fixture f;
        for (int i = 0; i < 10; ++i)
            QCOMPARE(f.ask("wrong", "10.0.0.1"), unauthorized);
        QCOMPARE(f.ask("wrong", "10.0.0.1"), tooMany);
        // It may be the guess that hits.
        QCOMPARE(f.ask(secret, "10.0.0.1"), tooMany);
        QCOMPARE(f.ask(secret, "10.0.0.2"), welcome);
        f.now += 59s;
        QCOMPARE(f.ask(secret, "10.0.0.1"), tooMany);
        f.now += 1s;
        QCOMPARE(f.ask(secret, "10.0.0.1"), welcome);
    }

    void aRightOneForgetsTheWrongOnes()
    {
        Fixture f;
        for (int round = 0; round < 5; ++round) {
            f.guess(9, "10.0.0.1");
            QCOMPARE(f.ask(secret, "10.0.0.1"), welcome);
        }
    }

    void whoForgotItIsNoGuesser()
    {
        Fixture f;
        for (int i = 0; i < 50; ++i)
            QCOMPARE(f.ask({}, "10.0.0.1"), unauthorized);
    }

    void aMinuteLaterTheyAreForgotten()
    {
        Fixture f;
        for (int minute = 0; minute < 5; ++minute) {
            f.guess(9, "10.0.0.1");
            QCOMPARE(f.ask("wrong too", "10.0.0.2"), unauthorized);
            f.now += 60s;
        }
        QCOMPARE(f.ask(secret, "10.0.0.1"), welcome);
    }

    // All users of this machine have one address.
    void nobodyHereLocksTheOperatorOut()
    {
        Fixture f;
        f.guess(100, "127.0.0.1", true);
        QCOMPARE(f.ask("wrong", "127.0.0.1", true), tooMany);
        QCOMPARE(f.ask(secret, "127.0.0.1", true), welcome);
    }

    // As many addresses as there may be: no memory is taken, and the oldest is forgotten.
    void manyAddresses()
    {
        Fixture f;
        f.guess(9, "10.0.0.1");
        for (int i = 2; i <= 100; ++i) {
            f.now += 1ms;
            f.guess(1, qPrintable(u"10.0.1.%1"_s.arg(i)));
        }
        f.guess(9, "10.0.0.1");
        QCOMPARE(f.ask(secret, "10.0.0.1"), welcome);
    }

    // Twelve that take turns: together they get little more than the budget, and nobody who does
    // not guess notices.
    void aBudgetForAllTogether()
    {
        Fixture f;
        f.limits = {10, 60s, 60s, 1024, 50};
        f.guard = TokenGuard(secret, f.limits, [&f] { return f.now; });
        int looked = 0; // how many were compared, and not just refused
        for (int round = 0; round < 100; ++round) {
            f.now += 100ms;
            for (int n = 1; n <= 12; ++n) {
                const QByteArray guess = "guess-" + QByteArray::number(round);
                looked += f.ask(guess, qPrintable(u"10.0.0.%1"_s.arg(n))) == unauthorized;
            }
            QCOMPARE(f.ask(secret, "10.0.1.1"), welcome);
            QCOMPARE(f.ask(secret, qPrintable(u"10.0.2.%1"_s.arg(round))), welcome);
            QCOMPARE(f.ask(secret, "127.0.0.1", true), welcome);
        }
        QVERIFY2(looked > 50 && looked <= 50 + 12, qPrintable(QString::number(looked)));
        QCOMPARE(f.ask(secret, "10.0.0.1"), tooMany); // it may be the guess that hits
        f.now += 60s;
        QCOMPARE(f.ask(secret, "10.0.0.1"), welcome);
        f.guess(9, "10.0.0.2"); // the budget is new, too
        QCOMPARE(f.ask(secret, "10.0.0.2"), welcome);
    }

    // An address for each guess.
    void aFloodOfAddresses()
    {
        Fixture f(50);
        f.guess(3, "127.0.0.1", true);
        for (int i = 0; i < 20'000; ++i) {
            f.guess(1, qPrintable(u"10.1.%1.%2"_s.arg(i / 250).arg(i % 250)));
            QVERIFY(f.guard.remembered() <= f.limits.addresses);
        }
        QCOMPARE(f.ask(secret, "10.0.0.1"), welcome);
        QCOMPARE(f.ask(secret, "127.0.0.1", true), welcome);
        QCOMPARE(f.ask("wrong", "10.0.0.2"), unauthorized); // a slip
        QCOMPARE(f.ask(secret, "10.0.0.2"), tooMany);
        QCOMPARE(f.ask(secret, "127.0.0.1", true), welcome);
    }

    void tokenFiles_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("good");
        QTest::newRow("one letter") << QByteArray("a\n") << false;
        QTest::newRow("fifteen") << QByteArray("123456789012345\n") << false;
        QTest::newRow("spaces do not count") << QByteArray("1234567890          \n") << false;
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("sixteen") << QByteArray("1234567890123456\n") << true;
    }

    void tokenFiles()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, good);
        const QTemporaryDir folder;
        QFile file(folder.filePath(u"token"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
        const auto token = http::loadOrCreateToken(file.fileName());
        QCOMPARE(token.ok(), good);
        if (good)
            QCOMPARE(*token, text.trimmed());
        else
            QCOMPARE(token.failure().code, FailureCode::BadRequest);
    }

    void jobRequests()
    {
        const QByteArray mac = R"("mac":"dc:a6:32:01:02:03")";
        const auto job = http::parseJobRequest(
            "{" + mac + R"(,"kind":"backup","path":"/a.img","scope":"exact","allow":["sd"]})");
        QVERIFY(job.ok());
        QCOMPARE(job->kind, core::JobKind::Backup);
        QCOMPARE(job->path, u"/a.img"_s);
        QVERIFY(job->options.allowSd && !job->options.overwrite);
        QCOMPARE(job->options.scope, protocol::BackupScope::Exact);
        QVERIFY(!job->image);
        const QByteArray deploy = "{" + mac + R"(,"kind":"deploy")";
        QCOMPARE(*http::parseJobRequest(deploy + R"(,"image":"i"})")->image, u"i"_s);
        for (const char *field :
             {R"("image":5)", R"("path":[])", R"("scope":"some")", R"("verify":1)",
              R"("allow":"sd")", R"("allow":[1])", R"("erase_rest":1)", R"("overwrite":"no")"})
            QVERIFY2(!http::parseJobRequest(deploy + ',' + field + '}').ok(), field);
        QVERIFY(!http::parseJobRequest("{" + mac + R"(,"kind":"format"})").ok());
        QVERIFY(!http::parseJobRequest(R"({"mac":17,"kind":"deploy"})").ok());
        QVERIFY(!http::parseJobRequest("[]").ok());
    }

    void otherRequests()
    {
        QCOMPARE(http::parseImportRequest(R"({"path":"/a","golden":true})")->golden,
                 std::optional(true));
        QVERIFY(!http::parseImportRequest(R"({"path":"/a"})")->golden);
        for (const char *body :
             {R"({"path":"a"})", "{}", R"({"path":1})", R"({"path":"/a","golden":"yes"})"})
            QVERIFY2(!http::parseImportRequest(body).ok(), body);
        const QByteArray backup = R"({"mac":"dc:a6:32:01:02:03","kind":"backup","path":"/b.img")";
        QCOMPARE(http::parseJobRequest(backup + R"(,"proof":true})")->options.verify,
                 protocol::VerifyScope::Full);
        QCOMPARE(http::parseJobRequest(backup + R"(,"proof":false})")->options.verify,
                 protocol::VerifyScope::Sampled);
        QVERIFY(!http::parseJobRequest(backup + R"(,"proof":"yes"})").ok());
        QCOMPARE(*http::parseGoldenRequest(R"({"image":"x"})"), u"x"_s);
        QVERIFY(!http::parseGoldenRequest(R"({"image":5})").ok());
        QCOMPARE(http::parseSettingsRequest(R"({"max_deploys":999})")->maxDeploys,
                 std::optional(999));
        QVERIFY(!http::parseSettingsRequest("{}")->maxDeploys);
        for (const char *limit : {"-1", "1000", "1.5", R"("4")", "true", "[]"})
            QVERIFY2(
                !http::parseSettingsRequest(R"({"max_deploys":)" + QByteArray(limit) + '}').ok(),
                limit);
        QVERIFY(http::parseDeviceActionRequest(R"({"action":"rearm"})")->rearm);
        QCOMPARE(http::parseDeviceActionRequest(R"({"action":"reboot"})")->action,
                 protocol::ActionKind::Reboot);
        for (const char *body : {R"({"action":5})", R"({"action":"format"})", "{}"})
            QVERIFY2(!http::parseDeviceActionRequest(body).ok(), body);
    }

    // Who is let in is named: another one may claim the device by now.
    void acceptNamesAnAddress_data()
    {
        QTest::addColumn<QByteArray>("address");
        QTest::addColumn<QString>("meant");
        QTest::newRow("IPv4") << QByteArray(R"("192.0.2.7")") << u"192.0.2.7"_s;
        QTest::newRow("spaces") << QByteArray(R"(" 192.0.2.7 ")") << u"192.0.2.7"_s;
        QTest::newRow("mapped") << QByteArray(R"("::ffff:192.0.2.7")") << u"192.0.2.7"_s;
        QTest::newRow("IPv6") << QByteArray(R"("FE80:0::7%eth0")") << u"fe80::7%eth0"_s;
        QTest::newRow("a name") << QByteArray(R"("bench-7")") << QString();
        QTest::newRow("empty") << QByteArray(R"("")") << QString();
        QTest::newRow("null") << QByteArray("null") << QString();
        QTest::newRow("a number") << QByteArray("7") << QString();
    }

    void acceptNamesAnAddress()
    {
        QFETCH(QByteArray, address);
        QFETCH(QString, meant);
        const auto wish =
            http::parseDeviceActionRequest(R"({"action":"accept","address":)" + address + '}');
        QCOMPARE(wish.ok(), !meant.isEmpty());
        if (!wish) {
            QCOMPARE(wish.failure().code, FailureCode::BadRequest);
            QVERIFY(wish.failure().detail.contains(u"address"_s));
            return;
        }
        QCOMPARE(wish->accept, meant);
        QVERIFY(!http::parseDeviceActionRequest(R"({"action":"accept"})").ok());
    }
};

QTEST_GUILESS_MAIN(TestTokenGuard)
#include "tst_token_guard.moc"
