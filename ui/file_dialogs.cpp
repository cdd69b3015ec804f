// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/file_dialogs.h"

#include "ui/backup_naming.h"
#include "ui/disk_query.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileIconProvider>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>

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

QString rememberedFolder(QLatin1StringView key)
{
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    return QSettings().value(key, documents).toString();
}

// Kernel interfaces are no place to begin in: to read a file there may wait for ever.
bool isUsualFolder(const QString &path)
{
    struct statfs about = {};
    if (::statfs(QFile::encodeName(path).constData(), &about) != 0)
        return false;
    constexpr std::array<quint32, 4> interfaces{PROC_SUPER_MAGIC, SYSFS_MAGIC, DEBUGFS_MAGIC,
                                                DEVPTS_SUPER_MAGIC};
    return std::ranges::find(interfaces, quint32(about.f_type)) == interfaces.end() &&
           QFileInfo(path).isDir();
}

// By its text alone: the disk is not asked.
void remember(QLatin1StringView key, const QString &folder)
{
    QSettings().setValue(key, folder);
}

// Tells files by their names. Qt's own opens what has no known ending, to look into it.
class NameIcons : public QFileIconProvider
{
public:
    [[nodiscard]] QIcon icon(const QFileInfo &info) const override
    {
        return QFileIconProvider::icon(info.isDir() ? Folder : File);
    }
    [[nodiscard]] QIcon icon(IconType type) const override { return QFileIconProvider::icon(type); }
    [[nodiscard]] QString type(const QFileInfo &info) const override { return info.suffix(); }
};

using Opened = std::function<void(QFileDialog *)>;

// Opens in `folder`, or at home where that is gone or does not answer. `finish` sets the rest up.
void openDialog(QWidget *window, const QString &title, const QString &folder, const Opened &finish)
{
    const auto question = [folder] { return isUsualFolder(folder); };
    askDisk<bool>(window, question, [=](const std::optional<bool> &usual) {
        const QString begin = usual.value_or(false) ? folder : QDir::homePath();
        auto *dialog = new QFileDialog(window, title, begin);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        static NameIcons icons;
        dialog->setIconProvider(&icons);
        finish(dialog);
        dialog->open();
    });
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
    const auto finish = [=](QFileDialog *dialog) {
        dialog->setObjectName(QStringLiteral("imageDialog"));
        dialog->setFileMode(QFileDialog::ExistingFile);
        dialog->setNameFilters({u"%1 (%2)"_s.arg(Tr::tr("Images"), imagePatterns().join(u' ')),
                                Tr::tr("All files (*)")});
        QObject::connect(dialog, &QFileDialog::fileSelected, window, [then](const QString &path) {
            remember(imageFolderKey, QFileInfo(path).path());
            then(path);
        });
    };
    openDialog(window, Tr::tr("Choose the golden image"), rememberedFolder(imageFolderKey), finish);
}

void askForBackupFile(QWidget *window, const QString &name,
                      const std::function<void(const QString &, bool)> &then)
{
    const auto finish = [=](QFileDialog *dialog) {
        dialog->setObjectName(QStringLiteral("backupDialog"));
        dialog->setAcceptMode(QFileDialog::AcceptSave);
        dialog->setFileMode(QFileDialog::AnyFile);
        dialog->setNameFilters({Tr::tr("Compressed image (*.img.zst)"), rawFilter()});
        dialog->setDefaultSuffix(u"img.zst"_s);
        dialog->selectFile(name);
        QObject::connect(dialog, &QFileDialog::filterSelected, dialog, [=](const QString &filter) {
            dialog->setDefaultSuffix(filter == rawFilter() ? u"img"_s : u"img.zst"_s);
        });
        QObject::connect(dialog, &QFileDialog::fileSelected, window, [=](const QString &chosen) {
            const QString path =
                withImageSuffix(chosen, dialog->selectedNameFilter() == rawFilter());
            // Only the name that the dialog saw was confirmed to be replaced: when there was none
            // of that name, nothing was confirmed.
            askDisk<bool>(
                window, [path] { return QFileInfo::exists(path); },
                [then, path, seen = path == chosen](const std::optional<bool> &exists) {
                    then(path, seen && exists.value_or(false));
                });
        });
    };
    openDialog(window, Tr::tr("Save the backup as"), rememberedFolder(backupFolderKey), finish);
}

void askForBackupFolder(QWidget *window, int devices,
                        const std::function<void(const QString &)> &then)
{
    const auto finish = [=](QFileDialog *dialog) {
        dialog->setObjectName(QStringLiteral("backupFolderDialog"));
        dialog->setFileMode(QFileDialog::Directory);
        dialog->setOption(QFileDialog::ShowDirsOnly);
        QObject::connect(dialog, &QFileDialog::fileSelected, window, then);
    };
    openDialog(window, Tr::tr("Folder for the backups of %n device(s)", nullptr, devices),
               rememberedFolder(backupFolderKey), finish);
}

void rememberBackupFolder(const QString &folder)
{
    remember(backupFolderKey, folder);
}

void askForDocumentFile(QWidget *window, const QString &name,
                        const std::function<void(const QString &)> &then)
{
    const auto finish = [=](QFileDialog *dialog) {
        dialog->setObjectName(QStringLiteral("documentDialog"));
        dialog->setAcceptMode(QFileDialog::AcceptSave);
        dialog->setFileMode(QFileDialog::AnyFile);
        dialog->selectFile(name);
        QObject::connect(dialog, &QFileDialog::fileSelected, window, [then](const QString &path) {
            remember(documentFolderKey, QFileInfo(path).path());
            then(path);
        });
    };
    openDialog(window, Tr::tr("Save the document as"), rememberedFolder(documentFolderKey), finish);
}

void askForKitFolder(QWidget *window, const QString &begin,
                     const std::function<void(const QString &)> &then)
{
    const auto finish = [=](QFileDialog *dialog) {
        dialog->setObjectName(QStringLiteral("kitFolderDialog"));
        dialog->setFileMode(QFileDialog::Directory);
        dialog->setOption(QFileDialog::ShowDirsOnly);
        QObject::connect(dialog, &QFileDialog::fileSelected, window, then);
    };
    openDialog(window, Tr::tr("Folder with the netboot kit"),
               begin.isEmpty() ? rememberedFolder(documentFolderKey) : begin, finish);
}

} // namespace ui
