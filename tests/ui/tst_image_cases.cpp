// SPDX-License-Identifier: GPL-3.0-or-later
// Images as people have them, imported by the real library and shown: what the card, the Deploy
// dialog, the library's list and the messages say of each. The images and the words that are
// expected come from tests/e2e/image_words.py.
#include "bench.h"
#include "ui/deploy_dialog.h"
#include "ui/fit_watch.h"
#include "ui/glyph_icon.h"
#include "ui/image_card.h"
#include "ui/setup.h"
#include "ui/toned_label.h"
#include "ui/window_texts.h"

#include <QApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QProcess>
#include <QPushButton>
#include <QRegularExpression>
#include <QStandardPaths>

#include <algorithm>

using namespace Qt::StringLiterals;
using core::ImageState;

namespace
{

constexpr int patience = 60'000; // ms

bool matches(const QString &text, const QString &pattern)
{
    const QRegularExpression whole(QRegularExpression::anchoredPattern(pattern));
    return whole.match(text).hasMatch();
}

QStringList strings(const QJsonObject &object, QLatin1StringView key)
{
    QStringList list;
    for (const QJsonValue &value : object.value(key).toArray())
        list << value.toString();
    return list;
}

QString linesOf(const QWidget &widget, const QString &objectName)
{
    const auto *label = widget.findChild<QLabel *>(objectName);
    return label && label->isVisibleTo(&widget) ? label->text() : QString();
}

// What is shown beside a name.
const ui::TonedLabel *valueOf(const QWidget &widget, const QString &name)
{
    for (const auto *label : widget.findChildren<ui::TonedLabel *>()) {
        if (label->isVisibleTo(&widget) &&
            label->accessibleName() == name + u": "_s + label->text())
            return label;
    }
    return nullptr;
}

QStringList shownTexts(const QWidget &widget)
{
    QStringList texts;
    for (const QLabel *label : widget.findChildren<QLabel *>()) {
        if (label->isVisibleTo(&widget))
            texts << label->text();
    }
    return texts;
}

// Glyph and colour.
bool shows(const ui::ImageCard &card, ui::Glyph glyph, ui::Tone tone)
{
    const QPixmap shown = card.findChild<QLabel *>(u"sign"_s)->pixmap();
    const QPixmap wanted =
        ui::glyphIcon(glyph, tone).pixmap(shown.size(), card.devicePixelRatioF());
    return shown.toImage() == wanted.toImage();
}

} // namespace

class TestImageCases : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom));
        ui::setUpApplication(*qApp);
        QProcess script;
        script.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        script.start(QStringLiteral(PS_PYTHON),
                     {u"-B"_s, QStringLiteral(PS_IMAGE_WORDS), m_folder.path()});
        QVERIFY2(script.waitForFinished(2 * patience), qPrintable(script.errorString()));
        QCOMPARE(script.exitCode(), 0);
        m_cases = QJsonDocument::fromJson(script.readAllStandardOutput()).array();
        QVERIFY(m_cases.size() >= 60);
        m_bench = std::make_unique<Bench>();
    }

    void cleanupTestCase() { m_bench.reset(); }

    void words_data()
    {
        QTest::addColumn<QJsonObject>("about");
        for (const QJsonValue &about : std::as_const(m_cases))
            QTest::newRow(qPrintable(about["name"_L1].toString())) << about.toObject();
    }

    void words()
    {
        QFETCH(QJsonObject, about);
        core::ImageLibrary &library = m_bench->station().library();
        const auto id = library.import(about["path"_L1].toString());
        QVERIFY2(id.ok(), id.ok() ? "" : qPrintable(id.failure().detail));
        QTRY_VERIFY_WITH_TIMEOUT(library.image(*id)->state != ImageState::Importing, patience);
        const core::Image image = *library.image(*id);
        QCOMPARE(image.state == ImageState::Ready, about["state"_L1].toString() == u"ready"_s);
        const ui::MessageEntry message =
            ui::messageEntry(m_bench->station().messages().last(), m_bench->station());
        ui::ImageCard card;
        card.setImage(&image);
        const QString sign = card.findChild<QLabel *>(u"sign"_s)->toolTip();
        QVERIFY2(matches(sign, about["sign"_L1].toString()), qPrintable(sign));
        if (image.state == ImageState::Ready) {
            checkWarnings(about, card);
            checkPapers(about, card);
            checkDialog(about, image, linesOf(card, u"warnings"_s));
            const bool isGreen = sign == u"Ready to be deployed"_s;
            QVERIFY(isGreen ? shows(card, ui::Glyph::Good, ui::Tone::Good)
                            : shows(card, ui::Glyph::Warning, ui::Tone::Warning));
            QCOMPARE(message.text.severity,
                     isGreen ? ui::Severity::Success : ui::Severity::Warning);
        } else {
            checkFailure(about, card);
            QVERIFY(shows(card, ui::Glyph::Bad, ui::Tone::Bad));
            QCOMPARE(message.text.severity, ui::Severity::Error);
            QVERIFY(!message.text.nextStep.isEmpty());
        }
        QVERIFY(library.remove(*id).ok());
    }

private:
    // Each that must be there is, and nothing else is but what may be.
    static void checkWarnings(const QJsonObject &about, const ui::ImageCard &card)
    {
        const QString all = linesOf(card, u"warnings"_s);
        const QStringList lines = all.split(u'\n', Qt::SkipEmptyParts);
        const QStringList wanted = strings(about, "warnings"_L1);
        for (const QString &pattern : wanted)
            QVERIFY2(std::ranges::any_of(
                         lines, [&](const QString &line) { return matches(line, pattern); }),
                     qPrintable(pattern + u" is not in: "_s + all));
        const QStringList allowed = wanted + strings(about, "perhaps"_L1);
        for (const QString &line : lines)
            QVERIFY2(std::ranges::any_of(
                         allowed, [&](const QString &pattern) { return matches(line, pattern); }),
                     qPrintable(line));
    }

    // What it was checked against, and what lies there unchecked.
    static void checkPapers(const QJsonObject &about, const ui::ImageCard &card)
    {
        const ui::TonedLabel *line = valueOf(card, u"Checked"_s);
        QVERIFY(line);
        if (about["alone"_L1].toBool()) {
            QCOMPARE(line->text(), u"no checksum file beside it"_s);
            QCOMPARE(line->tone(), ui::Tone::Muted);
        }
        const QStringList checked = strings(about, "checked"_L1);
        const QStringList unchecked = strings(about, "unchecked"_L1);
        for (const QString &name : checked)
            QVERIFY2(line->text().startsWith(u"agrees with "_s) && line->text().contains(name),
                     qPrintable(line->text()));
        for (const QString &name : unchecked)
            QVERIFY2(matches(line->text(), u".*\\b%1 lies beside it and was not checked"_s.arg(
                                               QRegularExpression::escape(name))),
                     qPrintable(line->text()));
        if (!checked.isEmpty())
            QCOMPARE(line->tone(), ui::Tone::Good);
        if (!unchecked.isEmpty())
            QCOMPARE(line->tone(), ui::Tone::Warning);
    }

    static void checkFailure(const QJsonObject &about, const ui::ImageCard &card)
    {
        const QStringList texts = shownTexts(card);
        const QString all = texts.join(u'\n');
        const auto says = [&](const QString &pattern) {
            return QRegularExpression(pattern).match(all).hasMatch();
        };
        QVERIFY2(says(about["cause"_L1].toString()), qPrintable(all));
        QVERIFY2(says(about["says"_L1].toString()), qPrintable(all));
        QVERIFY(!texts.contains(u"Checked"_s));
    }

    // The same warnings as on the card, before anything is erased; and who is too small.
    void checkDialog(const QJsonObject &about, const core::Image &image, const QString &warnings)
    {
        const qint64 size = about["device"_L1].toInteger();
        const core::MacAddress mac = m_bench->addDevice(1, size > 0 ? size : rows::gib);
        ui::DeviceRow row;
        row.device = *m_bench->station().device(mac);
        const ui::DeployDialog dialog({row}, image, 0, ui::tooSmallFor(m_bench->station(), image));
        QCOMPARE(linesOf(dialog, u"imageWarnings"_s), warnings);
        const bool fits = about["fits"_L1].toBool();
        const auto *devices = dialog.findChild<QListWidget *>();
        QCOMPARE(devices->item(0)->text().contains(u"too small for this image"_s), !fits);
        QCOMPARE(dialog.findChild<QPushButton *>(u"eraseAndDeploy"_s)->isEnabled(), fits);
        const QString question = dialog.findChild<QLabel *>(u"question"_s)->text();
        const QString wanted =
            fits ? u"Deploy %1 to 1 device?"_s : u"None of the selected devices can take %1."_s;
        QCOMPARE(question, wanted.arg(image.name));
    }

    QTemporaryDir m_folder;
    QJsonArray m_cases;
    std::unique_ptr<Bench> m_bench;
};

QTEST_MAIN(TestImageCases)
#include "tst_image_cases.moc"
