// SPDX-License-Identifier: GPL-3.0-or-later
// Work that may never come back: calls to a file system whose server does not answer. Each piece
// runs on a thread of its own that nobody waits for; what came of it is told in the thread that
// made the Errands, unless they are gone by then.
//
//     m_errands.run<SourceStamp>([path] { return inspectSource(path); },
//                                [this](const Result<SourceStamp> &stamp) { … });
//
// What `work` uses must belong to it: it may outlive everything else.
#pragma once

#include "core/guarded.h"
#include "core/mailbox.h"

#include <chrono>
#include <functional>
#include <memory>

namespace core
{

class Errands
{
public:
    // `farewell`: how long threads that are only busy, not stuck, are given to end with this.
    explicit Errands(std::chrono::milliseconds farewell = std::chrono::seconds(1));
    ~Errands();
    Errands(const Errands &) = delete;
    Errands &operator=(const Errands &) = delete;

    // FoldersBusy when so many are stuck that one more would be no use; Internal when `work` threw.
    template<class Value>
    void run(std::function<protocol::Result<Value>()> work,
             std::function<void(const protocol::Result<Value> &)> done)
    {
        const bool begun = start([work = std::move(work), done] {
            auto result = guarded<Value>(work);
            return [done, result = std::move(result)] { done(result); };
        });
        if (!begun)
            post([done] { done(tooMany()); });
    }

private:
    using Answer = std::function<void()>;
    struct Shared;

    [[nodiscard]] bool start(std::function<Answer()> work);
    void post(Answer answer);
    static protocol::Failure tooMany();

    std::chrono::milliseconds m_farewell;
    std::shared_ptr<Shared> m_shared;
};

} // namespace core
