// SPDX-License-Identifier: GPL-3.0-or-later
// The models of messages, images and a device's history.
#include "rows.h"
#include "ui/image_model.h"
#include "ui/job_model.h"
#include "ui/message_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using Mode = QAbstractItemModelTester::FailureReportingMode;

namespace
{

ui::MessageEntry entry(ui::Severity severity)
{
    return {QDateTime(QDate(2026, 11, 22), QTime(12, 0)),
            rows::mac(1),
            u"device"_s,
            {severity, u"It happened."_s, u"Do this."_s},
            u"EIO"_s};
}

core::Image image(const QString &id, core::ImageState state)
{
    core::Image image;
    image.id = id;
    image.name = id + u".img"_s;
    image.state = state;
    image.size = 8 * rows::gib;
    image.dataBytes = 2 * rows::gib;
    image.done = rows::gib;
    image.total = 8 * rows::gib;
    return image;
}

} // namespace

class TestListModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void messagesAreFiltered()
    {
        ui::MessageModel model;
        QAbstractItemModelTester tester(&model, Mode::QtTest);
        ui::MessageFilter filter;
        filter.setSourceModel(&model);
        model.append(entry(ui::Severity::Info));
        model.append(entry(ui::Severity::Error));
        filter.setProblemsOnly(true);
        QCOMPARE(filter.rowCount(), 1);
        QVERIFY(filter.index(0, ui::MessageModel::TextColumn)
                    .data()
                    .toString()
                    .contains(u"Do this."_s));
        filter.setProblemsOnly(false);
        QCOMPARE(filter.rowCount(), 2);
    }

    void messagesAreBounded()
    {
        ui::MessageModel model;
        for (int i = 0; i < ui::MessageModel::maxEntries + 2; ++i)
            model.append(entry(i < 2 ? ui::Severity::Error : ui::Severity::Info));
        QCOMPARE(model.rowCount(), ui::MessageModel::maxEntries);
        const int severity = model.index(0, 0).data(ui::MessageModel::SeverityRole).toInt();
        QCOMPARE(severity, int(ui::Severity::Info));
    }

    void aCopiedMessageHasEverything()
    {
        const QString text = ui::toPlainText(entry(ui::Severity::Error));
        for (const QString &part :
             {u"2026-11-22"_s, u"Error"_s, u"device"_s, u"It happened."_s, u"Do this."_s, u"EIO"_s})
            QVERIFY2(text.contains(part), qPrintable(part));
    }

    void imagesAreUpdatedInPlace()
    {
        ui::ImageModel model;
        QAbstractItemModelTester tester(&model, Mode::QtTest);
        model.update(image(u"a"_s, core::ImageState::Importing));
        model.update(image(u"b"_s, core::ImageState::Ready));
        QCOMPARE(model.index(0).data().toString(), u"a.img\nImporting, 1.0 of 8.0 GiB"_s);
        QCOMPARE(model.golden(), nullptr);
        QSignalSpy changed(&model, &ui::ImageModel::dataChanged);
        model.setGolden(u"b"_s);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(model.golden()->name, u"b.img"_s);
        model.update(image(u"a"_s, core::ImageState::Ready));
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0).data().toString(), u"a.img\n8.0 GiB, 2.0 GiB used"_s);
        model.remove(u"b"_s);
        model.remove(u"b"_s);
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.golden(), nullptr);
    }

    void aFailedImageSaysWhy()
    {
        ui::ImageModel model;
        core::Image failed = image(u"a"_s, core::ImageState::Failed);
        failed.failure.code = protocol::FailureCode::ImageEmpty;
        model.update(failed);
        QCOMPARE(model.index(0).data().toString(), u"a.img\nThe image file is empty"_s);
    }

    void historyIsNewestFirstAndUpdatedInPlace()
    {
        ui::JobModel model;
        QAbstractItemModelTester tester(&model, Mode::QtTest);
        core::Job old = *rows::withJob(1, core::JobKind::Deploy, core::JobState::Succeeded).job;
        old.outcome = core::Outcome::Verified;
        core::Job now = *rows::withJob(2, core::JobKind::Backup, core::JobState::Offered).job;
        now.path = u"/backups/x.img"_s;
        QSignalSpy reset(&model, &ui::JobModel::modelReset);
        QSignalSpy inserted(&model, &ui::JobModel::rowsInserted);
        model.setJobs({old});
        model.setJobs({old, now}); // a row more, at the top
        QCOMPARE(inserted.size(), 2);
        now.state = core::JobState::Cancelled;
        model.setJobs({old, now});
        QCOMPARE(reset.size(), 0);
        QSignalSpy changed(&model, &ui::JobModel::dataChanged);
        model.setJobs({old, now}); // nothing that could still change
        QCOMPARE(changed.size(), 0);
        QCOMPARE(model.index(0, ui::JobModel::SubjectColumn).data().toString(),
                 u"/backups/x.img"_s);
        QCOMPARE(model.index(0, ui::JobModel::ResultColumn).data().toString(),
                 u"Backup cancelled"_s);
        QCOMPARE(model.index(1, ui::JobModel::ResultColumn).data().toString(),
                 u"Done – verified"_s);
        model.setJobs({now}); // another list
        QCOMPARE(reset.size(), 1);
        QCOMPARE(model.rowCount(), 1);
    }
};

QTEST_MAIN(TestListModels)
#include "tst_list_models.moc"
