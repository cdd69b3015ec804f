// SPDX-License-Identifier: GPL-3.0-or-later
// A first look at a file that is to be imported, for whoever cannot wait for a folder that does not
// answer. Lives on the main thread.
#pragma once

#include "core/errands.h"
#include "core/image_import.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace core
{

class SourceInspections : public QObject
{
    Q_OBJECT

public:
    using Inspect = std::function<protocol::Result<SourceStamp>(const QString &path)>;
    using Answer = std::function<void(const protocol::Result<SourceStamp> &)>;

    // SourceStalled for a folder that has not answered for `patience`.
    explicit SourceInspections(std::chrono::milliseconds patience, Inspect inspect = inspectSource);

    // `done` is called once, from the event loop.
    void inspect(const QString &path, const Answer &done);
    // Likewise, of anything else that is asked about the file at `path`.
    template<class Value>
    void ask(const QString &path, std::function<protocol::Result<Value>()> look,
             std::function<void(const protocol::Result<Value> &)> done)
    {
        auto *deadline = new QTimer(this);
        const auto answer =
            [deadline, done = std::move(done),
             told = std::make_shared<bool>(false)](const protocol::Result<Value> &result) {
                if (std::exchange(*told, true))
                    return;
                deadline->stop();
                deadline->deleteLater();
                done(result);
            };
        deadline->setSingleShot(true);
        connect(deadline, &QTimer::timeout, this, [this, path, answer] { answer(noAnswer(path)); });
        deadline->start(m_patience);
        m_errands.run<Value>(std::move(look), answer);
    }

private:
    [[nodiscard]] protocol::Failure noAnswer(const QString &path) const;

    std::chrono::milliseconds m_patience;
    Inspect m_inspect;
    Errands m_errands;
};

} // namespace core
