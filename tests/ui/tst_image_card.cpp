// SPDX-License-Identifier: GPL-3.0-or-later
// What the window tells of an image's inside, and of the devices that it does not fit.
#include "bench.h"
#include "ui/deploy_dialog.h"
#include "ui/fit_watch.h"
#include "ui/image_card.h"
#include "ui/image_text.h"

#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>

using namespace Qt::StringLiterals;

namespace
{

core::Image readyImage()
{
    core::Image image;
    image.id = u"a"_s;
    image.name = u"golden.img.xz"_s;
    image.state = core::ImageState::Ready;
    image.size = 8 * rows::gib;
    image.facts.known = true;
    image.facts.table = u"gpt"_s;
    image.facts.partitions = {
        {1, 1 << 20, 256 << 20, u"x"_s, u"vfat"_s, u"bootfs"_s, u"1234-ABCD"_s, 60 << 20},
        {2, 257 << 20, 7 * rows::gib, u"x"_s, u"ext4"_s, {}, {}, 2 * rows::gib},
        {5, 0, 4096, u"0x0c"_s, {}, {}, {}, -1}};
    return image;
}

// Every text of the labels that are shown.
QStringList shownTexts(const QWidget &widget)
{
    QStringList texts;
    for (const QLabel *label : widget.findChildren<QLabel *>()) {
        if (label->isVisibleTo(&widget))
            texts << label->text();
    }
    return texts;
}

} // namespace

class TestImageCard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsOfPartitions()
    {
        const core::Image image = readyImage();
        QCOMPARE(ui::tableText(image.facts), u"GPT, 3 partition(s)"_s);
        QCOMPARE(ui::partitionsText(image.facts), u"1  vfat “bootfs”, 256.0 MiB, 60.0 MiB used\n"
                                                  "2  ext4, 7.0 GiB, 2.0 GiB used\n"
                                                  "5  unknown contents (type 0x0c), 4.0 KiB"_s);
        QCOMPARE(ui::tableText({}), QString());
        QCOMPARE(ui::tableText({true, {}, {}}), u"no partition table"_s);
    }

    void tellsWhatWasChecked()
    {
        QCOMPARE(ui::checkedText({}), QString());
        QCOMPARE(ui::checkedText({u"SHA256SUMS"_s, u"a.bmap"_s}),
                 u"agrees with SHA256SUMS, a.bmap"_s);
    }

    void showsItAll()
    {
        core::Image image = readyImage();
        image.checkedBy = {u"SHA256SUMS"_s};
        ui::ImageCard card;
        card.setImage(&image);
        card.setFit(u"fits"_s, true);
        const QStringList texts = shownTexts(card);
        for (const QString &text : {u"agrees with SHA256SUMS"_s, u"GPT, 3 partition(s)"_s,
                                    ui::partitionsText(image.facts), u"fits"_s})
            QVERIFY2(texts.contains(text), qPrintable(text));
    }

    void showsWhyAnImportFailed()
    {
        core::Image image = readyImage();
        image.state = core::ImageState::Failed;
        image.failure = {protocol::FailureCode::ChecksumMismatch, protocol::Stage::Import,
                         u"a.bmap: bytes 0 to 4095 should have the sum 1, they have 2"_s};
        ui::ImageCard card;
        card.setImage(&image);
        QVERIFY(shownTexts(card).contains(image.failure.detail));
        QVERIFY(!shownTexts(card).contains(u"GPT, 3 partition(s)"_s));
    }

    void leavesOutDevicesThatAreTooSmall()
    {
        const ui::DeviceRow small = rows::device(1);
        const ui::DeviceRow large = rows::device(2);
        const ui::DeployDialog dialog({small, large}, readyImage(), 0, {small.device.mac});
        QCOMPARE(dialog.rows().size(), 1);
        QCOMPARE(dialog.rows()[0].device.mac, large.device.mac);
        const auto *list = dialog.findChild<QListWidget *>();
        QVERIFY(list->item(0)->text().contains(u"too small"_s));
        QVERIFY(!list->item(1)->text().contains(u"too small"_s));
        const ui::DeployDialog none({small}, readyImage(), 0, {small.device.mac});
        QVERIFY(!none.findChild<QPushButton *>(u"eraseAndDeploy"_s)->isEnabled());
    }

    void followsWhichDevicesItFits()
    {
        Bench bench;
        ui::FitWatch watch(bench.station());
        QSignalSpy changed(&watch, &ui::FitWatch::changed);
        bench.addDevice(1, 8 * rows::gib);
        // Its last MiB holds data.
        const QString path = bench.makeImage(u"golden.img"_s, 64 << 20);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite) && file.seek((64 << 20) - 1) && file.putChar('x'));
        file.close();
        const auto id = bench.station().library().import(path);
        QVERIFY(id.ok());
        bench.station().setGoldenImage(*id);
        const core::ImageLibrary &library = bench.station().library();
        QTRY_COMPARE_WITH_TIMEOUT(library.image(*id)->state, core::ImageState::Ready, 30'000);
        watch.look();
        QCOMPARE(watch.sentence(), u"fits every device that is known"_s);
        QVERIFY(watch.allFit());
        bench.addDevice(3, 0);
        QTRY_COMPARE(watch.sentence(), u"fits the devices that told their size; 1 did not"_s);
        QVERIFY(watch.allFit());
        const core::MacAddress mac = bench.addDevice(2, 32 << 20);
        QTRY_VERIFY(!watch.allFit());
        QCOMPARE(watch.sentence(), u"does not fit 1 device(s): "_s + mac.toString());
        QCOMPARE(changed.size(), 3);
        QCOMPARE(ui::tooSmallFor(bench.station(), *library.image(*id)),
                 QSet<core::MacAddress>{mac});
    }

    void doesNotSayThatItFitsWhenNoSizeIsKnown()
    {
        Bench bench;
        QVERIFY(bench.giveGoldenImage());
        bench.addDevice(1, 0);
        const ui::FitWatch watch(bench.station());
        QCOMPARE(watch.sentence(), u"whether it fits is not known: no device has told its size"_s);
        QVERIFY(watch.allFit());
    }
};

QTEST_MAIN(TestImageCard)
#include "tst_image_card.moc"
