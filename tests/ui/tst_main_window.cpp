// SPDX-License-Identifier: GPL-3.0-or-later
// The window on a real station: what is shown, what may be done, and that it is done.
#include <QTest>

#include "bench.h"
#include "ui/details_pane.h"
#include "ui/device_log_view.h"
#include "ui/device_pane.h"
#include "ui/empty_state.h"
#include "ui/facts_form.h"
#include "ui/main_window.h"
#include "ui/message_model.h"
#include "ui/message_pane.h"
#include "ui/window_actions.h"

#include <QAction>
#include <QCheckBox>
#include <QDropEvent>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTimer>
#include <QTreeView>

#include <future>

using namespace Qt::StringLiterals;
using ui::Order;

namespace
{

constexpr int patience = 20000; // ms; what is waited for takes milliseconds on a quiet machine

struct Shown {
    explicit Shown(Bench &bench) : window(bench.station()) { window.show(); }

    [[nodiscard]] QTreeView *table() const { return window.devicePane()->view(); }
    [[nodiscard]] int rowCount() const { return table()->model()->rowCount(); }
    [[nodiscard]] QAction *action(Order order) const { return window.actions()->order(order); }

    void select(int row)
    {
        const auto flags = QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows;
        table()->selectionModel()->setCurrentIndex(table()->model()->index(row, 0), flags);
    }

    [[nodiscard]] bool selectAll(int expected)
    {
        if (!QTest::qWaitFor([&] { return rowCount() == expected; }, patience))
            return false;
        table()->selectAll();
        return true;
    }

    // A widget of the window or of one of its dialogs that is shown now.
    template<class T>
    [[nodiscard]] T *find(const QString &name = {}) const
    {
        const QList<T *> all = window.findChildren<T *>(name);
        const auto found =
            std::find_if(all.begin(), all.end(), [](T *each) { return each->isVisible(); });
        return found == all.end() ? nullptr : *found;
    }

    [[nodiscard]] bool click(const QString &name)
    {
        auto *button = find<QAbstractButton>(name);
        if (!button)
            return false;
        button->click();
        return true;
    }

    ui::MainWindow window;
};

bool drop(QWidget &target, const QList<QUrl> &urls)
{
    QMimeData data;
    data.setUrls(urls);
    QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&target, &enter);
    if (!enter.isAccepted())
        return false;
    QDropEvent event(QPointF(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&target, &event);
    return event.isAccepted();
}

// The file dialog's way: a name in its line, then its button.
void save(QFileDialog *dialog, const QString &path)
{
    dialog->findChild<QLineEdit *>(u"fileNameEdit"_s)->setText(path);
    QMetaObject::invokeMethod(dialog, "accept");
}

} // namespace

class TestMainWindow : public QObject
{
    Q_OBJECT

    QTemporaryDir m_config;

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_config.path());
        QCoreApplication::setOrganizationName(u"test"_s);
        QCoreApplication::setApplicationName(u"station"_s);
        QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    }

    void init() { QSettings().clear(); }

    void devicesAppearByThemselves()
    {
        Bench bench;
        bench.addDevice(1);
        Shown shown(bench);
        QCOMPARE(shown.rowCount(), 1); // what the station knew before
        bench.addDevice(2);
        QTRY_COMPARE_WITH_TIMEOUT(shown.rowCount(), 2, patience);
        QVERIFY(bench.station().forget(rows::mac(1)));
        QTRY_COMPARE_WITH_TIMEOUT(shown.rowCount(), 1, patience);
    }

    void theEmptyTableSaysWhatToDoNext()
    {
        Bench bench;
        Shown shown(bench);
        const ui::EmptyState *empty = shown.window.devicePane()->emptyState();
        QVERIFY(empty->isVisible());
        QVERIFY(empty->title().contains(u"golden image"_s));
        QVERIFY(bench.giveGoldenImage());
        shown.window.setListening(u"http://10.20.50.1:5000"_s);
        QCOMPARE(empty->title(), u"Waiting for devices"_s);
        // Nothing lets a device boot from the network yet: it is not said that it does.
        QVERIFY(empty->text().contains(u"Network boot is off"_s));
        core::NetbootStatus serving;
        serving.state = core::NetbootState::Serving;
        bench.station().setNetbootStatus(serving);
        QVERIFY(!empty->text().contains(u"Network boot is off"_s));
        QVERIFY(empty->text().contains(u"appears here by itself"_s));
        QVERIFY(empty->text().contains(u"http://10.20.50.1:5000"_s));
        bench.addDevice(1);
        QTRY_VERIFY_WITH_TIMEOUT(!empty->isVisible(), patience);
        shown.window.devicePane()->findChild<QLineEdit *>()->setText(u"nowhere"_s);
        QVERIFY(empty->isVisible());
        QVERIFY(empty->title().contains(u"nowhere"_s));
    }

    // Whoever types or turns the wheel right after the start must not change how many deploys run.
    void theLimitOfDeploysIsNotInFocus()
    {
        Bench bench;
        Shown shown(bench);
        QVERIFY(QTest::qWaitForWindowActive(&shown.window, patience));
        const auto *number = shown.window.findChild<QSpinBox *>(u"maxDeploys"_s);
        QVERIFY(number->isVisible());
        QVERIFY(!number->hasFocus());
    }

    void actionsFollowTheSelection()
    {
        Bench bench;
        QVERIFY(bench.giveGoldenImage());
        bench.addDevice(1);
        Shown shown(bench);
        QVERIFY(!shown.action(Order::Deploy)->isEnabled());
        QVERIFY(shown.action(Order::Deploy)->toolTip().contains(u"Select"_s));
        shown.select(0);
        QVERIFY(shown.action(Order::Deploy)->isEnabled());
        QVERIFY(shown.action(Order::Backup)->isEnabled());
        QVERIFY(!shown.action(Order::Cancel)->isEnabled());
        QVERIFY(bench.station().deploy(rows::mac(1), bench.station().goldenImage(), {}));
        QTRY_VERIFY_WITH_TIMEOUT(shown.action(Order::Cancel)->isEnabled(), patience);
        QVERIFY(!shown.action(Order::Deploy)->isEnabled());
    }

    void aDroppedFileBecomesTheGoldenImage()
    {
        Bench bench;
        Shown shown(bench);
        const QString file = bench.makeImage(u"dropped.img"_s, (2 << 20) + 512);
        QVERIFY(drop(shown.window, {QUrl::fromLocalFile(file)}));
        QTRY_VERIFY_WITH_TIMEOUT(!bench.station().goldenImage().isEmpty(), patience);
        const core::ImageId golden = bench.station().goldenImage();
        const auto state = [&] { return bench.station().library().image(golden)->state; };
        QTRY_COMPARE_WITH_TIMEOUT(state(), core::ImageState::Ready, patience);
        QCOMPARE(bench.station().library().image(golden)->name, u"dropped.img"_s);
    }

    // As a second start of the program has it.
    void comesToTheFrontAndTakesAFile()
    {
        Bench bench;
        Shown shown(bench);
        shown.window.showMinimized();
        QTRY_VERIFY(shown.window.isMinimized());
        shown.window.present();
        QTRY_VERIFY(shown.window.isVisible() && !shown.window.isMinimized());
        QVERIFY(QTest::qWaitForWindowActive(&shown.window));
        shown.window.take({bench.makeImage(u"given.img"_s, 1 << 20)});
        const core::ImageLibrary &library = bench.station().library();
        QTRY_COMPARE(library.images().size(), 1);
        QCOMPARE(library.images().first().id, bench.station().goldenImage());
    }

    void anImageLeavesTheLibraryAfterAsking()
    {
        Bench bench;
        QVERIFY(bench.giveGoldenImage());
        Shown shown(bench);
        auto *library = shown.find<QListView>();
        QVERIFY(library);
        library->setCurrentIndex(library->model()->index(0, 0));
        QVERIFY(shown.click(u"removeImage"_s));
        QCOMPARE(bench.station().library().images().size(), 1);
        QVERIFY(shown.click(u"accept"_s));
        QCOMPARE(bench.station().library().images().size(), 0);
        QVERIFY(shown.window.devicePane()->emptyState()->title().contains(u"golden image"_s));
    }

    // The address that was asked about, and no other.
    void aClaimantTakesOver_data()
    {
        QTest::addColumn<bool>("changed");
        QTest::newRow("as it was asked") << false;
        QTest::newRow("a third one claims it meanwhile") << true;
    }

    void aClaimantTakesOver()
    {
        QFETCH(bool, changed);
        Bench bench;
        QVERIFY(bench.giveGoldenImage());
        const auto mac = bench.addDevice(1);
        const auto job = bench.station().deploy(mac, bench.station().goldenImage(), {});
        QVERIFY(job.ok());
        QTRY_COMPARE_WITH_TIMEOUT(bench.poll(mac, 1).job, *job, patience);
        protocol::Report accepted;
        accepted.kind = protocol::ReportKind::Accepted;
        QVERIFY(bench.station().report(*job, bench.session(mac), accepted).ok());
        Shown shown(bench);
        QVERIFY(shown.selectAll(1));
        QVERIFY(!shown.action(Order::Accept)->isEnabled());

        QVERIFY(!bench.claim(mac, u"10.20.50.7"_s));
        QTRY_VERIFY_WITH_TIMEOUT(shown.action(Order::Accept)->isEnabled(), patience);
        QCOMPARE(shown.action(Order::Accept)->text(), u"Let 10.20.50.7 take o&ver…"_s);
        shown.action(Order::Accept)->trigger();
        auto *box = shown.find<QMessageBox>();
        QVERIFY(box);
        QVERIFY(box->text().contains(u"10.20.50.7"_s));
        QVERIFY(box->informativeText().contains(u"job goes on"_s));
        if (changed)
            QVERIFY(!bench.claim(mac, u"10.20.50.9"_s));
        QVERIFY(shown.click(u"accept"_s));
        QVERIFY(!bench.claim(mac, u"10.20.50.8"_s));
        QCOMPARE(bench.claim(mac, u"10.20.50.7"_s), !changed);
        QCOMPARE(bench.station().device(mac)->address,
                 changed ? bench.address(1) : u"10.20.50.7"_s);
        if (changed)
            QTRY_VERIFY_WITH_TIMEOUT(shown.find<QMessageBox>(),
                                     patience); // says that it was refused
    }

    // The line must not stop for a file that is none.
    void theGoldenImageStaysUntilTheNextOneIsReady_data()
    {
        QTest::addColumn<QString>("what");
        QTest::newRow("becomes ready") << u"good"_s;
        QTest::newRow("fails") << u"bad"_s;
        QTest::newRow("is cancelled") << u"cancel"_s;
    }

    void theGoldenImageStaysUntilTheNextOneIsReady()
    {
        QFETCH(QString, what);
        Bench bench;
        QVERIFY(bench.giveGoldenImage());
        const core::ImageId before = bench.station().goldenImage();
        bench.addDevice(1);
        Shown shown(bench);
        shown.select(0);
        const QString name = what == u"bad"_s ? u"next.img.xz"_s : u"next.img"_s;
        std::promise<void> goOn;
        bench.pool().submit([wait = goOn.get_future().share()] { wait.wait(); });
        QVERIFY(drop(shown.window, {QUrl::fromLocalFile(bench.makeImage(name, 8 << 20))}));
        const core::ImageLibrary &library = bench.station().library();
        QTRY_COMPARE_WITH_TIMEOUT(library.images().size(), 2, patience);
        QCOMPARE(bench.station().goldenImage(), before);
        QVERIFY(shown.action(Order::Deploy)->isEnabled());
        const core::ImageId next = library.images().last().id;
        QVERIFY(next != before);
        if (what == u"cancel"_s) {
            QVERIFY(shown.click(u"cancelImport"_s));
            QTRY_VERIFY_WITH_TIMEOUT(!library.image(next), patience);
            goOn.set_value();
        } else {
            goOn.set_value();
            QTRY_VERIFY_WITH_TIMEOUT(library.image(next)->state != core::ImageState::Importing,
                                     patience);
        }
        QCOMPARE(bench.station().goldenImage(), what == u"good"_s ? next : before);
        QVERIFY(!shown.find<QPushButton>(u"cancelImport"_s));
    }

    void ofTwoFilesTheLatestBecomesGolden()
    {
        Bench bench;
        QVERIFY(bench.giveGoldenImage());
        Shown shown(bench);
        for (const QString &name : {u"b.img"_s, u"c.img"_s})
            QVERIFY(drop(shown.window, {QUrl::fromLocalFile(bench.makeImage(name, 4 << 20))}));
        const core::ImageLibrary &library = bench.station().library();
        const auto golden = [&] { return library.image(bench.station().goldenImage())->name; };
        const auto allReady = [&] {
            return std::ranges::all_of(library.images(), [](const core::Image &image) {
                return image.state == core::ImageState::Ready;
            });
        };
        QTRY_VERIFY_WITH_TIMEOUT(library.images().size() == 3 && allReady(), patience);
        QCOMPARE(golden(), u"c.img"_s);
    }

    // The image of --image may take its time.
    void automaticModeSaysWhatItWaitsFor()
    {
        core::StationOptions options;
        options.autoMode = core::AutoMode::Deploy;
        options.namesImage = true;
        Bench bench(options);
        Shown shown(bench);
        const auto *banner = shown.window.findChild<QFrame *>(u"autoBanner"_s);
        QVERIFY(banner && banner->isVisible());
        const auto says = [&](const QString &text) {
            const auto labels = banner->findChildren<QLabel *>();
            return std::ranges::any_of(
                labels, [&](const QLabel *label) { return label->text().contains(text); });
        };
        QVERIFY(says(u"waits for the image that the station was started with"_s));
        QVERIFY(bench.giveGoldenImage());
        QTRY_VERIFY_WITH_TIMEOUT(says(u"gets golden.img."_s), patience);
    }

    void automaticModeIsShownAndSwitchedOff()
    {
        Bench bench;
        QVERIFY(bench.giveGoldenImage());
        Shown shown(bench);
        bench.addDevice(1);
        QTRY_COMPARE_WITH_TIMEOUT(shown.rowCount(), 1, patience);
        shown.select(0);
        const auto *banner = shown.window.findChild<QFrame *>(u"autoBanner"_s);
        QVERIFY(banner);
        QVERIFY(!banner->isVisible());
        const auto facts = [&] { return shown.window.detailsPane()->deviceForm()->toPlainText(); };
        QVERIFY(!facts().contains(u"Automatic mode"_s));
        (void)bench.poll(rows::mac(1), 1); // who has not asked for work gets none by itself
        bench.station().setAutoMode(core::AutoMode::Deploy);
        QVERIFY(banner->isVisible());
        const auto says = [&](const QString &text) {
            const auto labels = banner->findChildren<QLabel *>();
            return std::ranges::any_of(
                labels, [&](const QLabel *label) { return label->text().contains(text); });
        };
        QVERIFY(says(u"golden.img"_s));
        QTRY_VERIFY_WITH_TIMEOUT(says(u"1 at work"_s), patience);
        std::promise<void> goOn;
        bench.pool().submit([wait = goOn.get_future().share()] { wait.wait(); });
        const auto next = bench.station().library().import(bench.makeImage(u"b.img"_s, 1 << 20));
        QVERIFY(next.ok());
        bench.station().setGoldenImage(*next);
        QVERIFY(says(u"gets golden.img. b.img follows when it is imported."_s));
        goOn.set_value();
        QTRY_VERIFY_WITH_TIMEOUT(says(u"gets b.img."_s), patience);
        QVERIFY(!says(u"follows"_s));
        QTRY_VERIFY_WITH_TIMEOUT(facts().contains(u"Automatic mode"_s), patience);
        QVERIFY(shown.click(u"turnOffAutomatic"_s));
        QCOMPARE(bench.station().autoMode(), core::AutoMode::Off);
        QVERIFY(!banner->isVisible());
        bench.addDevice(2);
        (void)bench.poll(rows::mac(2), 2);
        QVERIFY(!bench.station().latestJob(rows::mac(2)));
        QTRY_VERIFY_WITH_TIMEOUT(!facts().contains(u"Automatic mode"_s), patience);
    }

    void severalDevicesArePoweredOffAfterAsking()
    {
        Bench bench;
        bench.addDevice(1);
        bench.addDevice(2);
        Shown shown(bench);
        QVERIFY(shown.selectAll(2));
        shown.action(Order::PowerOff)->trigger();
        const auto *box = shown.find<QMessageBox>();
        QVERIFY(box);
        QVERIFY(box->informativeText().contains(rows::mac(1).toString()));
        QCOMPARE(bench.poll(rows::mac(1), 1).kind, protocol::ActionKind::None);
        QVERIFY(shown.click(u"accept"_s));
        QCOMPARE(bench.poll(rows::mac(1), 1).kind, protocol::ActionKind::PowerOff);
        shown.select(0); // one is not asked for
        bench.addDevice(1);
        shown.action(Order::PowerOff)->trigger();
        QCOMPARE(bench.poll(rows::mac(1), 1).kind, protocol::ActionKind::PowerOff);
    }

    void theHistoryIsKeptUpWhileItIsShown()
    {
        Bench bench;
        QVERIFY(bench.giveGoldenImage());
        bench.addDevice(1);
        const auto job = bench.station().deploy(rows::mac(1), bench.station().goldenImage(), {});
        QVERIFY(job.ok());
        Shown shown(bench);
        shown.select(0);
        const QTreeView *history = nullptr;
        shown.window.detailsPane()->setPage(ui::DetailsPane::History);
        for (const QTreeView *each : shown.window.detailsPane()->findChildren<QTreeView *>())
            history = each;
        QVERIFY(history);
        QCOMPARE(history->model()->rowCount(), 1);
        QVERIFY(bench.station().cancel(*job, u"test"_s));
        QVERIFY(bench.station().deploy(rows::mac(1), bench.station().goldenImage(), {}));
        QTRY_COMPARE_WITH_TIMEOUT(history->model()->rowCount(), 2, patience);
    }

    void onlyLocalFilesCanBeDropped()
    {
        Bench bench;
        Shown shown(bench);
        const QUrl there(u"http://example.invalid/x.img"_s);
        const QUrl here = QUrl::fromLocalFile(bench.makeImage(u"a.img"_s, 1 << 20));
        QVERIFY(!drop(shown.window, {there}));
        QVERIFY(!drop(shown.window, {here, there}));
        QVERIFY(!drop(shown.window, {}));
        QVERIFY(bench.station().goldenImage().isEmpty());
    }

    void severalFilesAreTakenAsOneImage_data()
    {
        QTest::addColumn<QStringList>("files");
        QTest::addColumn<bool>("taken");
        QTest::newRow("with what tells of it")
            << QStringList{u"SHA256SUMS"_s, u"a.img"_s, u"a.bmap"_s} << true;
        QTest::newRow("two images") << QStringList{u"a.img"_s, u"b.img"_s} << false;
        QTest::newRow("no image") << QStringList{u"SHA256SUMS"_s, u"a.bmap"_s} << false;
        QTest::newRow("another's bmap") << QStringList{u"a.img"_s, u"b.bmap"_s} << false;
        QTest::newRow("another file") << QStringList{u"notes.txt"_s, u"a.img"_s} << false;
        QTest::newRow("other folder") << QStringList{u"a.img"_s, u"there/a.bmap"_s} << false;
    }

    void severalFilesAreTakenAsOneImage()
    {
        QFETCH(QStringList, files);
        QFETCH(bool, taken);
        Bench bench;
        Shown shown(bench);
        (void)bench.makeImage(u"a.img"_s, 1 << 20);
        QList<QUrl> urls;
        for (const QString &file : files)
            urls << QUrl::fromLocalFile(bench.path(file));
        QVERIFY(drop(shown.window, urls));
        const auto goldenImage = [&] {
            return bench.station().library().image(bench.station().goldenImage());
        };
        QTRY_VERIFY_WITH_TIMEOUT(!taken || goldenImage(), patience);
        const core::Image *golden = goldenImage();
        QCOMPARE(golden != nullptr, taken);
        QVERIFY(!golden || golden->name == u"a.img"_s);
        const auto *box = shown.find<QMessageBox>();
        QCOMPARE(box == nullptr, taken);
        QVERIFY(!box || box->informativeText().contains(u"same folder"_s));
    }

    void anImageThatIsNoneIsRefusedInWords()
    {
        Bench bench;
        Shown shown(bench);
        QVERIFY(drop(shown.window, {QUrl::fromLocalFile(bench.makeImage(u"notes.txt"_s, 8192))}));
        QTRY_VERIFY_WITH_TIMEOUT(shown.find<QMessageBox>(), patience);
        const auto *box = shown.find<QMessageBox>();
        QVERIFY(box->text().contains(u"notes.txt"_s));
        QVERIFY(box->informativeText().contains(u".img"_s));
        QVERIFY(bench.station().goldenImage().isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(shown.window.messagePane()->model().rowCount(), 1, patience);
    }

    void deployWithoutAnImageLeadsToChoosingOne()
    {
        Bench bench;
        bench.addDevice(1);
        Shown shown(bench);
        shown.select(0);
        shown.action(Order::Deploy)->trigger();
        QVERIFY(shown.click(u"accept"_s));
        QTRY_VERIFY_WITH_TIMEOUT(shown.find<QFileDialog>(u"imageDialog"_s), patience);
        auto *dialog = shown.find<QFileDialog>(u"imageDialog"_s);
        QVERIFY(dialog->nameFilters().first().contains(u"*.img.xz"_s));
        save(dialog, bench.makeImage(u"chosen.img"_s, 1 << 20));
        const auto golden = [&] {
            return bench.station().library().image(bench.station().goldenImage());
        };
        QTRY_VERIFY(golden());
        QCOMPARE(golden()->name, u"chosen.img"_s);
    }

    void deployAsksThenOrders()
    {
        Bench bench;
        QVERIFY(bench.giveGoldenImage());
        bench.addDevice(1);
        bench.addDevice(2);
        Shown shown(bench);
        QVERIFY(shown.selectAll(2));
        shown.action(Order::Deploy)->trigger();
        QVERIFY(shown.find<QDialog>());
        QVERIFY(bench.station().jobs().isEmpty());
        shown.find<QCheckBox>(u"dontAsk"_s)->setChecked(true);
        shown.find<QCheckBox>(u"eraseRest"_s)->setChecked(true);
        QVERIFY(!shown.find<QCheckBox>(u"allowSd"_s));
        QVERIFY(shown.click(u"eraseAndDeploy"_s));
        QCOMPARE(bench.station().jobs().size(), 2);
        QVERIFY(bench.station().latestJob(rows::mac(1))->options.eraseRest);
        QVERIFY(!bench.station().latestJob(rows::mac(1))->options.allowSd);

        bench.addDevice(3);
        QVERIFY(shown.selectAll(3));
        shown.action(Order::Deploy)->trigger(); // not asked again, and the busy ones are left out
        QCOMPARE(bench.station().jobs().size(), 3);
    }

    // Another image may become the golden one while the dialog is open.
    void theImageThatWasAskedAboutIsDeployed()
    {
        Bench bench;
        QVERIFY(bench.giveGoldenImage());
        const core::ImageId asked = bench.station().goldenImage();
        bench.addDevice(1);
        Shown shown(bench);
        shown.select(0);
        shown.action(Order::Deploy)->trigger();
        QVERIFY(shown.find<QDialog>());
        QVERIFY(bench.giveGoldenImage(4 << 20));
        QVERIFY(bench.station().goldenImage() != asked);
        QVERIFY(shown.click(u"eraseAndDeploy"_s));
        QCOMPARE(bench.station().latestJob(rows::mac(1))->image, asked);
    }

    void anSdCardIsErasedOnlyWhenAllowed()
    {
        Bench bench;
        QVERIFY(bench.giveGoldenImage());
        bench.addDevice(1, 8 * rows::gib, u"SD"_s);
        Shown shown(bench);
        shown.select(0);
        shown.action(Order::Deploy)->trigger();
        QVERIFY(!shown.find<QPushButton>(u"eraseAndDeploy"_s)->isEnabled());
        shown.find<QCheckBox>(u"allowSd"_s)->setChecked(true);
        QVERIFY(shown.click(u"eraseAndDeploy"_s));
        QVERIFY(bench.station().latestJob(rows::mac(1))->options.allowSd);
    }

    void theSaveDialogsPathGetsTheBackup()
    {
        Bench bench;
        bench.addDevice(1);
        Shown shown(bench);
        shown.select(0);
        shown.window.actions()->exactCopy->setChecked(true);
        shown.action(Order::Backup)->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(shown.find<QFileDialog>(u"backupDialog"_s), patience);
        auto *dialog = shown.find<QFileDialog>(u"backupDialog"_s);
        QVERIFY(dialog->findChild<QLineEdit *>(u"fileNameEdit"_s)
                    ->text()
                    .startsWith(u"Raspberry-Pi"_s));
        save(dialog, bench.path(u"unit7"_s));
        QTRY_VERIFY_WITH_TIMEOUT(bench.station().latestJob(rows::mac(1)), patience);
        const core::Job *job = bench.station().latestJob(rows::mac(1));
        QCOMPARE(job->kind, core::JobKind::Backup);
        QCOMPARE(job->path, bench.path(u"unit7.img.zst"_s));
        QCOMPARE(job->options.scope, protocol::BackupScope::Exact);
        QVERIFY(!job->options.overwrite);
    }

    void aBackupIsReadTwiceWhereThatIsTicked_data()
    {
        QTest::addColumn<int>("devices");
        QTest::addColumn<bool>("ticked");
        QTest::newRow("as it is") << 1 << false;
        QTest::newRow("ticked") << 1 << true;
        QTest::newRow("several") << 2 << true;
    }

    void aBackupIsReadTwiceWhereThatIsTicked()
    {
        QFETCH(int, devices);
        QFETCH(bool, ticked);
        Bench bench;
        for (int device = 1; device <= devices; ++device)
            bench.addDevice(device);
        Shown shown(bench);
        QVERIFY(shown.selectAll(devices));
        QAction *twice = shown.window.actions()->readTwice;
        QVERIFY(!twice->isChecked());
        twice->setChecked(ticked);
        shown.action(Order::Backup)->trigger();
        const QString name = devices > 1 ? u"backupFolderDialog"_s : u"backupDialog"_s;
        QTRY_VERIFY_WITH_TIMEOUT(shown.find<QFileDialog>(name), patience);
        QVERIFY(QDir().mkpath(bench.path(u"backups"_s)));
        save(shown.find<QFileDialog>(name),
             bench.path(devices > 1 ? u"backups"_s : u"unit7.img.zst"_s));
        QTRY_COMPARE_WITH_TIMEOUT(bench.station().jobs().size(), devices, patience);
        for (const core::Job &job : bench.station().jobs()) {
            QCOMPARE(job.options.verify == protocol::VerifyScope::Full, ticked);
            QCOMPARE(job.options.scope, protocol::BackupScope::Used);
        }
    }

    void anExistingBackupIsReplacedOnlyAfterAsking()
    {
        Bench bench;
        bench.addDevice(1);
        const QString path = bench.makeImage(u"old.img"_s, 8192);
        Shown shown(bench);
        shown.select(0);
        shown.action(Order::Backup)->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(shown.find<QFileDialog>(u"backupDialog"_s), patience);
        bool asked = false;
        QTimer answer; // the file dialog's own question blocks
        connect(&answer, &QTimer::timeout, this, [&] {
            if (auto *box = qobject_cast<QMessageBox *>(QApplication::activeModalWidget())) {
                asked = true;
                box->button(QMessageBox::Yes)->click();
            }
        });
        answer.start(10);
        save(shown.find<QFileDialog>(u"backupDialog"_s), path);
        QVERIFY(asked);
        QTRY_VERIFY_WITH_TIMEOUT(bench.station().latestJob(rows::mac(1)), patience);
        const core::Job *job = bench.station().latestJob(rows::mac(1));
        QVERIFY(job->options.overwrite);
        QCOMPARE(job->path, path);
    }

    void severalDevicesAreBackedUpIntoAFolder()
    {
        Bench bench;
        bench.addDevice(1);
        bench.addDevice(2);
        Shown shown(bench);
        QVERIFY(shown.selectAll(2));
        shown.action(Order::Backup)->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(shown.find<QFileDialog>(u"backupFolderDialog"_s), patience);
        auto *dialog = shown.find<QFileDialog>(u"backupFolderDialog"_s);
        QVERIFY(QDir().mkpath(bench.path(u"backups"_s)));
        save(dialog, bench.path(u"backups"_s));
        QTRY_COMPARE_WITH_TIMEOUT(bench.station().jobs().size(), 2, patience);
        const QString first = bench.station().latestJob(rows::mac(1))->path;
        const QString second = bench.station().latestJob(rows::mac(2))->path;
        QVERIFY(first != second);
        QVERIFY(first.startsWith(bench.path(u"backups/"_s)) && first.endsWith(u".img.zst"_s));
    }

    void anOfferedJobIsCancelledAtOnce()
    {
        Bench bench;
        QVERIFY(bench.giveGoldenImage());
        bench.addDevice(1);
        QVERIFY(bench.station().deploy(rows::mac(1), bench.station().goldenImage(), {}));
        Shown shown(bench);
        shown.select(0);
        shown.action(Order::Cancel)->trigger();
        QCOMPARE(bench.station().latestJob(rows::mac(1))->state, core::JobState::Cancelled);
        QCOMPARE(bench.station().latestJob(rows::mac(1))->cancelledBy, u"window"_s);
    }

    void aRefusalSaysCauseAndNextStep()
    {
        Bench bench;
        QVERIFY(bench.giveGoldenImage());
        bench.addDevice(1);
        Shown shown(bench);
        shown.select(0);
        shown.action(Order::Deploy)->trigger();
        bench.addDevice(1, 512); // while the dialog is open; one block: nothing fits
        QVERIFY(shown.click(u"eraseAndDeploy"_s));
        QVERIFY(bench.station().jobs().isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(shown.find<QMessageBox>(), patience);
        const auto *box = shown.find<QMessageBox>();
        QVERIFY(box->informativeText().contains(u"does not fit"_s));
        QVERIFY(box->informativeText().contains(u"larger eMMC"_s));
    }

    void detailsShowTheSelectedDevice()
    {
        Bench bench;
        QVERIFY(bench.giveGoldenImage());
        bench.addDevice(1);
        Shown shown(bench);
        shown.select(0);
        auto *details = shown.find<ui::DetailsPane>();
        QVERIFY(details);
        const QString device = details->deviceForm()->toPlainText();
        for (const QString &fact :
             {u"10000000abcd0001"_s, u"10.20.50.101"_s, u"BJTD4R"_s, u"8.0 GiB"_s, u"boot-1"_s})
            QVERIFY2(device.contains(fact), qPrintable(fact));
        QVERIFY(bench.station().deploy(rows::mac(1), bench.station().goldenImage(), {}));
        QTRY_VERIFY_WITH_TIMEOUT(details->jobForm()->toPlainText().contains(u"golden.img"_s),
                                 patience);
    }

    void detailsShowWhatTheDeviceSays()
    {
        Bench bench;
        bench.addDevice(1);
        bench.addDevice(2);
        Shown shown(bench);
        shown.select(0);
        shown.window.detailsPane()->setPage(ui::DetailsPane::Log);
        const auto *view = shown.find<ui::DetailsPane>()->logView();
        QVERIFY(view->toPlainText().isEmpty());
        const auto say = [&](int device, int ms, const QString &text) {
            const auto mac = rows::mac(device);
            return bench.station().takeLog({mac, {{ms, text}}}, bench.session(mac)).ok();
        };
        QVERIFY(say(1, 5120, u"init: eth0: link"_s));
        QVERIFY(say(2, 9, u"of another"_s));
        QTRY_COMPARE_WITH_TIMEOUT(view->toPlainText(), u"    5.1  init: eth0: link"_s, patience);
        for (int i = 0; i < core::DeviceLogs::maxLinesPerDevice; ++i)
            QVERIFY(say(1, 6000 + i, u"line"_s));
        QTRY_VERIFY_WITH_TIMEOUT(view->toPlainText().startsWith(u"(1 older"_s), patience);
    }

    void whatHappenedIsInTheMessagePane()
    {
        Bench bench;
        Shown shown(bench);
        const ui::MessageModel &messages = shown.window.messagePane()->model();
        QCOMPARE(messages.rowCount(), 0);
        bench.addDevice(1);
        QTRY_COMPARE_WITH_TIMEOUT(messages.rowCount(), 1, patience);
        const QModelIndex about = messages.index(0, ui::MessageModel::AboutColumn);
        QCOMPARE(about.data().toString(), rows::mac(1).toString());
    }

    void closingAsksWhileJobsRun()
    {
        Bench bench;
        QVERIFY(bench.giveGoldenImage());
        bench.addDevice(1);
        QVERIFY(bench.station().deploy(rows::mac(1), bench.station().goldenImage(), {}));
        Shown shown(bench);
        QVERIFY(!shown.window.close());
        QVERIFY(shown.find<QMessageBox>());
        QVERIFY(shown.click(u"accept"_s));
        QTRY_VERIFY_WITH_TIMEOUT(!shown.window.isVisible(), patience);
    }

    void layoutAndChoicesAreRemembered()
    {
        Bench bench;
        bench.addDevice(1);
        {
            Shown shown(bench);
            shown.window.actions()->exactCopy->setChecked(true);
            shown.window.actions()->readTwice->setChecked(true);
            shown.table()->setColumnHidden(3, true);
            QVERIFY(shown.window.close());
        }
        Shown again(bench);
        QVERIFY(again.window.actions()->exactCopy->isChecked());
        QVERIFY(again.window.actions()->readTwice->isChecked());
        QVERIFY(again.table()->isColumnHidden(3));
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
