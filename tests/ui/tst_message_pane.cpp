// SPDX-License-Identifier: GPL-3.0-or-later
// The message pane: what a new message costs beside a thousand others, counted; and that the newest
// stays in view for whoever is at the end.
#include "rows.h"
#include "ui/message_pane.h"
#include "ui/row_heights.h"
#include "ui/top_delegate.h"
#include "ui/wrapped_text.h"

#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace Qt::StringLiterals;
using ui::MessageModel;

namespace
{

constexpr int patience = 20000; // ms
const QString sentence =
    u"The connection to the device was lost: it resumes when the device reconnects."_s;

ui::MessageEntry entry(int number, const QString &nextStep = u"Check its network cable."_s)
{
    return {QDateTime(QDate(2026, 11, 22), QTime(12, 0)),
            rows::mac(1),
            u"device"_s,
            {ui::Severity::Warning, u"%1 %2"_s.arg(number).arg(sentence), nextStep},
            {}};
}

struct Pane {
    explicit Pane(int messages, QSize size = {500, 300})
    {
        pane.resize(size);
        pane.show();
        add(messages);
    }

    void add(int messages)
    {
        for (int i = 0; i < messages; ++i)
            pane.append(entry(next++));
        pane.flush();
    }

    [[nodiscard]] QScrollBar *bar() const { return pane.view()->verticalScrollBar(); }
    [[nodiscard]] bool isAtEnd() const { return bar()->value() == bar()->maximum(); }
    // The last message is whole in the viewport.
    [[nodiscard]] bool showsNewest() const
    {
        const QAbstractItemModel *model = pane.view()->model();
        const QRect last = pane.view()->visualRect(model->index(model->rowCount() - 1, 0));
        return !last.isEmpty() && pane.view()->viewport()->rect().contains(last.bottomLeft());
    }

    ui::MessagePane pane;
    int next = 0;
};

} // namespace

class TestMessagePane : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aMessageCostsItselfOnly_data()
    {
        QTest::addColumn<int>("before");
        QTest::newRow("first") << 0;
        QTest::newRow("in the middle") << 500;
        QTest::newRow("full") << MessageModel::maxEntries;
    }

    void aMessageCostsItselfOnly()
    {
        QFETCH(int, before);
        Pane shown(before);
        QTRY_VERIFY_WITH_TIMEOUT(before == 0 || shown.showsNewest(), patience);
        QCoreApplication::processEvents();
        const qsizetype measured = shown.pane.heights().measured();
        const qsizetype placed = shown.pane.heights().placed();
        shown.add(1);
        QTRY_VERIFY_WITH_TIMEOUT(shown.showsNewest(), patience);
        QCOMPARE(shown.pane.heights().measured() - measured, 1);
        QCOMPARE(shown.pane.heights().placed() - placed, 1);
    }

    void aBatchIsOneInsertion()
    {
        Pane shown(MessageModel::maxEntries);
        QSignalSpy inserted(&shown.pane.model(), &MessageModel::rowsInserted);
        QSignalSpy removed(&shown.pane.model(), &MessageModel::rowsRemoved);
        for (int i = 0; i < 64; ++i)
            shown.pane.append(entry(i));
        QCOMPARE(inserted.size(), 0); // an order for 64 devices does not wait for the pane
        QTRY_COMPARE_WITH_TIMEOUT(inserted.size(), 1, patience);
        QCOMPARE(removed.size(), 1);
        QCOMPARE(shown.pane.model().rowCount(), MessageModel::maxEntries);
    }

    // Another width costs no text layouts.
    void anotherWidthMeasuresNothing()
    {
        Pane shown(300);
        QTRY_VERIFY_WITH_TIMEOUT(shown.showsNewest(), patience);
        const qsizetype measured = shown.pane.heights().measured();
        const int height = shown.pane.view()->rowHeight(0);
        shown.pane.resize(1200, 300);
        QTRY_VERIFY_WITH_TIMEOUT(shown.pane.view()->rowHeight(0) < height, patience);
        QCOMPARE(shown.pane.heights().measured(), measured);
        QTRY_VERIFY_WITH_TIMEOUT(shown.showsNewest(), patience);
    }

    // As after a restart of the station: messages are there before the window is.
    void theNewestIsShownAtTheStart()
    {
        ui::MessagePane pane;
        for (int i = 0; i < 24; ++i)
            pane.append(entry(i));
        pane.flush();
        pane.resize(500, 200);
        pane.show();
        const QScrollBar *bar = pane.view()->verticalScrollBar();
        QTRY_VERIFY_WITH_TIMEOUT(bar->maximum() > 0 && bar->value() == bar->maximum(), patience);
        pane.append(entry(25));
        QTRY_COMPARE_WITH_TIMEOUT(pane.model().rowCount(), 25, patience);
        QTRY_COMPARE_WITH_TIMEOUT(bar->value(), bar->maximum(), patience);
    }

    void theNewestIsShownAfterAnotherSize()
    {
        Pane shown(50);
        QTRY_VERIFY_WITH_TIMEOUT(shown.showsNewest(), patience);
        for (const QSize size : {QSize(500, 120), QSize(320, 400), QSize(900, 250)}) {
            shown.pane.resize(size);
            QTRY_VERIFY_WITH_TIMEOUT(shown.isAtEnd() && shown.showsNewest(), patience);
            shown.add(3);
            QTRY_VERIFY_WITH_TIMEOUT(shown.isAtEnd() && shown.showsNewest(), patience);
        }
    }

    void whoeverReadsOnIsNotDisturbed()
    {
        Pane shown(100);
        QTRY_VERIFY_WITH_TIMEOUT(shown.showsNewest(), patience);
        shown.bar()->setValue(40);
        shown.add(5);
        QTRY_COMPARE_WITH_TIMEOUT(shown.pane.model().rowCount(), 105, patience);
        QCoreApplication::processEvents();
        QCOMPARE(shown.bar()->value(), 40);
        shown.bar()->setValue(shown.bar()->maximum()); // and back
        shown.add(5);
        QTRY_VERIFY_WITH_TIMEOUT(shown.showsNewest(), patience);
    }

    void heightsAreThoseOfTheStyle_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("short") << u"Done."_s;
        QTest::newRow("empty") << QString();
        QTest::newRow("sentence") << sentence;
        QTest::newRow("two paragraphs") << sentence + u'\n' + sentence + sentence;
        QTest::newRow("a path")
            << u"Saved as /srv/backups/2026/bench-1/Compute-Module-4-e45f01.img.zst."_s;
        QTest::newRow("one long word") << QString(300, u'm');
        QTest::newRow("spaces") << u"a      b      c      "_s + QString(60, u' ') + u"d"_s;
        QTest::newRow("hyphens") << u"proxy-DHCP-beside-the-office-server-or-not-at-all-then"_s;
    }

    // The arithmetic agrees with what paints: at most one line more, and never less.
    void heightsAreThoseOfTheStyle()
    {
        QFETCH(QString, text);
        Pane shown(1);
        QTableView *view = shown.pane.view();
        const int margin =
            view->style()->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, view) + 1;
        const ui::WrappedText wrapped(text, view->font());
        for (int width = 120; width <= 900; width += 13) {
            QStyleOptionViewItem option;
            option.initFrom(view);
            option.font = view->font();
            option.fontMetrics = view->fontMetrics();
            option.features = QStyleOptionViewItem::HasDisplay | QStyleOptionViewItem::WrapText;
            option.decorationSize = {};
            option.text = text;
            option.text.replace(u'\n', QChar::LineSeparator);
            option.rect = QRect(0, 0, width, 1);
            const int style = view->style()
                                  ->sizeFromContents(QStyle::CT_ItemViewItem, &option, {}, view)
                                  .height();
            const qreal own = wrapped.height(width - 2 * margin);
            QVERIFY2(own + 2 * ui::RowHeights::padding >= style,
                     qPrintable(u"%1 px: %2, style %3"_s.arg(width).arg(own).arg(style)));
            QVERIFY2(own <= style + view->fontMetrics().height() + 1,
                     qPrintable(u"%1 px: %2, style %3"_s.arg(width).arg(own).arg(style)));
        }
    }
};

QTEST_MAIN(TestMessagePane)
#include "tst_message_pane.moc"
