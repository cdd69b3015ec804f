// SPDX-License-Identifier: GPL-3.0-or-later
// Where the actions are found, and by which letters.
#include "mnemonics.h"
#include "ui/window_actions.h"

#include <QMenu>
#include <QMenuBar>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;

namespace
{

struct Bar {
    QWidget window;
    QWidget table;
    std::unique_ptr<ui::WindowActions> actions =
        std::make_unique<ui::WindowActions>(&window, &table);
    QMenuBar bar;

    Bar() { actions->fillMenuBar(bar); }
    // The one that holds the action.
    [[nodiscard]] const QMenu *menuOf(const QAction *action) const
    {
        for (const QAction *entry : bar.actions()) {
            if (entry->menu()->actions().contains(action))
                return entry->menu();
        }
        return nullptr;
    }
    [[nodiscard]] QString oddMnemonic() const
    {
        QString odd = ::oddMnemonic(textsOf(bar.actions()));
        for (const QAction *entry : bar.actions())
            odd += ::oddMnemonic(textsOf(entry->menu()->actions()));
        return odd;
    }
};

} // namespace

class TestWindowActions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void networkBootIsATool()
    {
        const Bar b;
        const QMenu *tools = b.menuOf(b.actions->netboot);
        QVERIFY(tools);
        QCOMPARE(tools->title(), u"&Tools"_s);
        QCOMPARE(tools, b.menuOf(b.actions->preflight));
        QCOMPARE(tools, b.menuOf(b.actions->bootOrder));
    }

    // Whoever wants to be rid of something must not end jobs by it.
    void escapeIsNoOrder()
    {
        const Bar b;
        for (int order = 0; order < ui::orderCount; ++order)
            QVERIFY(!b.actions->order(ui::Order(order))
                         ->shortcuts()
                         .contains(QKeySequence(Qt::Key_Escape)));
        QVERIFY(b.actions->order(ui::Order::Cancel)
                    ->shortcuts()
                    .contains(QKeySequence(Qt::Key_Delete)));
    }

    void lettersAreUnderlinedOnce() { QCOMPARE(Bar().oddMnemonic(), QString()); }

    void inGermanToo() // the language stays: the last one
    {
        speakGerman();
        const Bar b;
        QCOMPARE(b.actions->netboot->text(), u"&Netzwerkstart …"_s);
        QCOMPARE(b.oddMnemonic(), QString());
    }
};

QTEST_MAIN(TestWindowActions)
#include "tst_window_actions.moc"
