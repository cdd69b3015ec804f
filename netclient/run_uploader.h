// SPDX-License-Identifier: GPL-3.0-or-later
// Sends runs of a backup in order, on a thread of its own, so that the next run is read and
// compressed meanwhile. A run goes out while the station still makes the one before durable, so
// that the link does not stand still for its disk. After a lost connection it asks how far the
// station came, and goes on there.
#pragma once

#include "netclient/job_context.h"
#include "netclient/station_requests.h"
#include "netclient/upload_run.h"

#include <thread>

namespace netclient
{

// GET {target}/next
[[nodiscard]] protocol::Result<quint64> askNext(StationRequests &requests,
                                                const QByteArray &uploadTarget);

class RunUploader
{
public:
    // `requests` is used by the thread until finish(). `size`: bytes of the device.
    RunUploader(JobContext context, StationRequests &requests, QByteArray uploadTarget,
                qint64 size);
    ~RunUploader();

    // Waits until the run before is through. A failure is that of any run before: BackupOutOfOrder
    // when the station lacks chunks that it had confirmed, so that all must be read again.
    [[nodiscard]] protocol::Result<void> send(UploadRun run);
    // All runs are durable at the station.
    [[nodiscard]] protocol::Result<void> finish();

private:
    // What was tried, and with which session.
    struct Try {
        Judgement judgement;
        QByteArray session;
        quint64 next = 0; // the station told, if Good
    };

    void sendAll();
    [[nodiscard]] protocol::Result<void> sendNow(UploadRun run);
    [[nodiscard]] Try sendBehind(const UploadRun &run, Try *before);
    [[nodiscard]] protocol::Result<void> conclude();
    [[nodiscard]] Try receiveAnswer(const QByteArray &session);
    [[nodiscard]] static Try told(Try attempt, const Reply &reply);
    [[nodiscard]] protocol::Result<void> deliver(const UploadRun &run, Try attempt);
    [[nodiscard]] protocol::Result<quint64> nextAfter(const Try &attempt, RetryPolicy &policy);
    [[nodiscard]] Try tryRun(const UploadRun &run);
    // `mayGoOn` is asked before each part of the body.
    [[nodiscard]] transport::HttpRequest request(const UploadRun &run,
                                                 std::function<bool()> mayGoOn) const;

    JobContext m_context;
    StationRequests &m_requests;
    const QByteArray m_target;
    const qint64 m_size;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::optional<UploadRun> m_run; // being sent
    std::optional<protocol::Failure> m_failure;
    bool m_ended = false;
    std::optional<UploadRun> m_unanswered; // sent; the thread's alone
    QByteArray m_unansweredSession;
    std::thread m_thread;
};

} // namespace netclient
