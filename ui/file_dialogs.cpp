// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/file_dialogs.h"

#include "ui/backup_naming.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::FileDialogs)
};

constexpr auto imageFolderKey = "folders/image"_L1;
constexpr auto backupFolderKey = "folders/backup"_L1;
constexpr auto documentFolderKey = "folders/document"_L1;

QString folder(QLatin1StringView key)
{
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    const QString known = QSettings().value(key, documents).toString();
    return QFileInfo(known).isDir() ? known : QDir::homePath();
}

void remember(QLatin1StringView key, const QString &path)
{
    const QFileInfo info(path);
    QSettings().setValue(key, info.isDir() ? path : info.absolutePath());
}

QFileDialog *makeDialog(QWidget *window, const QString &title, QLatin1StringView key)
{
    auto *dialog = new QFileDialog(window, title, folder(key));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    return dialog;
}

// What core/import/image_name.h takes.
QStringList imagePatterns()
{
    QStringList patterns;
    for (const char *image : {"*.img", "*.wic", "*.raw"}) {
        for (const char *archive : {"", ".xz", ".gz", ".bz2", ".zst"})
            patterns << QString::fromLatin1(image) + QLatin1StringView(archive);
    }
    return patterns << u"*.zip"_s;
}

QString rawFilter()
{
    return Tr::tr("Raw image, sparse (*.img)");
}

} // namespace

void askForImageFile(QWidget *window, const std::function<void(const QString &)> &then)
{
    QFileDialog *dialog = makeDialog(window, Tr::tr("Choose the golden image"), imageFolderKey);
    dialog->setObjectName(QStringLiteral("imageDialog"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters(
        {u"%1 (%2)"_s.arg(Tr::tr("Images"), imagePatterns().join(u' ')), Tr::tr("All files (*)")});
    QObject::connect(dialog, &QFileDialog::fileSelected, window, [then](const QString &path) {
        remember(imageFolderKey, path);
        then(path);
    });
    dialog->open();
}

void askForBackupFile(QWidget *window, const QString &name,
                      const std::function<void(const QString &, bool)> &then)
{
    QFileDialog *dialog = makeDialog(window, Tr::tr("Save the backup as"), backupFolderKey);
    dialog->setObjectName(QStringLiteral("backupDialog"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::AnyFile);
    dialog->setNameFilters({Tr::tr("Compressed image (*.img.zst)"), rawFilter()});
    dialog->setDefaultSuffix(u"img.zst"_s);
    dialog->selectFile(name);
    QObject::connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &filter) {
        dialog->setDefaultSuffix(filter == rawFilter() ? u"img"_s : u"img.zst"_s);
    });
    QObject::connect(dialog, &QFileDialog::fileSelected, window,
                     [dialog, then](const QString &chosen) {
                         remember(backupFolderKey, chosen);
                         const QString path =
                             withImageSuffix(chosen, dialog->selectedNameFilter() == rawFilter());
                         // Only the name that the dialog saw was confirmed to be replaced.
                         then(path, path == chosen && QFileInfo::exists(path));
                     });
    dialog->open();
}

void askForBackupFolder(QWidget *window, int devices,
                        const std::function<void(const QString &)> &then)
{
    QFileDialog *dialog =
        makeDialog(window, Tr::tr("Folder for the backups of %n device(s)", nullptr, devices),
                   backupFolderKey);
    dialog->setObjectName(QStringLiteral("backupFolderDialog"));
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    QObject::connect(dialog, &QFileDialog::fileSelected, window, [then](const QString &path) {
        remember(backupFolderKey, path);
        then(path);
    });
    dialog->open();
}

void askForDocumentFile(QWidget *window, const QString &name,
                        const std::function<void(const QString &)> &then)
{
    QFileDialog *dialog = makeDialog(window, Tr::tr("Save the document as"), documentFolderKey);
    dialog->setObjectName(QStringLiteral("documentDialog"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::AnyFile);
    dialog->selectFile(name);
    QObject::connect(dialog, &QFileDialog::fileSelected, window, [then](const QString &path) {
        remember(documentFolderKey, path);
        then(path);
    });
    dialog->open();
}

void askForKitFolder(QWidget *window, const QString &begin,
                     const std::function<void(const QString &)> &then)
{
    QFileDialog *dialog =
        makeDialog(window, Tr::tr("Folder with the netboot kit"), documentFolderKey);
    dialog->setObjectName(QStringLiteral("kitFolderDialog"));
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    if (QFileInfo(begin).isDir())
        dialog->setDirectory(begin);
    QObject::connect(dialog, &QFileDialog::fileSelected, window, then);
    dialog->open();
}

} // namespace ui
