// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/folder_errands.h"

#include <utility>

namespace core
{

namespace
{

// A bench of 64 gets through a slow share in four turns, and four folders that hang leave no
// thread for a fifth.
constexpr int atATime = 16;

} // namespace

void FolderErrands::submit(const QString &folder, std::function<void()> begin)
{
    Folder &place = m_folders[folder];
    if (place.running >= atATime) {
        place.waiting.push_back(std::move(begin));
        return;
    }
    ++place.running;
    begin();
}

void FolderErrands::finish(const QString &folder)
{
    Folder &place = m_folders[folder];
    if (!place.waiting.empty()) {
        auto begin = std::move(place.waiting.front());
        place.waiting.pop_front();
        begin(); // in the place of the one that has ended
    } else if (--place.running == 0) {
        m_folders.remove(folder);
    }
}

} // namespace core
