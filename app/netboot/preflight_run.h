// SPDX-License-Identifier: GPL-3.0-or-later
// One preflight, off the main thread: it listens to the wire for seconds and reads folders.
#pragma once

#include "core/errands.h"
#include "netboot/preflight.h"

#include <QObject>
#include <QProcess>

#include <atomic>
#include <chrono>
#include <memory>

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
    void finishLooking(const protocol::Result<Observations> &seen);
    void finishPart();

    PreflightPlan m_plan;
    Observations m_seen;
    ProbeReport m_probed; // of the helper
    bool m_asked = false;
    int m_waiting = 0;
    std::shared_ptr<std::atomic<bool>> m_stop = std::make_shared<std::atomic<bool>>(false);
    std::unique_ptr<QProcess> m_helper;
    // A folder may not answer; what only listens still hears of its end in this time.
    core::Errands m_look{std::chrono::milliseconds(250)};
};

// The same for a command line: blocks, and asks nobody for rights.
[[nodiscard]] QList<Finding> runPreflight(const PreflightPlan &plan);

} // namespace netboot
