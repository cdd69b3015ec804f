// SPDX-License-Identifier: GPL-3.0-or-later
// The station without network and window: devices, jobs, images and what may happen to them. Lives on the
// main thread and touches memory only; disk and database work is handed to others. The front door, the window and
// the command line all speak to this class and to nothing behind it.
#pragma once

#include "core/image_library.h"
#include "core/model.h"
#include "core/store.h"
#include "core/transfer.h"

#include <QHash>
#include <QList>
#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>

namespace core
{

enum class AutoMode { Off, Deploy, Backup };

struct StationOptions {
    AutoMode autoMode = AutoMode::Off;
    QString backupDir; // AutoMode::Backup writes DIR/<mac>-<time>.img.zst
};

// The clock, so that tests can move it. Milliseconds since the epoch, UTC.
using Clock = std::function<qint64()>;
[[nodiscard]] qint64 systemClock();

class Station : public QObject
{
    Q_OBJECT

public:
    // `store` and `library` outlive the station. Restores what the store holds: devices, jobs and their tokens.
    Station(Store &store, ImageLibrary &library, TransferBoard &board, StationOptions options,
            Clock clock = systemClock, QObject *parent = nullptr);
    ~Station() override;

    // --- what the window and the operator level ask ---
    [[nodiscard]] QList<Device> devices() const; // in order of first appearance
    [[nodiscard]] const Device *device(MacAddress mac) const;
    [[nodiscard]] bool isOnline(const Device &device) const; // heard of within three poll intervals, or transferring
    [[nodiscard]] QList<Job> jobs() const; // oldest first, ended ones of this and earlier runs included
    [[nodiscard]] const Job *job(const JobId &id) const;
    // The device's job that is not ended, else its last one, else null.
    [[nodiscard]] const Job *latestJob(MacAddress mac) const;
    [[nodiscard]] ImageLibrary &library() { return m_library; }
    [[nodiscard]] const QList<Message> &messages() const { return m_messages; } // oldest first, bounded

    // The image that Deploy uses when none is named; kept over a restart. Empty: none.
    [[nodiscard]] ImageId goldenImage() const { return m_goldenImage; }
    void setGoldenImage(const ImageId &id);

    // UnknownDevice, DeviceBusy, UnknownImage, ImageNotReady, DeviceTooSmall (size known and hopeless).
    [[nodiscard]] protocol::Result<JobId> deploy(MacAddress mac, const ImageId &image,
                                                 const JobOptions &options);
    // `path` ends in .img.zst or .img. UnknownDevice, DeviceBusy, DestinationExists, DestinationUnwritable, BadRequest.
    [[nodiscard]] protocol::Result<JobId> backup(MacAddress mac, const QString &path,
                                                 const JobOptions &options);
    // UnknownJob, also when it has ended. `by` names who wished it, e.g. "operator", "window".
    [[nodiscard]] protocol::Result<void> cancel(const JobId &id, const QString &by);
    // Reboot, PowerOff or Identify. UnknownDevice, DeviceBusy while a job runs, BadRequest for another kind.
    [[nodiscard]] protocol::Result<void> requestAction(MacAddress mac, protocol::ActionKind action);
    // Lets automatic mode act on the device again. UnknownDevice.
    [[nodiscard]] protocol::Result<void> rearm(MacAddress mac);
    // Takes a device that is gone off the list. UnknownDevice, DeviceBusy.
    [[nodiscard]] protocol::Result<void> forget(MacAddress mac);

    // --- what devices ask; `peer` is the address that the connection comes from ---
    [[nodiscard]] protocol::Result<protocol::RegisterAnswer>
    registerDevice(const protocol::RegisterRequest &request, const QString &peer);
    // `session` is empty at plain level; `base` is "http://host:port" for absolute URLs.
    [[nodiscard]] protocol::Result<protocol::Action> poll(MacAddress mac, const QString &peer,
                                                          const QString &session, const QString &base);
    // UnknownJob when it is ended, cancelled or not of this session's device: the device stops then.
    [[nodiscard]] protocol::Result<void> report(const JobId &job, const QString &session,
                                                const protocol::Report &report);

Q_SIGNALS:
    void deviceAdded(core::MacAddress mac);
    void deviceChanged(core::MacAddress mac); // facts, online state, or its job; at most 5 times a second for progress
    void deviceRemoved(core::MacAddress mac);
    void goldenImageChanged();
    void messagePosted(const core::Message &message);

private Q_SLOTS:
    void handleTransferEvent(const core::TransferEvent &event);
    void tick();

private:
    struct OneShot {
        JobId id;
        protocol::ActionKind action;
        qint64 expires; // ms
    };
    struct Progress; // rate estimation and last sign of life of a running job

    Device *findDevice(MacAddress mac);
    Job *findJob(const JobId &id);
    Job *activeJob(MacAddress mac);
    void restore();
    void reviveTransfer(Job &job);
    JobId addJob(Job job);
    void post(Message message);
    void post(MessageKind kind, const Job &job);
    void saveJob(const Job &job);
    void saveDevice(const Device &device);
    [[nodiscard]] bool move(Job &job, int event);
    void begin(Job &job, Level level);
    void interrupt(Job &job, const protocol::Failure &why);
    void end(Job &job, JobState state);
    void succeed(Job &job, Outcome outcome);
    void fail(Job &job, const protocol::Failure &failure);
    void sampleProgress(Job &job);
    void noteProgress(Job &job, protocol::Phase phase, qint64 done, qint64 total);
    void automate(Device &device);
    void expireOneShots(qint64 now);
    void handleDeployReport(Job &job, const protocol::Report &report);
    protocol::Action offer(Job &job, const Device &device, const QString &base) const;
    QDateTime now() const;

    Store &m_store;
    ImageLibrary &m_library;
    TransferBoard &m_board;
    StationOptions m_options;
    Clock m_clock;
    QTimer m_ticker;
    QList<Device> m_devices;
    QList<Job> m_jobs;
    QHash<JobId, std::shared_ptr<Progress>> m_progress;
    QHash<MacAddress, OneShot> m_oneShots;
    QHash<MacAddress, bool> m_wasOnline;
    QList<Message> m_messages;
    ImageId m_goldenImage;
};

} // namespace core
