// SPDX-License-Identifier: GPL-3.0-or-later
// Errands to folders that may not answer: some at a time for each folder, the rest in the order in
// which they came. One that hangs holds up what wants it, and nothing else. Lives on one thread.
#pragma once

#include "core/errands.h"

#include <QHash>
#include <QString>

#include <deque>

namespace core
{

class FolderErrands
{
public:
    // As Errands::run(); of `folder` only the text is looked at. What has not begun by the end of
    // this is never begun.
    template<class Value>
    void run(const QString &folder, std::function<protocol::Result<Value>()> work,
             std::function<void(const protocol::Result<Value> &)> done)
    {
        submit(folder, [this, folder, work = std::move(work), done = std::move(done)]() mutable {
            // Moved: the thread is to be the last that has what belongs to it.
            m_errands.run<Value>(std::move(work),
                                 [this, folder, done](const protocol::Result<Value> &result) {
                                     finish(folder);
                                     done(result);
                                 });
        });
    }

private:
    struct Folder {
        int running = 0;
        std::deque<std::function<void()>> waiting;
    };

    void submit(const QString &folder, std::function<void()> begin);
    void finish(const QString &folder);

    QHash<QString, Folder> m_folders;
    Errands m_errands; // the last: its answers use the others
};

} // namespace core
