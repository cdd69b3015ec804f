// SPDX-License-Identifier: GPL-3.0-or-later
// How long each command holds up the window's event loop, on which polls are answered, too: a real
// station with 64 devices, 100 000 jobs in its history and a full message pane.
//   ui_bench [--limit MS]      prints a table; exit code 1 when something took longer than MS
// Times of a debug or sanitizer build say nothing; build the release preset.
#include "core/station.h"
#include "ui/details_pane.h"
#include "ui/device_pane.h"
#include "ui/main_window.h"
#include "ui/message_pane.h"
#include "ui/window_actions.h"

#include <QAction>
#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTimeZone>
#include <QTimer>
#include <QToolButton>
#include <QTreeView>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <utility>

using namespace Qt::StringLiterals;
using ui::Order;

namespace
{

constexpr int deviceCount = 64;
constexpr int jobCount = 100'000;
constexpr int settleMs = 1200; // until batches and delayed layouts are through

// Knows the longest delivery of one event: nothing else is done meanwhile.
class TimedApplication : public QApplication
{
public:
    using QApplication::QApplication;

    bool notify(QObject *receiver, QEvent *event) override
    {
        if (m_depth > 0)
            return QApplication::notify(receiver, event);
        ++m_depth;
        QElapsedTimer clock;
        clock.start();
        const bool done = QApplication::notify(receiver, event);
        m_longest = std::max(m_longest, double(clock.nsecsElapsed()) / 1e6);
        --m_depth;
        return done;
    }

    double takeLongest() { return std::exchange(m_longest, 0); } // ms

private:
    int m_depth = 0;
    double m_longest = 0;
};

core::MacAddress mac(int number)
{
    return *core::MacAddress::parse(u"e4:5f:01:00:00:%1"_s.arg(number, 2, 16, '0'_L1));
}

QString address(int number)
{
    return u"10.20.50.%1"_s.arg(number + 1);
}

core::Snapshot history()
{
    core::Snapshot snapshot;
    const QDateTime begin = QDateTime::currentDateTimeUtc().addDays(-100);
    for (int i = 0; i < jobCount; ++i) {
        core::Job job;
        job.id = QString::number(i, 16).rightJustified(32, u'0');
        job.token = job.id;
        job.mac = mac(i % deviceCount);
        job.state = i % 9 == 0 ? core::JobState::Failed : core::JobState::Succeeded;
        job.outcome = core::Outcome::Verified;
        job.imageName = u"golden.img"_s;
        job.created = job.started = begin.addSecs(i * 60);
        job.ended = job.created.addSecs(50);
        snapshot.jobs.append(job);
    }
    return snapshot;
}

class Course
{
public:
    explicit Course(TimedApplication &application) : m_application(application)
    {
        m_store = core::Store::open(m_folder.filePath(u"station.sqlite"_s)).value();
        const core::Snapshot snapshot = history();
        m_library = std::make_unique<core::ImageLibrary>(m_folder.filePath(u"images"_s), *m_store,
                                                         m_pool, snapshot.images);
        m_station = std::make_unique<core::Station>(*m_store, *m_library, m_board, snapshot,
                                                    core::StationOptions());
        giveGoldenImage();
        registerAll(0);
        m_window = std::make_unique<ui::MainWindow>(*m_station);
        m_window->resize(1440, 900);
        m_window->show();
        fillMessages();
        settle();
    }

    double run()
    {
        using Page = ui::DetailsPane::Page;
        measure("64 devices register", [this] { registerAll(1); });
        measure("Select all", [this] { table()->selectAll(); });
        measure("Deploy 64: ask", [this] { order(Order::Deploy); });
        measure("Deploy 64: order", [this] { click(u"eraseAndDeploy"_s); });
        measure("Show the history", [this] { m_window->detailsPane()->setPage(Page::History); });
        measure("Cancel 64", [this] { order(Order::Cancel); });
        measure("Show the log", [this] { m_window->detailsPane()->setPage(Page::Log); });
        measure("Show the details", [this] { m_window->detailsPane()->setPage(Page::Facts); });
        measure("Select one", [this] { table()->setCurrentIndex(table()->model()->index(7, 0)); });
        measure("Filter devices", [this] { filter(u"cancelled"_s); });
        measure("Show all devices", [this] { filter({}); });
        measure("Problems only", [this] { toggleProblems(); });
        measure("All messages", [this] { toggleProblems(); });
        measure("Narrower window", [this] { m_window->resize(1100, 760); });
        measure("Remove 64 from the list", [this] {
            table()->selectAll();
            order(Order::Forget);
        });
        return m_worst;
    }

private:
    [[nodiscard]] QTreeView *table() const { return m_window->devicePane()->view(); }

    void order(Order order) { m_window->actions()->order(order)->trigger(); }

    void filter(const QString &words)
    {
        m_window->devicePane()->findChild<QLineEdit *>()->setText(words);
    }

    void toggleProblems() { m_window->messagePane()->findChild<QToolButton *>()->toggle(); }

    void click(const QString &name)
    {
        for (auto *button : m_window->findChildren<QPushButton *>(name)) {
            if (button->isVisible())
                button->click();
        }
    }

    void settle() { QTest::qWait(settleMs); }

    void measure(const char *name, const std::function<void()> &command)
    {
        settle();
        (void)m_application.takeLongest();
        QTimer::singleShot(0, m_window.get(), command); // so that it is an event of its own
        settle();
        const double longest = m_application.takeLongest();
        m_worst = std::max(m_worst, longest);
        std::printf("%-28s %8.1f ms\n", name, longest);
        std::fflush(stdout);
    }

    void giveGoldenImage()
    {
        QFile file(m_folder.filePath(u"golden.img"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray(4096, 'x')) < 0 ||
            !file.resize(4 << 20))
            qFatal("no image");
        file.close();
        const auto id = m_library->import(file.fileName());
        if (!id)
            qFatal("no import");
        m_station->setGoldenImage(*id);
        if (!QTest::qWaitFor(
                [&] { return m_library->image(*id)->state == core::ImageState::Ready; }, 60'000))
            qFatal("not imported");
    }

    void registerAll(int boot)
    {
        for (int i = 0; i < deviceCount; ++i) {
            protocol::RegisterRequest request;
            request.mac = mac(i);
            request.storage = {u"MMC"_s, u"BJTD4R"_s, u"%1"_s.arg(i), qint64(8) << 30, 512};
            request.features = {u"full-1"_s};
            request.bootId = u"boot-%1"_s.arg(boot);
            request.model = u"Raspberry Pi Compute Module 4 Rev 1.1"_s;
            request.serial = u"10000000abcd%1"_s.arg(i, 4, 16, '0'_L1);
            (void)m_station->registerDevice(request, address(i));
        }
    }

    // As they come in a day: orders and cancellations.
    void fillMessages()
    {
        while (m_station->messages().size() < 1000) {
            const auto job = m_station->deploy(mac(int(m_station->messages().size()) % deviceCount),
                                               m_station->goldenImage(), {});
            if (!job || !m_station->cancel(*job, u"bench"_s))
                qFatal("no job");
        }
        m_window->messagePane()->flush();
    }

    TimedApplication &m_application;
    QTemporaryDir m_folder;
    imaging::WorkerPool m_pool{1};
    core::TransferBoard m_board;
    std::unique_ptr<core::Store> m_store;
    std::unique_ptr<core::ImageLibrary> m_library;
    std::unique_ptr<core::Station> m_station;
    std::unique_ptr<ui::MainWindow> m_window;
    double m_worst = 0;
};

} // namespace

int main(int argc, char *argv[])
{
    QStandardPaths::setTestModeEnabled(true);
    TimedApplication application(argc, argv);
    const QTemporaryDir settings;
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
    QCoreApplication::setOrganizationName(u"bench"_s);
    const QStringList arguments = QCoreApplication::arguments();
    const qsizetype at = arguments.indexOf(u"--limit"_s);
    const double limit = at > 0 ? arguments.value(at + 1).toDouble() : 0;
    const double worst = Course(application).run();
    std::printf("%-28s %8.1f ms\n", "longest", worst);
    return limit > 0 && worst > limit ? 1 : 0;
}
