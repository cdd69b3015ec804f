// SPDX-License-Identifier: GPL-3.0-or-later
// One preflight, off the main thread: it listens to the wire for seconds and reads folders.
#pragma once

#include "core/mailbox.h"
#include "netboot/preflight.h"

#include <QObject>
#include <QProcess>

#include <atomic>
#include <memory>
#include <thread>

namespace netboot
{

class PreflightRun : public QObject
{
    Q_OBJECT

public:
    explicit PreflightRun(QObject *parent = nullptr);
    ~PreflightRun() override; // stops what is under way

    // A station that is root finds everything out by itself. Any other leaves out what only root
    // can, unless `withRights`: then the helper is started by pkexec, which asks for a password.
    // Precondition: !isRunning().
    void start(const PreflightPlan &plan, bool withRights);
    [[nodiscard]] bool isRunning() const { return m_waiting > 0; }

Q_SIGNALS:
    void finished(const QList<netboot::Finding> &findings);

private:
    void askHelper();
    void takeHelperAnswer();
    void finishLooking();
    void finishPart();

    PreflightPlan m_plan;
    Observations m_seen;  // of the thread, until it has ended
    ProbeReport m_probed; // of the helper
    bool m_asked = false;
    int m_waiting = 0;
    std::atomic<bool> m_stop = false;
    core::Mailbox m_looked;
    std::thread m_thread;
    std::unique_ptr<QProcess> m_helper;
};

// The same for a command line: blocks, and asks nobody for rights.
[[nodiscard]] QList<Finding> runPreflight(const PreflightPlan &plan);

} // namespace netboot
