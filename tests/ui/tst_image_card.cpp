// SPDX-License-Identifier: GPL-3.0-or-later
// What the window tells of an image's inside, and of the devices that it does not fit.
#include "bench.h"
#include "ui/deploy_dialog.h"
#include "ui/fit_watch.h"
#include "ui/image_card.h"
#include "ui/image_text.h"
#include "ui/image_warning_text.h"
#include "ui/theme.h"
#include "ui/toned_label.h"

#include <QApplication>
#include <QCheckBox>
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
        card.setFit(u"fits"_s, ui::Tone::Good);
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

    void anImageWithoutWarningsIsGreen()
    {
        const core::Image image = readyImage();
        ui::ImageCard card;
        card.setImage(&image);
        QCOMPARE(card.findChild<QLabel *>(u"sign"_s)->accessibleName(), u"Ready to be deployed"_s);
        QVERIFY(card.findChild<QLabel *>(u"warnings"_s)->isHidden());
    }

    void everyWarningIsASentenceOfItsOwn()
    {
        QSet<QString> seen;
        const int last = int(core::ImageWarningCode::CloudInitState);
        for (int code = 0; code <= last; ++code) {
            const core::ImageWarning warning{core::ImageWarningCode(code), 2, 7 << 20, u"ext4"_s};
            const QString text = ui::imageWarningText(warning);
            QVERIFY2(text.size() > 20 && text.endsWith(u'.'), qPrintable(text));
            QVERIFY(!text.contains(u'%'));
            seen.insert(text);
        }
        QCOMPARE(seen.size(), last + 1);
    }

    void warningsNameTheirNumbers()
    {
        using enum core::ImageWarningCode;
        QCOMPARE(ui::imageWarningText({ImageTruncated, 2, 7 << 20, {}}),
                 u"Partition 2 ends 7.0 MiB behind the end of the image: the image is cut off."_s);
        QVERIFY(ui::imageWarningText({ImageTruncated, 0, 0, {}}).contains(u"its last partition"_s));
        QVERIFY(ui::imageWarningText({MachineId, 0, 0, {}}).startsWith(u"The file system"_s));
        QVERIFY(!ui::imageWarningText({PartitionUnplausible, 1, 0, {}}).contains(u"0 byte"_s));
        QVERIFY(ui::imageWarningText({TrailingBytes, 0, 15, {}}).contains(u"15 byte"_s));
        QVERIFY(ui::imageWarningText({OnlyFilesystem, 0, 0, u"ext4"_s}).contains(u"(ext4)"_s));
        QCOMPARE(ui::uncheckedText({}), QString());
        QCOMPARE(ui::uncheckedText({u"SHA512SUMS"_s}),
                 u"SHA512SUMS lies beside it and was not checked"_s);
        QCOMPARE(ui::uncheckedText({u"a.md5"_s, u"B"_s}),
                 u"a.md5, B lie beside it and were not checked"_s);
    }

    void anImageWithWarningsIsNotGreen()
    {
        core::Image image = readyImage();
        image.unchecked = {u"SHA512SUMS"_s};
        for (int code = 0; code <= int(core::ImageWarningCode::CloudInitState); ++code) {
            image.warnings = {{core::ImageWarningCode(code), 2, 4096, u"x"_s}};
            ui::ImageCard card;
            card.setImage(&image);
            QVERIFY(card.findChild<QLabel *>(u"sign"_s)->accessibleName() !=
                    u"Ready to be deployed"_s);
            QVERIFY(shownTexts(card).contains(ui::imageWarningText(image.warnings.first())));
            QVERIFY(shownTexts(card).contains(u"SHA512SUMS lies beside it and was not checked"_s));
        }
    }

    // Screen readers tell the name and the value.
    void namesDoNotHideValues()
    {
        const core::Image image = readyImage();
        ui::ImageCard card;
        card.setImage(&image);
        for (const QLabel *label : card.findChildren<QLabel *>()) {
            const QString name = label->accessibleName();
            QVERIFY2(name.isEmpty() || name.contains(label->text()), qPrintable(name));
        }
        const auto labels = card.findChildren<QLabel *>();
        QVERIFY(std::ranges::any_of(labels, [](const QLabel *label) {
            return label->accessibleName() == u"Size: 8.0 GiB"_s;
        }));
    }

    // Light to dark while it is shown: no tone keeps the other theme's colour.
    void colorsFollowTheTheme()
    {
        core::Image image = readyImage();
        image.checkedBy = {u"SHA256SUMS"_s};
        image.warnings = {{core::ImageWarningCode::NoBootPartition, 0, 0, {}}};
        QApplication::setPalette(ui::lightPalette());
        ui::ImageCard card;
        card.setImage(&image);
        card.setFit(u"does not fit"_s, ui::Tone::Warning);
        card.show();
        QApplication::setPalette(ui::darkPalette());
        int toned = 0;
        for (const auto *label : card.findChildren<ui::TonedLabel *>()) {
            if (label->tone() == ui::Tone::Neutral)
                continue;
            ++toned;
            QTRY_COMPARE(label->palette().color(QPalette::WindowText).rgb(),
                         ui::toneColor(label->tone(), ui::darkPalette()).rgb());
        }
        QVERIFY(toned >= 3);
        QApplication::setPalette(ui::lightPalette());
        for (const auto *label : card.findChildren<ui::TonedLabel *>()) {
            if (label->tone() == ui::Tone::Warning)
                QTRY_COMPARE(label->palette().color(QPalette::WindowText).rgb(),
                             ui::toneColor(ui::Tone::Warning, ui::lightPalette()).rgb());
        }
    }

    void deployWarnsBeforeErasing()
    {
        core::Image image = readyImage();
        const ui::DeployDialog silent({rows::device(1)}, image, 0, {});
        QVERIFY(!silent.findChild<QLabel *>(u"imageWarnings"_s));
        image.warnings = {{core::ImageWarningCode::SshHostKeys, 2, 0, {}},
                          {core::ImageWarningCode::MachineId, 2, 0, {}}};
        const ui::DeployDialog dialog({rows::device(1)}, image, 0, {});
        const auto *lines = dialog.findChild<QLabel *>(u"imageWarnings"_s);
        QVERIFY(lines);
        QCOMPARE(lines->text(), ui::imageWarningLines(image.warnings));
    }

    // The number is that of the devices that are written to.
    void deployCountsWhatIsWrittenTo()
    {
        ui::DeviceRow card = rows::device(3);
        card.device.storage.type = u"SD"_s;
        const ui::DeviceRow small = rows::device(1);
        ui::DeployDialog dialog({small, rows::device(2), card}, readyImage(), 2,
                                {small.device.mac});
        const auto question = [&] { return dialog.findChild<QLabel *>(u"question"_s)->text(); };
        QVERIFY2(question().contains(u" 1 device"_s), qPrintable(question()));
        dialog.findChild<QCheckBox *>(u"allowSd"_s)->setChecked(true);
        QVERIFY2(question().contains(u" 2 device"_s), qPrintable(question()));
        const ui::DeployDialog none({small}, readyImage(), 0, {small.device.mac});
        QVERIFY(none.findChild<QLabel *>(u"question"_s)->text().startsWith(u"None of"_s));
    }

    void deployNamesWhoIsAway()
    {
        ui::DeviceRow away = rows::device(1);
        away.silentSeconds = 1320;
        away.device.lastSeen = QDateTime::currentDateTimeUtc().addSecs(-1320);
        ui::DeviceRow coming = rows::device(3);
        coming.silentSeconds = 5;
        coming.device.address.clear();
        const ui::DeployDialog dialog({away, rows::device(2), coming}, readyImage(), 0, {});
        const auto *list = dialog.findChild<QListWidget *>();
        QVERIFY(list->item(0)->text().contains(u"offline since"_s));
        QVERIFY(list->item(0)->text().contains(u"when it comes back"_s));
        QVERIFY(!list->item(1)->text().contains(u"offline"_s));
        QVERIFY(list->item(2)->text().contains(u"when it registers"_s));
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
        QTRY_COMPARE(watch.sentence(),
                     u"fits the devices that reported their size; 1 device(s) did not"_s);
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
        QCOMPARE(watch.sentence(), u"not known whether it fits: no device has reported its size"_s);
        QVERIFY(watch.allFit());
        QCOMPARE(watch.tone(), ui::Tone::Muted); // not known is not good
    }
};

QTEST_MAIN(TestImageCard)
#include "tst_image_card.moc"
