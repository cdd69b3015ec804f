// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source_inspection.h"

#include <utility>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Stage;

SourceInspections::SourceInspections(std::chrono::milliseconds patience, Inspect inspect)
    : m_patience(patience), m_inspect(std::move(inspect))
{
}

void SourceInspections::inspect(const QString &path, const Answer &done)
{
    ask<SourceStamp>(
        path, [look = m_inspect, path] { return look(path); }, done);
}

Failure SourceInspections::noAnswer(const QString &path) const
{
    const qint64 seconds = std::chrono::duration_cast<std::chrono::seconds>(m_patience).count();
    return {FailureCode::SourceStalled, Stage::Import,
            u"%1: its folder has not answered for %2 s"_s.arg(path).arg(seconds)};
}

} // namespace core
