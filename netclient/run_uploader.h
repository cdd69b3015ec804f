// SPDX-License-Identifier: GPL-3.0-or-later
// Sends runs of a backup in order, on a thread of its own, so that the next run is read and
// compressed meanwhile. After a lost connection it asks how far the station came, and goes on
// there.
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
    void sendAll();
    [[nodiscard]] protocol::Result<void> sendNow(const UploadRun &run);
    [[nodiscard]] protocol::Result<void> deliver(const UploadRun &run);
    [[nodiscard]] Judgement tryRun(const UploadRun &run, quint64 *next);

    JobContext m_context;
    StationRequests &m_requests;
    const QByteArray m_target;
    const qint64 m_size;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::optional<UploadRun> m_run; // being sent
    std::optional<protocol::Failure> m_failure;
    bool m_ended = false;
    std::thread m_thread;
};

} // namespace netclient
