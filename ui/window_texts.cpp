// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window_texts.h"

#include "core/station.h"
#include "ui/failure_text.h"
#include "ui/plain_text.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::MainWindow)
};

constexpr int maxRefusalsInBox = 6; // the message pane has them all

QString technical(const protocol::Failure &failure)
{
    QString text{protocol::toWire(failure.code)};
    if (!failure.detail.isEmpty())
        text += u": "_s + failure.detail;
    return text;
}

} // namespace

void openBox(QWidget *window, const BoxText &text)
{
    auto *box = new QMessageBox(text.icon, text.title, text.text, QMessageBox::Ok, window);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(plain(text.informative)); // setTextFormat is for the first
    if (!text.detailed.isEmpty())
        box->setDetailedText(text.detailed);
    box->open();
}

BoxText refusalBox(const QString &order, const QList<Refusal> &refusals)
{
    BoxText box{QMessageBox::Warning, order, {}, {}, {}};
    box.text = Tr::tr("%1 was refused for %n device(s).", nullptr, int(refusals.size())).arg(order);
    QStringList lines;
    for (const Refusal &refusal :
         refusals.first(std::min<qsizetype>(refusals.size(), maxRefusalsInBox))) {
        const FailureText words = failureText(refusal.failure);
        lines << deviceName(refusal.device) + u'\n' + words.cause + u' ' + words.nextStep;
    }
    if (refusals.size() > maxRefusalsInBox)
        lines << Tr::tr("The others are in the message pane.");
    box.informative = lines.join(u"\n\n"_s);
    for (const Refusal &refusal : refusals)
        box.detailed +=
            refusal.device.mac.toString() + u"  "_s + technical(refusal.failure) + u'\n';
    return box;
}

BoxText importRefusedBox(const QString &path, const protocol::Failure &failure)
{
    const FailureText words = failureText(failure.code, protocol::Stage::Import);
    return {QMessageBox::Warning, Tr::tr("Import"),
            Tr::tr("%1 was not imported. %2", "file name, cause")
                .arg(QFileInfo(path).fileName(), words.cause),
            words.nextStep, path + u'\n' + technical(failure)};
}

BoxText notOneImageBox()
{
    return {QMessageBox::Warning,
            Tr::tr("Import"),
            Tr::tr("Nothing was imported: these files are not exactly one image."),
            Tr::tr("Drop one image at a time. Its .bmap and its checksum file may come with it, "
                   "named after it and out of the same folder."),
            {}};
}

BoxText firstStepsBox()
{
    return {
        QMessageBox::Information,
        Tr::tr("First steps"),
        Tr::tr("From a bare device to a finished one"),
        Tr::tr(
            "1.  Drop a golden image on the window, or choose one.\n"
            "2.  Connect a device to the bench network and switch it on. It boots from the network "
            "and appears in the table.\n"
            "3.  Select it and click Deploy. Its row shows how far it is and, in the end, that it "
            "was "
            "verified.\n"
            "4.  Backup saves a device's storage as an image, which can be deployed again."),
        {}};
}

BoxText aboutBox()
{
    return {QMessageBox::Information,
            Tr::tr("About"),
            Tr::tr("Provisioning Station %1").arg(QCoreApplication::applicationVersion()),
            Tr::tr("Deploys and backs up network-booted Raspberry Pi CM4 devices.\n"
                   "Free software under the GNU General Public License, version 3 or later.\n"
                   "Qt %1")
                .arg(QLatin1StringView(qVersion())),
            {}};
}

MessageEntry messageEntry(const core::Message &message, core::Station &station)
{
    MessageContext context;
    MessageEntry entry;
    if (const core::Job *job = station.job(message.job))
        context.job = *job;
    if (const core::Image *image = station.library().image(message.image)) {
        context.image = image->name;
        context.imageWarnings = image->warnings;
    }
    if (const core::Device *device = station.device(message.mac))
        context.device = deviceName(*device);
    entry.time = message.time;
    entry.mac = message.mac;
    entry.about = message.mac.isNull() ? context.image : message.mac.toString();
    entry.text = messageText(message, context);
    entry.detail = message.failure.detail;
    return entry;
}

MessageEntry refusalMessage(const QString &order, const Refusal &refusal)
{
    return {QDateTime::currentDateTimeUtc(), refusal.device.mac, refusal.device.mac.toString(),
            refusalText(order, refusal.failure), technical(refusal.failure)};
}

MessageEntry imageRefusedMessage(const QString &order, const QString &path,
                                 const protocol::Failure &failure)
{
    return {QDateTime::currentDateTimeUtc(),
            {},
            QFileInfo(path).fileName(),
            refusalText(order, failure),
            technical(failure)};
}

} // namespace ui
