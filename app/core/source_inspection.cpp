// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source_inspection.h"

#include <QTimer>

#include <memory>
#include <utility>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

SourceInspections::SourceInspections(std::chrono::milliseconds patience, Inspect inspect)
    : m_patience(patience), m_inspect(std::move(inspect))
{
}

void SourceInspections::inspect(const QString &path, const Answer &done)
{
    auto *deadline = new QTimer(this);
    const auto answer = [deadline, done,
                         told = std::make_shared<bool>(false)](const Result<SourceStamp> &stamp) {
        if (std::exchange(*told, true))
            return;
        deadline->stop();
        deadline->deleteLater();
        done(stamp);
    };
    deadline->setSingleShot(true);
    connect(deadline, &QTimer::timeout, this, [this, path, answer] {
        const qint64 seconds = std::chrono::duration_cast<std::chrono::seconds>(m_patience).count();
        answer(Failure{FailureCode::SourceStalled, Stage::Import,
                       u"%1: its folder has not answered for %2 s"_s.arg(path).arg(seconds)});
    });
    deadline->start(m_patience);
    m_errands.run<SourceStamp>([look = m_inspect, path] { return look(path); }, answer);
}

} // namespace core
