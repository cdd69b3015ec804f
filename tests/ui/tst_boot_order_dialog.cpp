// SPDX-License-Identifier: GPL-3.0-or-later
// The boot order's dialog: field and steps follow each other, and the document can be taken along.
#include "netboot/boot_order_snippet.h"
#include "rows.h"
#include "ui/boot_order_dialog.h"
#include "ui/boot_order_text.h"
#include "ui/device_facts.h"

#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using netboot::BootMode;
using netboot::BootOrder;

namespace
{

struct Shown {
    explicit Shown(BootOrder begin) : dialog(new ui::BootOrderDialog(begin)) { dialog->open(); }
    ~Shown() { delete dialog; }

    [[nodiscard]] QLineEdit *field() const { return dialog->findChild<QLineEdit *>(u"order"_s); }
    [[nodiscard]] QPushButton *button(const QString &name) const
    {
        return dialog->findChild<QPushButton *>(name);
    }
    [[nodiscard]] QComboBox *step(int number) const
    {
        return dialog->findChild<QComboBox *>(u"step%1"_s.arg(number));
    }
    [[nodiscard]] int chosen(int number) const { return step(number)->currentData().toInt(); }
    [[nodiscard]] QString document() const
    {
        return dialog->findChild<QPlainTextEdit *>()->toPlainText();
    }
    void choose(int number, BootMode mode) const
    {
        step(number)->setCurrentIndex(step(number)->findData(int(mode)));
    }
    void type(const QString &text) const
    {
        field()->selectAll();
        QTest::keyClicks(field(), text);
    }

    ui::BootOrderDialog *dialog;
};

} // namespace

class TestBootOrderDialog : public QObject
{
    Q_OBJECT

    QTemporaryDir m_config;

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_config.path());
    }

    void beginsWithAnOrder()
    {
        const Shown shown(netboot::networkThenStorage);
        QCOMPARE(shown.field()->text(), u"0xf12"_s);
        QCOMPARE(shown.chosen(1), int(BootMode::Network));
        QCOMPARE(shown.chosen(2), int(BootMode::Sd));
        QCOMPARE(shown.chosen(3), int(BootMode::Restart));
        QCOMPARE(shown.chosen(4), -1);
        QVERIFY(shown.dialog->explanation().startsWith(
            u"Network, then eMMC or SD card, then from the start again"_s));
        QVERIFY(!shown.button(u"better"_s)->isVisible());
        QVERIFY(shown.document().startsWith(u"#cloud-config"_s));
    }

    void typingIsExplained()
    {
        const Shown shown(netboot::networkThenStorage);
        shown.type(u"0x21"_s);
        QCOMPARE(shown.dialog->order(), std::optional(BootOrder(0x21)));
        QCOMPARE(shown.field()->text(), u"0x21"_s);
        QCOMPARE(shown.chosen(1), int(BootMode::Sd));
        QVERIFY(shown.dialog->explanation().contains(u"right to the left"_s));
        QVERIFY(shown.button(u"better"_s)->isVisible());
        QCOMPARE(shown.button(u"better"_s)->text(), u"Use 0xf12"_s);
        shown.button(u"better"_s)->click();
        QCOMPARE(shown.field()->text(), u"0xf12"_s);
        QVERIFY(!shown.button(u"better"_s)->isVisible());
    }

    void wordsCanBeTyped()
    {
        const Shown shown(BootOrder(0xf21));
        shown.type(u"network, emmc, restart"_s);
        QCOMPARE(shown.dialog->order(), std::optional(netboot::networkThenStorage));
        QCOMPARE(shown.field()->text(), u"network, emmc, restart"_s);
    }

    void nonsenseIsNotTaken()
    {
        const Shown shown(BootOrder(0xf21));
        shown.type(u"floppy"_s);
        QVERIFY(!shown.dialog->order());
        QVERIFY(!shown.button(u"copyDocument"_s)->isEnabled());
        QVERIFY(!shown.button(u"saveDocument"_s)->isEnabled());
        QCOMPARE(shown.document(), QString());
        QVERIFY(shown.dialog->explanation().contains(u"no boot order"_s));
    }

    void whatMeansNothingIsNotWritten()
    {
        const Shown shown(BootOrder(0xf91));
        QVERIFY(shown.dialog->explanation().contains(u"no digit 9"_s));
        QVERIFY(!shown.button(u"saveDocument"_s)->isEnabled());
    }

    void stepsCompose()
    {
        const Shown shown(BootOrder(0x2));
        shown.choose(2, BootMode::Nvme);
        QCOMPARE(shown.field()->text(), u"0x62"_s);
        shown.choose(5, BootMode::Restart); // moves up: there are no gaps
        QCOMPARE(shown.field()->text(), u"0xf62"_s);
        QCOMPARE(shown.chosen(3), int(BootMode::Restart));
        QCOMPARE(shown.chosen(5), -1);
    }

    void aStepThatCannotBeIsTakenBack()
    {
        const Shown shown(BootOrder(0x2));
        shown.choose(2, BootMode::SdCardDetect); // as last step it would be a leading zero
        QCOMPARE(shown.field()->text(), u"0x2"_s);
        QCOMPARE(shown.chosen(2), -1);
    }

    void presets()
    {
        const Shown shown(BootOrder(0x2));
        shown.button(u"storageFirst"_s)->click();
        QCOMPARE(shown.field()->text(), u"0xf21"_s);
        shown.button(u"networkFirst"_s)->click();
        QCOMPARE(shown.field()->text(), u"0xf12"_s);
    }

    void theDocumentIsCopied()
    {
        const Shown shown(BootOrder(0xf21));
        shown.button(u"copyDocument"_s)->click();
        QCOMPARE(QGuiApplication::clipboard()->text().toUtf8(),
                 netboot::bootOrderCloudConfig(BootOrder(0xf21)));
    }

    void theDocumentIsSaved()
    {
        const QTemporaryDir folder;
        const Shown shown(BootOrder(0xf21));
        shown.button(u"saveDocument"_s)->click();
        QTRY_VERIFY(shown.dialog->findChild<QFileDialog *>(u"documentDialog"_s));
        auto *files = shown.dialog->findChild<QFileDialog *>(u"documentDialog"_s);
        Q_EMIT files->fileSelected(folder.filePath(u"user-data"_s));
        files->close();
        QFile file(folder.filePath(u"user-data"_s));
        QTRY_VERIFY(file.exists()); // whole: it was renamed to that
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), netboot::bootOrderCloudConfig(BootOrder(0xf21)));
    }

    // The thread that writes goes on: late is not lost.
    void whatIsSaidOfSaving()
    {
        const QString path = u"/srv/user-data"_s;
        const QString late = ui::BootOrderDialog::savedText(path, std::nullopt);
        QVERIFY2(late.startsWith(u"Not saved yet"_s), qPrintable(late));
        QVERIFY(late.contains(path));
        QCOMPARE(ui::BootOrderDialog::savedText(path, u"No such file"_s),
                 u"Not saved: No such file"_s);
        QCOMPARE(ui::BootOrderDialog::savedText(path, QString()), u"Saved as /srv/user-data."_s);
    }

    void howADeviceStartedIsExplained()
    {
        const auto valueOf = [](const ui::DeviceRow &row, const QString &name) {
            for (const ui::Fact &fact : ui::deviceFacts(row))
                if (fact.name == name)
                    return fact.value;
            return QString();
        };
        ui::DeviceRow row = rows::device(1);
        QCOMPARE(valueOf(row, u"Started from"_s), QString()); // its firmware does not tell
        QCOMPARE(valueOf(row, u"Boot order"_s), QString());
        row.device.boot = {2, 0, u"4fd8f1f3f7a05f7756edfae09a4d2b3b2e4e4f12"_s, 1673432052};
        QCOMPARE(valueOf(row, u"Started from"_s), u"network"_s);
        QVERIFY(valueOf(row, u"Boot order"_s).startsWith(u"includes the network"_s));
        QVERIFY(valueOf(row, u"Bootloader"_s).contains(u"2023"_s));
        QVERIFY(valueOf(row, u"Bootloader"_s).endsWith(u"4fd8f1f3f7a0"_s));
        row.device.boot.mode = 1;
        QCOMPARE(valueOf(row, u"Started from"_s), u"eMMC or SD card"_s);
        QCOMPARE(valueOf(row, u"Boot order"_s), QString());
    }

    void everyModeAndRemarkHasWords()
    {
        QSet<QString> names;
        for (int digit = 0; digit < 16; ++digit)
            names << ui::bootModeName(BootMode(digit));
        QCOMPARE(names.size(), 16);
        for (const quint32 word : {0x0U, 0x21U, 0xf12U, 0xf21U, 0xf41U, 0xf2U, 0x2f1U, 0xf91U})
            for (const netboot::BootRemark remark : BootOrder(word).remarks())
                QVERIFY(ui::bootRemarkText(remark, BootOrder(word)).endsWith(u'.') ||
                        ui::bootRemarkText(remark, BootOrder(word)).endsWith(u')'));
        QCOMPARE(ui::bootOrderLine(BootOrder(0xf12)),
                 u"0xf12: network, then eMMC or SD card, then from the start again"_s);
        QCOMPARE(ui::bootOrderSentence(BootOrder(0)), u"Not set"_s);
    }
};

QTEST_MAIN(TestBootOrderDialog)
#include "tst_boot_order_dialog.moc"
