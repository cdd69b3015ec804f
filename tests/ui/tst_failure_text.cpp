// SPDX-License-Identifier: GPL-3.0-or-later
// Every failure has words of its own: what happened and what to do.
#include "ui/failure_rows.h"
#include "ui/failure_text.h"

#include <QSet>
#include <QTest>

using namespace Qt::StringLiterals;
using protocol::FailureCode;
using protocol::Stage;

namespace
{

constexpr int lastCode = int(FailureCode::SourceStalled);
constexpr int lastStage = int(Stage::Import);

} // namespace

class TestFailureText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lastOnesAreLast()
    {
        // toWire knows every enumerator: one more behind these would make this test blind to it.
        QVERIFY(protocol::toWire(FailureCode(lastCode + 1)).isEmpty() ||
                protocol::toWire(FailureCode(lastCode + 1)) ==
                    protocol::toWire(FailureCode::Internal));
        QVERIFY(protocol::toWire(Stage(lastStage + 1)).isEmpty() ||
                protocol::toWire(Stage(lastStage + 1)) == protocol::toWire(Stage::None));
    }

    void everyCodeAndStageHasWords_data()
    {
        QTest::addColumn<int>("code");
        for (int code = 0; code <= lastCode; ++code)
            QTest::addRow("%s", protocol::toWire(FailureCode(code)).data()) << code;
    }

    void everyCodeAndStageHasWords()
    {
        QFETCH(int, code);
        const ui::FailureText fallback = ui::fallbackFailureText();
        for (int stage = 0; stage <= lastStage; ++stage) {
            const ui::FailureText text = ui::failureText(FailureCode(code), Stage(stage));
            QVERIFY(text.cause.size() > 10 && text.cause.endsWith(u'.'));
            QVERIFY(text.nextStep.size() > 10 && text.nextStep.endsWith(u'.'));
            QVERIFY(text.cause != fallback.cause);
            QVERIFY(text.nextStep != fallback.nextStep);
        }
    }

    void causesTellCodesApart()
    {
        QSet<QString> causes;
        for (int code = 0; code <= lastCode; ++code)
            causes.insert(ui::failureText(FailureCode(code)).cause);
        QCOMPARE(causes.size(), lastCode + 1);
    }

    void everyStageHasWords()
    {
        QSet<QString> heads;
        QSet<QString> names;
        for (int stage = 0; stage <= lastStage; ++stage) {
            heads.insert(ui::failedAt(Stage(stage)));
            names.insert(ui::stageName(Stage(stage)));
        }
        QCOMPARE(heads.size(), lastStage + 1);
        QCOMPARE(names.size(), lastStage + 1);
    }

    void aRowForAStageStandsBeforeTheOneForAll()
    {
        const auto table = ui::failureRows();
        for (size_t i = 0; i < table.size(); ++i) {
            for (size_t j = i + 1; j < table.size(); ++j) {
                const bool hidden = table[i].code == table[j].code && table[i].stage == Stage::None;
                QVERIFY2(!hidden, table[j].cause);
            }
        }
        QVERIFY(ui::failureText(FailureCode::StorageFull, Stage::Import).cause !=
                ui::failureText(FailureCode::StorageFull, Stage::Receive).cause);
    }

    // One code, two things that happened.
    void whereItHappenedTellsWhat()
    {
        const auto cause = [](FailureCode code, Stage stage) {
            return ui::failureText(code, stage).cause;
        };
        QCOMPARE(cause(FailureCode::BackupMismatch, Stage::Verify),
                 u"The device returned other data when it was read again."_s);
        for (const Stage stage : {Stage::Receive, Stage::Commit, Stage::None})
            QVERIFY(cause(FailureCode::BackupMismatch, stage).contains(u"differs from"));
        QCOMPARE(cause(FailureCode::AddressChanged, Stage::Register),
                 u"Another address claims the device by now."_s);
        QCOMPARE(cause(FailureCode::AddressChanged, Stage::None),
                 u"The device has a new network address."_s);
    }

    void shortCauseStandsAfterAColon()
    {
        const protocol::Failure failure{FailureCode::DeviceTooSmall, Stage::Check, u"x"_s};
        QCOMPARE(ui::shortCause(failure), u"The image does not fit on the device"_s);
    }
};

QTEST_GUILESS_MAIN(TestFailureText)
#include "tst_failure_text.moc"
