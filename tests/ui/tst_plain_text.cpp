// SPDX-License-Identifier: GPL-3.0-or-later
// Markup in every field that a device, a file or another program fills: nothing of it is rendered.
#include "bench.h"
#include "plain_walk.h"
#include "ui/confirm.h"
#include "ui/deploy_dialog.h"
#include "ui/details_pane.h"
#include "ui/device_model.h"
#include "ui/device_pane.h"
#include "ui/image_card.h"
#include "ui/image_model.h"
#include "ui/job_model.h"
#include "ui/main_window.h"
#include "ui/message_model.h"
#include "ui/message_pane.h"
#include "ui/plain_text.h"
#include "ui/start_failure.h"
#include "ui/window_texts.h"

#include <QMessageBox>
#include <QTest>
#include <QTreeView>

using namespace Qt::StringLiterals;
using core::JobKind;
using core::JobState;

namespace
{

constexpr int patience = 20000; // ms

const QStringList markups{
    u"<img src=\"file:///dev/zero\">"_s,
    u"<b>bold</b>"_s,
    u"a &lt;b&gt; c"_s,
    u"<?xml version=\"1.0\"?><a/>"_s,
    u"  <!DOCTYPE html><html>"_s,
    u"word <a href='http://x/'>link</a>"_s,
    u"line\n<table><tr><td>x"_s,
};

ui::DeviceRow device(const QString &text)
{
    ui::DeviceRow row = rows::device(1);
    core::Device &d = row.device;
    d.address = d.otherAddress = d.serial = d.model = d.boardRevision = d.clientVersion = text;
    d.bootId = d.otherUnit = text;
    d.storage.type = d.storage.name = d.storage.cid = text;
    d.storage.size = rows::gib;
    d.boot.bootloaderVersion = text;
    d.bootTimeline.serial = d.bootTimeline.address = d.bootTimeline.boardRevision = text;
    d.bootTimeline.broken = text;
    d.sameSerial = rows::mac(2);
    return row;
}

core::Job job(const QString &text, JobKind kind, JobState state)
{
    core::Job job = *rows::withJob(1, kind, state).job;
    job.imageName = job.imageIdentity = job.path = job.note = job.cancelledBy = text;
    job.failure = {protocol::FailureCode::DeviceWriteError, protocol::Stage::Write, text};
    job.warnings = {{core::ImageWarningCode::OnlyFilesystem, 1, 2, text}};
    return job;
}

core::Image image(const QString &text, core::ImageState state)
{
    core::Image image;
    image.id = u"id"_s;
    image.state = state;
    image.name = image.sourcePath = image.identity = image.sha256 = text;
    image.failure = {protocol::FailureCode::ImageCorrupt, protocol::Stage::Import, text};
    image.checkedBy = image.unchecked = {text, text};
    image.warnings = {{core::ImageWarningCode::OnlyFilesystem, 1, 2, text}};
    image.facts = {
        true, text, {{1, 0, 4096, text, text, text, text, 5}, {2, 0, 9, text, {}, {}, {}, -1}}};
    return image;
}

constexpr auto allStates = {JobState::Queued,    JobState::Offered,   JobState::Transferring,
                            JobState::Verifying, JobState::Succeeded, JobState::Failed,
                            JobState::Cancelled};

// All rows that a device with a job can be.
QList<ui::DeviceRow> allRows(const QString &text)
{
    QList<ui::DeviceRow> list{device(text)};
    for (const JobKind kind : {JobKind::Deploy, JobKind::Backup}) {
        for (const JobState state : allStates) {
            ui::DeviceRow row = device(text);
            row.job = job(text, kind, state);
            list << row;
            row.job->interrupted = true;
            row.silentSeconds = 90;
            row.bootHint = core::BootHint::NoFileAsked;
            list << row;
        }
    }
    for (qsizetype i = 0; i < list.size(); ++i)
        list[i].device.mac = rows::mac(int(i));
    return list;
}

QString joined(const QStringList &found)
{
    return found.join(u'\n');
}

} // namespace

class TestPlainText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void plainIsNeverRich()
    {
        for (const QString &markup : markups) {
            QVERIFY(Qt::mightBeRichText(markup) || markup.startsWith(u"line"_s));
            QVERIFY2(!Qt::mightBeRichText(ui::plain(markup)), qPrintable(markup));
            QString shown = ui::plain(markup);
            QCOMPARE(shown.remove(QChar(0x2060)), markup); // nothing is lost
        }
        for (const QString &harmless : {u"a < b"_s, u"Tom & Jerry"_s, u"1 <2> 3"_s, QString()})
            QCOMPARE(ui::plain(harmless), harmless);
    }

    void noModelHasRichTooltips()
    {
        for (const QString &markup : markups) {
            ui::DeviceModel devices;
            devices.update(allRows(markup));
            ui::JobModel history;
            QList<core::Job> jobs;
            for (const JobState state : allStates)
                jobs << job(markup, JobKind::Backup, state) << job(markup, JobKind::Deploy, state);
            history.setJobs(jobs);
            ui::ImageModel images;
            for (const auto state :
                 {core::ImageState::Importing, core::ImageState::Ready, core::ImageState::Failed}) {
                core::Image one = image(markup, state);
                one.id = QString::number(int(state));
                images.update(one);
            }
            images.setGolden(u"1"_s);
            ui::MessageModel messages;
            messages.append(
                {{}, rows::mac(1), markup, {ui::Severity::Error, markup, markup}, markup});
            QStringList found = plain_walk::richTextsOf(devices, u"devices"_s);
            found += plain_walk::richTextsOf(history, u"history"_s);
            found += plain_walk::richTextsOf(images, u"images"_s);
            found += plain_walk::richTextsOf(messages, u"messages"_s);
            QVERIFY2(found.isEmpty(), qPrintable(joined(found)));
            QVERIFY(images.data(images.index(1), Qt::ToolTipRole).toString().size() >
                    markup.size());
        }
    }

    void noPaneIsRich()
    {
        for (const QString &markup : markups) {
            QStringList found;
            for (const ui::DeviceRow &row : allRows(markup)) {
                ui::DetailsPane details;
                details.showDevice(row);
                details.showHistory({*allRows(markup).last().job}, 1);
                found += plain_walk::richTexts(details);
            }
            for (const auto state :
                 {core::ImageState::Importing, core::ImageState::Ready, core::ImageState::Failed}) {
                const core::Image shown = image(markup, state);
                ui::ImageCard card;
                card.setImage(&shown);
                card.setNext(&shown);
                card.setFit(markup, ui::Tone::Warning);
                found += plain_walk::richTexts(card);
            }
            const ui::DeployDialog dialog(allRows(markup), image(markup, core::ImageState::Ready),
                                          1, {rows::mac(1)});
            found += plain_walk::richTexts(dialog);
            QVERIFY2(found.isEmpty(), qPrintable(joined(found)));
        }
    }

    void noBoxIsRich()
    {
        for (const QString &markup : markups) {
            QWidget window;
            const protocol::Failure failure{protocol::FailureCode::ImageCorrupt,
                                            protocol::Stage::Import, markup};
            ui::openBox(&window, ui::refusalBox(markup, {{device(markup).device, failure}}));
            ui::openBox(&window, ui::importRefusedBox(markup, failure));
            ui::openBox(&window, {QMessageBox::Warning, markup, markup, markup, markup});
            ui::openBox(&window, ui::startFailureBox(failure, markup, 5000, {markup}));
            ui::Question question;
            question.title = question.text = question.informative = markup;
            question.accept = question.reject = markup;
            ui::confirm(&window, question, [] {});
            const auto boxes = window.findChildren<QMessageBox *>();
            QCOMPARE(boxes.size(), 5);
            QStringList found;
            for (const QMessageBox *box : boxes) {
                QCOMPARE(box->textFormat(), Qt::PlainText);
                found += plain_walk::richTexts(*box);
            }
            QVERIFY2(found.isEmpty(), qPrintable(joined(found)));
        }
    }

    // As a device sends it, over the wire's own limits, into the whole window.
    void noDeviceMakesTheWindowRich()
    {
        Bench bench;
        ui::MainWindow window(bench.station());
        window.show();
        int number = 0;
        for (const QString &markup : markups) {
            protocol::RegisterRequest request;
            request.mac = rows::mac(++number);
            request.serial = request.model = request.boardRevision = markup;
            request.clientVersion = request.bootId = markup;
            request.storage = {markup, markup, markup, rows::gib, 512};
            request.features = {u"full-1"_s};
            (void)bench.station().registerDevice(request, Bench::address(number));
        }
        QAbstractItemModel *model = window.devicePane()->view()->model();
        QTRY_VERIFY_WITH_TIMEOUT(model->rowCount() > 0, patience);
        QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), int(bench.station().devices().size()),
                                  patience);
        for (int row = 0; row < model->rowCount(); ++row) {
            window.devicePane()->view()->setCurrentIndex(model->index(row, 0));
            window.messagePane()->flush();
            const QStringList found = plain_walk::richTexts(window);
            QVERIFY2(found.isEmpty(), qPrintable(joined(found)));
        }
    }
};

QTEST_MAIN(TestPlainText)
#include "tst_plain_text.moc"
