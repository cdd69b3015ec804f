// SPDX-License-Identifier: GPL-3.0-or-later
// The window's file dialogs. They remember their folders, do not block, open a moment later (a
// folder that does not answer is not waited for), and call back when something was chosen.
#pragma once

#include <QString>

#include <functional>

class QWidget;

namespace ui
{

void askForImageFile(QWidget *window, const std::function<void(const QString &path)> &then);

// `overwrite`: there is such a file, and the dialog asked whether it may be replaced.
void askForBackupFile(QWidget *window, const QString &name,
                      const std::function<void(const QString &path, bool overwrite)> &then);

void askForBackupFolder(QWidget *window, int devices,
                        const std::function<void(const QString &folder)> &then);

// What the two above begin with next time: a folder that took a backup.
void rememberBackupFolder(const QString &folder);

// A small text file; an existing one was agreed to be replaced.
void askForDocumentFile(QWidget *window, const QString &name,
                        const std::function<void(const QString &path)> &then);

// The folder with the netboot kit.
void askForKitFolder(QWidget *window, const QString &begin,
                     const std::function<void(const QString &folder)> &then);

} // namespace ui
