// SPDX-License-Identifier: GPL-3.0-or-later
// Questions to a disk or a network folder that may never answer: they are asked on a thread of
// their own, and whoever asks waits for a limited time without holding the window up.
#pragma once

#include "core/mailbox.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace ui
{

inline constexpr std::chrono::milliseconds diskPatience{2000};

// The main thread's end of a question: told once, by the answer or by the time, and gone then.
class DiskReply : public QObject
{
    Q_OBJECT

public:
    // `told` runs on the main thread; true: answered. Belongs to `context`, and is silent when that
    // goes first.
    DiskReply(QObject *context, std::chrono::milliseconds limit, std::function<void(bool)> told);
    ~DiskReply() override;

    // The other thread's end. It outlives the reply, as a thread that hangs does.
    class Line
    {
    public:
        void answer();

    private:
        friend class DiskReply;
        std::mutex m_mutex;
        DiskReply *m_reply = nullptr;
    };
    [[nodiscard]] std::shared_ptr<Line> line() const { return m_line; }

private:
    void tell(bool answered);

    std::shared_ptr<Line> m_line = std::make_shared<Line>();
    std::function<void(bool)> m_told;
    QTimer m_limit;
    core::Mailbox m_answers; // whose mutex ThreadSanitizer sees
};

// Runs `question` on a thread, not to be waited for at the end of the program.
void runDetached(std::function<void()> question);

// `then` gets the answer, or nothing when it did not come in time. Called on the main thread, never
// from within this call. Silent when `context` goes before.
template<class Answer>
void askDisk(QObject *context, std::function<Answer()> question,
             std::function<void(const std::optional<Answer> &)> then,
             std::chrono::milliseconds limit = diskPatience)
{
    const auto answer = std::make_shared<std::optional<Answer>>();
    auto *reply = new DiskReply(context, limit, [answer, then = std::move(then)](bool answered) {
        then(answered ? *answer : std::nullopt);
    });
    runDetached([answer, question = std::move(question), line = reply->line()] {
        *answer = question();
        line->answer();
    });
}

} // namespace ui
