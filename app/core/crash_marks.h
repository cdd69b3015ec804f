// SPDX-License-Identifier: GPL-3.0-or-later
// What the station was at when it ended by a fault: an image or a device's data that ends the
// program must not end it again at every start. A kill or a power cut leaves no mark, and what was
// under way then goes on by itself.
//
//     const CrashLabel label("import", id);   // on the thread that works on it
#pragma once

#include "core/store.h"

#include <QString>
#include <QStringList>

namespace core
{

// Says what the calling thread works on, for as long as it lives. Not nested deeper than one needs:
// the outer label is back when the inner one ends.
class CrashLabel
{
public:
    // "image", "pack" or "job", and its id or identity.
    CrashLabel(const char *kind, const QString &id);
    ~CrashLabel();
    CrashLabel(const CrashLabel &) = delete;
    CrashLabel &operator=(const CrashLabel &) = delete;

    static constexpr int maxBytes = 96; // longer ones are cut

private:
    char m_before[maxBytes];
    int m_slot;
};

// From now on a fatal signal, a failed assertion or an exception that nobody catches is written to
// `file`: the label of its thread; all labels there are when a helper thread without one had it;
// none for the main thread. Signals go on to whoever handled them before. Call it on the main
// thread.
void recordCrashes(const QString &file);

// The labels that are written there; empty: the last station ended in another way.
[[nodiscard]] QStringList crashMarks(const QString &file);

// The file of marks over one run of the station.
class CrashRecord
{
public:
    CrashRecord(QString file, Store &store);
    // What judge() could not make durable most likely is by now.
    ~CrashRecord();
    CrashRecord(const CrashRecord &) = delete;
    CrashRecord &operator=(const CrashRecord &) = delete;

    // Before anything is begun, on the main thread: as failCrashed() with the last station's marks,
    // which go once the database holds the verdict, and as recordCrashes().
    void judge(Snapshot &snapshot);

private:
    void settle();

    QString m_file;
    Store &m_store;
    bool m_settled = false;
};

// Images and jobs that the marks name become Failed with CrashedBefore, also in the store, which
// tells people of it.
void failCrashed(Snapshot &snapshot, Store &store, const QStringList &marks);

} // namespace core
