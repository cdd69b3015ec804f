// SPDX-License-Identifier: GPL-3.0-or-later
// The station without network and window: devices, jobs, images and what may happen to them. Lives
// on the main thread and touches memory only; disk and database work is handed to others. The front
// door, the window and the command line all speak to this class and to nothing behind it.
#pragma once

#include "core/backup_openings.h"
#include "core/bottleneck_clock.h"
#include "core/clocks.h"
#include "core/deploy_queue.h"
#include "core/device_logs.h"
#include "core/device_table.h"
#include "core/golden_choice.h"
#include "core/image_library.h"
#include "core/job_index.h"
#include "core/job_machine.h"
#include "core/job_rounds.h"
#include "core/job_table.h"
#include "core/lost_history.h"
#include "core/mailbox.h"
#include "core/message_gate.h"
#include "core/model.h"
#include "core/neighbours.h"
#include "core/netboot_status.h"
#include "core/overall_progress.h"
#include "core/presence.h"
#include "core/progress_meter.h"
#include "core/store.h"
#include "core/takeover.h"
#include "core/task_thread.h"
#include "core/transfer.h"

#include <QHash>
#include <QList>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <QUrl>

#include <functional>
#include <memory>
#include <optional>

namespace core
{

enum class AutoMode { Off, Deploy, Backup };

// Which deploys make the loop guard send a device to its own storage. Off lifts what earlier runs
// refused.
enum class GuardMode { Off, Verified, AnyDeploy };

struct StationOptions {
    AutoMode autoMode = AutoMode::Off;
    QString backupDir;                     // AutoMode::Backup writes DIR/<mac>-<time>.img.zst
    GuardMode guard = GuardMode::Verified; // only while the netboot service runs
    std::optional<int> maxDeploys;         // at the same time, 0: no limit; none: as it was left
    QUrl imageOrigin; // folder of packs at another server, by PackFolder::packName(); empty: none
    NeighbourLookup neighbour = kernelNeighbour;
    BackupOpenings::Opener openDestination = core::openDestination; // not on the main thread
    bool namesImage = false; // setGoldenImage() follows, and automatic mode waits for that image
    QString dataDir;         // where it is kept on record which backups were begun; empty: nowhere
};

// Unguessable text of 32 hex digits, for tokens, sessions and job ids.
[[nodiscard]] QString newSecret();

class Station : public QObject
{
    Q_OBJECT

public:
    // The references outlive the station. `snapshot` is what the store held: devices, jobs and
    // their tokens live on.
    Station(Store &store, ImageLibrary &library, TransferBoard &board, const Snapshot &snapshot,
            StationOptions options, Clocks clocks = {}, QObject *parent = nullptr);
    ~Station() override;

    // --- what the window and the operator level ask ---
    [[nodiscard]] QList<Device> devices() const; // in order of first appearance
    [[nodiscard]] const Device *device(MacAddress mac) const;
    [[nodiscard]] bool
    isOnline(const Device &device) const; // heard of within three poll intervals, or transferring
    [[nodiscard]] QList<Job>
    jobs() const; // oldest first, ended ones of this and earlier runs included
    // The device's, oldest first; of more than `most` the newest.
    [[nodiscard]] QList<Job> jobsOf(MacAddress mac, qsizetype most) const;
    [[nodiscard]] qsizetype jobCountOf(MacAddress mac) const;
    [[nodiscard]] const Job *job(const JobId &id) const;
    // The device's job that is not ended, else its last one, else null.
    [[nodiscard]] const Job *latestJob(MacAddress mac) const;
    [[nodiscard]] ImageLibrary &library() { return m_library; }
    [[nodiscard]] const QList<Message> &messages() const
    {
        return m_messages;
    } // oldest first, bounded

    // What the device's program said since the station was started; null: nothing.
    [[nodiscard]] const DeviceLogs::Log *deviceLog(MacAddress mac) const
    {
        return m_logs.find(mac);
    }

    // The image that Deploy uses when none is named; empty: none. See GoldenChoice: one that is
    // still imported waits as the next while another is in force.
    [[nodiscard]] ImageId goldenImage() const { return m_golden.inForce(); }
    [[nodiscard]] ImageId nextGoldenImage() const { return m_golden.next(); }
    void setGoldenImage(const ImageId &id);
    // Automatic mode deploys nothing before the image that the start has named, or another one that
    // was chosen since, is in force; it may have failed, not be known yet, or be gone.
    [[nodiscard]] bool awaitsGoldenImage() const { return m_golden.isHeld(); }
    [[nodiscard]] ImageId awaitedGoldenImage() const { return m_golden.awaited(); }

    // What is done to devices that appear, by itself; until the station ends, the next start asks
    // its options again. Jobs that it has ordered go on when it is switched off.
    [[nodiscard]] AutoMode autoMode() const { return m_options.autoMode; }
    void setAutoMode(AutoMode mode);
    [[nodiscard]] QString autoBackupDir() const { return m_options.backupDir; }

    // How many deploys may use the link at the same time, the rest queue; 0: no limit. Kept over a
    // restart. See core/deploy_queue.h.
    [[nodiscard]] int maxDeploys() const { return m_maxDeploys; }
    void setMaxDeploys(int limit);
    // Deploys that have a place in the queue.
    [[nodiscard]] int waitingDeploys() const { return m_waitingDeploys; }

    // A deploy that waits because the library's disk does not answer tells for how long
    // (`imageSeconds`), from destinationPatience on, and fails with StationIoError at
    // destinationDeadline.
    //
    // Whether the device can take the image, as far as it told of itself: DeviceTooSmall with both
    // sizes, DeviceIsSdCard unless that is allowed.
    [[nodiscard]] static protocol::Result<void>
    checkFit(const Device &device, const imaging::PackReader &pack, const JobOptions &options);
    // UnknownDevice, DeviceBusy, UnknownImage, ImageNotReady, DeviceTooSmall (size known and
    // hopeless).
    [[nodiscard]] protocol::Result<JobId> deploy(MacAddress mac, const ImageId &image,
                                                 const JobOptions &options);
    // `path` ends in .img.zst or .img. UnknownDevice, DeviceBusy, BadRequest. Its destination is
    // opened meanwhile, see isOpening(); one that will not do fails the job: DestinationExists,
    // DestinationUnwritable, FileTooLarge, StorageFull, or DestinationStalled when it has not
    // answered for destinationDeadline.
    [[nodiscard]] protocol::Result<JobId> backup(MacAddress mac, const QString &path,
                                                 const JobOptions &options);
    // A backup's destination has not answered yet: the device waits, and the job tells for how
    // long (`destinationSeconds` of a job that is Queued or Offered).
    [[nodiscard]] bool isOpening(const JobId &id) const { return m_openings.contains(id); }
    // UnknownJob, also when it has ended; JobCommitting when its backup is just being given its
    // name: what became of it shows in a moment. `by` names who wished it, e.g. "operator",
    // "window".
    [[nodiscard]] protocol::Result<void> cancel(const JobId &id, const QString &by);
    // Reboot, PowerOff or Identify. UnknownDevice, DeviceBusy while a job runs, BadRequest for
    // another kind.
    [[nodiscard]] protocol::Result<void> requestAction(MacAddress mac, protocol::ActionKind action);
    // Lets automatic mode act on the device again, and its boot ROM boot from the network; the
    // netboot service hears it in any case. UnknownDevice.
    [[nodiscard]] protocol::Result<void> rearm(MacAddress mac);
    // The operator says that whoever claims this MAC at `address` is the device: it gets in once,
    // within acceptanceLifetime, its job included; another board there becomes the device, without
    // what was done on the one before. The address is one that the row has: the other board's, one
    // that claims the MAC, or its own, where a device that was restarted cannot prove it; then
    // another board that was refused is not meant. UnknownDevice; AddressChanged when the row has
    // others by now.
    [[nodiscard]] protocol::Result<void> accept(MacAddress mac, const QString &address);
    // Tells `done`, in this thread and later, once the database knows the job, or cannot take it:
    // then the job, unless its device has begun with it, was never ordered, and StationBusy says
    // so.
    void confirmJob(const JobId &id, std::function<void(const protocol::Result<void> &)> done);
    // By the station's clock, UTC.
    [[nodiscard]] QDateTime currentTime() const { return now(); }

    // --- the netboot service's part ---
    [[nodiscard]] const NetbootStatus &netbootStatus() const { return m_netboot; }
    void setNetbootStatus(const NetbootStatus &status);
    // A device's way up; makes its row when it was not known.
    void noteBoot(const BootTimeline &timeline);
    // Whose boot ROM gets no answer: devices that were deployed and not re-armed since.
    [[nodiscard]] QList<MacAddress> refusedNetboots() const;

    // Takes a device that is gone off the list, and the loop guard's refusal with it. Its jobs stay
    // in the history: if it comes back and had any, it is not armed until rearm(). UnknownDevice,
    // DeviceBusy.
    [[nodiscard]] protocol::Result<void> forget(MacAddress mac);

    // --- what devices ask; `peer` is the address that the connection comes from ---
    // `session`: the one that the device had before, a proof that it is the same; empty: none.
    // ForeignAddress, TooManyDevices.
    [[nodiscard]] protocol::Result<protocol::RegisterAnswer>
    registerDevice(const protocol::RegisterRequest &request, const QString &peer,
                   const QString &session = {});
    // `session` is empty at plain level; `base` is "http://host:port" for absolute URLs.
    // UnknownDevice, Unauthorized, ForeignAddress: it registers (again). StationBusy at full level
    // while a backup that had begun waits for its destination.
    [[nodiscard]] protocol::Result<protocol::Action>
    poll(MacAddress mac, const QString &peer, const QString &session, const QString &base);
    // UnknownJob when it is ended, cancelled or not of this session's device: the device stops
    // then. Unauthorized, ForeignAddress: it registers again. An empty `peer` is not looked at.
    [[nodiscard]] protocol::Result<void> report(const JobId &job, const QString &session,
                                                const protocol::Report &report,
                                                const QString &peer = {});
    // UnknownDevice, Unauthorized, ForeignAddress. An empty `peer` is not looked at.
    [[nodiscard]] protocol::Result<void> takeLog(const protocol::DeviceLog &log,
                                                 const QString &session, const QString &peer = {});

Q_SIGNALS:
    void deviceAdded(core::MacAddress mac);
    void deviceChanged(core::MacAddress mac); // facts, online state, or its job; at most 5 times a
                                              // second for progress
    void deviceRemoved(core::MacAddress mac);
    void deviceLogged(core::MacAddress mac);
    void deviceRegistered(core::MacAddress mac);
    void netbootChanged(); // netbootStatus()
    void netbootRefusalChanged(core::MacAddress mac, bool refused);
    void goldenImageChanged();
    void nextGoldenImageChanged();
    void maxDeploysChanged();
    void autoModeChanged();
    void messagePosted(const core::Message &message);
    void destinationOpened(const QString &job); // or refused: then the job has failed

private Q_SLOTS:
    void handleTransferEvent(const core::TransferEvent &event);
    void handleImageChange(const QString &id);
    void tick();

private:
    struct OneShot {
        JobId id;
        protocol::ActionKind action;
        qint64 expires; // ms, steady
    };

    // Of a job at work, beside its progress.
    struct Gauge {
        BottleneckClock waits;
        imaging::BottleneckMeter meter; // of a plain transfer
        ProgressMeter wire;
        qint64 wireBytes = 0; // since the job began, or the station
        WorkRhythm rhythm;
        OverallProgress overall;
        JobRounds rounds;
        bool wasAttached = false; // a connection was there since it began
    };

    Device *findDevice(MacAddress mac) { return m_devices.find(mac); }
    Job *activeJob(MacAddress mac) { return m_jobs.active(mac); }
    [[nodiscard]] qint64 steady() const { return m_clocks.steady(); }

    void restore(const Snapshot &snapshot);
    void presume(const Device &device);
    void restoreImageStates();
    void identify(Job &job) const;
    [[nodiscard]] protocol::Result<void> openPackTransfer(const Job &job);
    void addTransfer(Transfer::Description description, const Job &job);
    // Of backups: station_backups.cpp.
    void openDestination(const Job &job, bool resumed);
    void takeDestination(const JobId &id, const SinkResult &result);
    void watchOpenings(qint64 nowMs);
    void endSink(const Job &job, std::shared_ptr<Transfer> transfer);
    void clearLeftovers();
    void clearRecord(const JobId &id);
    void clearFiles(const JobId &id);
    [[nodiscard]] bool isWrittenTo(const QString &path);
    JobId addJob(Job job);
    void keepImage(const Job &job);

    void post(Message message);
    void post(MessageKind kind, const Job &job);

    // Moves the job when the table allows it; false: the event is out of place and nothing has
    // changed.
    bool move(Job &job, JobEvent event);
    void offer(Job &job);
    void begin(Job &job, Level level);
    void interrupt(Job &job, const protocol::Failure &why);
    void releaseTransfer(const Job &job);
    void succeed(Job &job, Outcome outcome);
    void fail(Job &job, const protocol::Failure &failure);
    void closeJob(Job &job, MessageKind message);
    void failBeforeTheWipe(const QString &identity, const protocol::Failure &failure);
    // The station's copy of its image is known to be good; false: wait, or the job has failed.
    [[nodiscard]] bool isPackGood(Job &job);
    void watchPack(Job &job);
    void watchLibrary(Job &job, std::chrono::milliseconds waiting);
    // Ends the job's transfer, so that the job may be ended; false: its backup is just being given
    // its name, and what became of it is on its way here.
    [[nodiscard]] bool stopTransfer(const Job &job) const;
    [[nodiscard]] bool isAsLongAsExpected(const Job &job, qint64 received) const;

    // Who may be the device: station_takeover.cpp.
    [[nodiscard]] Takeover judgeNewcomer(const Device &device,
                                         const protocol::RegisterRequest &request,
                                         const QString &peer, const QString &session);
    [[nodiscard]] bool hasBootedSince(const Device &device, const QString &peer) const;
    [[nodiscard]] bool isAccepted(const Device &device, const QString &peer) const;
    [[nodiscard]] bool hasSession(const Device &device, const QString &session) const;
    [[nodiscard]] protocol::Result<void> authenticate(const Device &device, const QString &peer,
                                                      const QString &session) const;
    [[nodiscard]] static protocol::Result<void>
    authenticateSession(const Device &device, const QString &peer, const QString &session);
    [[nodiscard]] bool isAway(const Device &device) const; // a plain one, for plainAwayMs
    void moveTo(Device &device, const QString &peer);
    void noteHeard(Device &device);
    void noteUsed(Device &device); // heard, and with the session that it was given
    void noteConflict(Device &device, const QString &peer);
    void noteOtherUnit(Device &device, const QString &unit, const QString &peer);
    void forgetConflicts();
    [[nodiscard]] protocol::Failure refuse(Device &device, const protocol::RegisterRequest &request,
                                           const QString &peer);
    void showTakeover(Device &device, const QString &peer);
    void stopAutomatic(Device &device);
    [[nodiscard]] qint64 silentMs(const Device &device) const; // since it, or we, began
    // Another board on a MAC: station_units.cpp.
    [[nodiscard]] static bool isOtherUnit(const Device &device,
                                          const protocol::RegisterRequest &request);
    [[nodiscard]] static QString unitOf(const Device &device,
                                        const protocol::RegisterRequest &request);
    void takeOtherUnit(Device &device, const protocol::RegisterRequest &request,
                       const QString &peer);
    void returnToUnit(Device &device);
    void adoptUnit(Device &device);
    void noteSerial(Device &device);
    void forgetSerial(const Device &device);
    void saveUnits();
    void restoreUnits(const Snapshot &snapshot);
    // How many devices, and how many jobs of automatic mode: station_budget.cpp.
    [[nodiscard]] protocol::Result<void> makeRoom(const QString &peer);
    [[nodiscard]] QSet<MacAddress> dispensable(const QString &address, bool alsoOnline,
                                               qsizetype most) const;
    [[nodiscard]] QSet<MacAddress> rowsToDrop(const QString &peer, int here, bool isFullHere) const;
    void noteIdle(const Device &device);
    void removeRows(const QSet<MacAddress> &macs);
    [[nodiscard]] bool hasAutomaticRoom(const QString &address);
    [[nodiscard]] bool isBudgetUsed(const QString &address) const;
    void withdrawAbandoned();
    void withdraw(const QSet<JobId> &ids);
    [[nodiscard]] QList<MacAddress> takeBack(const QSet<JobId> &ids); // whose they were
    [[nodiscard]] protocol::Result<void> concludeOrder(const JobId &id, bool isKept);
    void automate(MacAddress mac);
    void automateAll();

    void checkStillFits(Job &job, const Device &device);
    [[nodiscard]] protocol::Action takeOneShot(Device &device, const QString &base);
    [[nodiscard]] protocol::Action actionFor(const Job &job, const Device &device,
                                             const QString &base) const;
    void nameOrigin(protocol::Action &action, const Job &job) const;
    Device &addDevice(MacAddress mac);
    void tellOfDoubt(const Device &device);
    void makeRoomOnTheWay();
    void setNetbootRefused(Device &device, bool refused);
    void allowAll();
    void allowForJob(Device &device);
    void noteTaken(Device &device, protocol::ActionKind action);
    void guard(const Job &job);
    void orderOwedReboot(MacAddress mac);
    void dropOwedReboot(MacAddress mac);
    void saveOwedReboots();
    void restoreOwedReboots(const Snapshot &snapshot);
    [[nodiscard]] bool wasTaken(const JobId &id, const QString &session) const;
    void finishDeploy(Job &job, const protocol::Report &report);
    void noteProgress(Job &job, const protocol::Report &report);

    [[nodiscard]] bool isHopeless(Job &job);
    [[nodiscard]] qint64 dataBytesOf(const Job &job) const;
    void sampleOverall(Job &job);

    void restoreMaxDeploys(const Snapshot &snapshot);
    void updatePlaces();
    void sampleJob(Job &job, qint64 nowMs);
    [[nodiscard]] bool watchDestination(Job &job, const Transfer &transfer);
    void samplePlain(Job &job, const Transfer &transfer, qint64 nowMs);
    void sampleWire(Job &job, qint64 moved, qint64 nowMs);
    void markAlive(Job &job);
    void watchSilence(Job &job, std::chrono::milliseconds silence);
    void watchConnection(Job &job, bool attached, std::chrono::milliseconds silence);
    void standStill(Job &job);
    void expireOneShots(qint64 nowMs);
    void watchOnline();
    [[nodiscard]] QDateTime now() const;

    Store &m_store;
    ImageLibrary &m_library;
    TransferBoard &m_board;
    Mailbox m_transferEvents; // from the lane's threads
    StationOptions m_options;
    Clocks m_clocks;
    const qint64 m_startedAt; // ms, steady
    QTimer m_ticker;
    DeviceTable m_devices;
    RowsByAddress m_idle; // nobody has given them a job
    JobTable m_jobs;
    RowsByAddress m_automatic;             // automatic mode has, and it has not ended
    QHash<QString, qint64> m_foundCrowded; // by address: when no row could go, ms, steady
    qint64 m_foundBusy = -1;               // when no automatic job could be taken back, likewise
    QHash<MacAddress, Presence> m_presence;
    QHash<MacAddress, protocol::RegisterRequest> m_otherUnits; // what they told of themselves
    QHash<QString, MacAddress> m_serials;                      // who told each last
    QHash<JobId, ProgressMeter> m_meters;                      // of jobs that are not ended
    QHash<JobId, Gauge> m_gauges; // of jobs that are not ended and have been at work
    QHash<MacAddress, OneShot> m_oneShots;
    QHash<MacAddress, JobId> m_takenShots;   // the last one that each device has accepted
    QHash<MacAddress, qint64> m_rebootsOwed; // by the loop guard; until when, ms, steady
    QSet<MacAddress> m_leaving;              // told to restart or to switch off, and not back yet
    QHash<ImageId, ImageState> m_imageStates;
    QList<Message> m_messages;
    MessageGate m_gate;
    DeviceLogs m_logs;
    GoldenChoice m_golden;
    LostHistory m_lostHistory;
    int m_maxDeploys = 0;
    int m_waitingDeploys = 0;
    NetbootStatus m_netboot;
    // Backups that were given up: their files' names are freed by a thread, in its time.
    QHash<QString, std::weak_ptr<BackupSink>> m_discarding; // by path
    BackupRegister m_register;
    BackupOpenings m_openings;
    FolderErrands m_errands;    // after what its answers use
    TaskThread m_flushes;       // waits for the database
    Mailbox m_confirmed;        // orders that the database has been asked about
    TaskThread m_confirmations; // that wait for it
};

} // namespace core
