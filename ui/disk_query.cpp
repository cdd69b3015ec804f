// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/disk_query.h"

#include "protocol/guarded.h"

#include <system_error>
#include <thread>
#include <utility>

namespace ui
{

DiskReply::DiskReply(QObject *context, std::chrono::milliseconds limit,
                     std::function<void(bool)> told)
    : QObject(context), m_told(std::move(told))
{
    m_line->m_reply = this;
    m_limit.setSingleShot(true);
    connect(&m_limit, &QTimer::timeout, this, [this] { tell(false); });
    m_limit.start(limit);
}

DiskReply::~DiskReply()
{
    const std::lock_guard guard(m_line->m_mutex);
    m_line->m_reply = nullptr;
}

void DiskReply::tell(bool answered)
{
    m_limit.stop();
    deleteLater();
    if (const auto told = std::exchange(m_told, nullptr))
        told(answered);
}

void DiskReply::Line::answer()
{
    const std::lock_guard guard(m_mutex);
    if (DiskReply *reply = m_reply)
        reply->m_answers.post([reply] { reply->tell(true); });
}

void runDetached(std::function<void()> question)
{
    try {
        std::thread([question = std::move(question)] {
            protocol::survives("question to a disk", question);
        }).detach();
    } catch (const std::system_error &) {
        // No thread is to be had: the time limit tells that there is no answer.
    }
}

} // namespace ui
