// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/backup_naming.h"

#include <QDir>
#include <QDirIterator>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace ui
{
namespace
{

constexpr auto packed = ".img.zst"_L1;
constexpr auto plain = ".img"_L1;

QString safe(QString text)
{
    static const QRegularExpression foreign(u"[^A-Za-z0-9._]+"_s);
    text.replace(foreign, u"-"_s);
    while (text.startsWith(u'-') || text.startsWith(u'.'))
        text.remove(0, 1);
    while (text.endsWith(u'-'))
        text.chop(1);
    return text;
}

QString macDigits(const core::Device &device)
{
    return device.mac.toString().remove(u':');
}

} // namespace

QString backupName(const core::Device &device, QDate date)
{
    const QString model = safe(device.model);
    return (model.isEmpty() ? macDigits(device) : model) + u'-' + date.toString(Qt::ISODate) +
           packed;
}

QSet<QString> pathsIn(const QString &folder)
{
    const QDir dir(folder);
    QSet<QString> paths;
    QDirIterator entries(folder,
                         QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    while (entries.hasNext()) {
        entries.next();
        paths.insert(dir.filePath(entries.fileName()).toLower());
    }
    return paths;
}

QString uniqueBackupPath(const QString &folder, const core::Device &device, QDate date,
                         QSet<QString> &taken)
{
    const QString model = safe(device.model);
    const QString stem =
        QDir(folder).filePath((model.isEmpty() ? QString() : model + u'-') + macDigits(device) +
                              u'-' + date.toString(Qt::ISODate));
    QString path = stem + packed;
    for (int number = 2; taken.contains(path.toLower()); ++number)
        path = stem + u'-' + QString::number(number) + packed;
    taken.insert(path.toLower());
    return path;
}

QString withImageSuffix(const QString &path, bool raw)
{
    if (path.endsWith(packed) || path.endsWith(plain))
        return path;
    return path + (raw ? plain : packed);
}

} // namespace ui
