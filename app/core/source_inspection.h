// SPDX-License-Identifier: GPL-3.0-or-later
// A first look at a file that is to be imported, for whoever cannot wait for a folder that does not
// answer. Lives on the main thread.
#pragma once

#include "core/errands.h"
#include "core/image_import.h"

#include <QObject>

#include <chrono>
#include <functional>

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

private:
    std::chrono::milliseconds m_patience;
    Inspect m_inspect;
    Errands m_errands;
};

} // namespace core
