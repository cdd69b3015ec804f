// SPDX-License-Identifier: GPL-3.0-or-later
// The station's memory over restarts: devices, jobs (which are the history), images and settings,
// in SQLite (WAL). One thread owns the database and takes writes from a queue; no caller waits for
// it. A crash may cost the last moments.
#pragma once

#include "core/model.h"

#include <QHash>
#include <QList>

#include <memory>
#include <optional>

namespace core
{

struct Snapshot {
    QList<Device> devices; // in order of first appearance
    QList<Job> jobs;       // in order of creation
    QList<Image> images;
    QHash<QString, QString> settings;
};

class Store
{
public:
    // Opens or creates the database and migrates it to this version's schema. A damaged one is set
    // aside, kept, and a new one begun: takeError() says so, as DatabaseDamaged. StationIoError, in
    // words that name the file; a database of a newer version is refused and left alone. On a full
    // disk what is there is read all the same; StorageFull when there is nothing yet, or a damaged
    // one, which stays where it is until there is room to recover it.
    [[nodiscard]] static protocol::Result<std::unique_ptr<Store>> open(const QString &path);
    ~Store(); // writes what is queued

    // Reads everything; once, before anything is written. A row with a value that this version does
    // not know is left out, and stays where it is: takeError() names it, as DatabaseDamaged.
    [[nodiscard]] protocol::Result<Snapshot> load();

    // Queued; insert or replace by key (MAC, id).
    void save(const Device &device);
    void save(const Job &job);
    void save(const Image &image);
    void removeDevice(MacAddress mac);
    void removeJob(const JobId &id); // one that was never begun
    void removeImage(const ImageId &id);
    void saveSetting(const QString &key, const QString &value);
    // Waits until everything queued before is in the database, or was tried and failed: false then,
    // also when something was dropped for good since the last call of this kind. With a job: false
    // when that one's row is not there, whatever became of others. For the program's start and end,
    // what must not be said before it is kept, and tests.
    bool flush(const JobId &job = {});
    // What people are to be told and have not been yet, one at a time: what report() was given, and
    // the first write that failed since the last call: the disk is full, say. What could not be
    // written is tried again every few seconds and with the next change.
    [[nodiscard]] std::optional<protocol::Failure> takeError();
    // Thread-safe.
    void report(const protocol::Failure &notice);

private:
    struct State;
    explicit Store(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace core
