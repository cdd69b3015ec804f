// SPDX-License-Identifier: GPL-3.0-or-later
// DHCP and TFTP for the devices, as the station runs them: starts and stops the root helper, keeps
// the station's view of each device's boot up to date, and hands the loop guard's word on. Main
// thread.
#pragma once

#include "core/errands.h"
#include "core/station.h"
#include "netboot/boot_tracker.h"
#include "netboot/helper/wish.h"
#include "netboot/helper_process.h"

#include <QObject>
#include <QStringList>

#include <memory>

namespace netboot
{

class Service : public QObject
{
    Q_OBJECT

public:
    // The station outlives the service. `helper`: the program; empty: findHelper().
    explicit Service(core::Station &station, const QString &helper = {},
                     core::Clock clock = core::systemClock, QObject *parent = nullptr);
    ~Service() override; // ends what runs

    // How it goes is the station's netbootStatus(). The netboot kit is checked first, on a thread
    // of its own: KitUnusable, TftpRootUnusable. Does nothing while it runs.
    void start(const ServiceWish &wish);
    void stop();
    [[nodiscard]] bool isRunning() const { return m_helper || m_checking > 0; }
    // The last lines of dnsmasq's log and the helper's warnings.
    [[nodiscard]] const QStringList &log() const { return m_log; }
    // The last wish, for a dialog to begin with.
    [[nodiscard]] const ServiceWish &wish() const { return m_wish; }

Q_SIGNALS:
    void logged(const QString &line);

private:
    void startHelper();
    void finishCheck(int number, const protocol::Result<void> &checked);
    void take(const Event &event);
    void noteTracked(MacAddress changed);
    void handleEnd(bool orderly, const protocol::Failure &failure);
    void setState(core::NetbootState state, const protocol::Failure &failure = {});
    void tell(MacAddress mac);
    void noteArrival(MacAddress mac);
    void tellRefusal(MacAddress mac, bool refused);
    void putBack();
    void note(const QString &line);
    [[nodiscard]] QDateTime now() const;

    core::Station &m_station;
    QString m_program;
    core::Clock m_clock;
    std::unique_ptr<HelperProcess> m_helper;
    std::unique_ptr<HelperProcess> m_restorer; // puts back what a helper that was killed has left
    BootTracker m_tracker;
    ServiceWish m_wish;
    core::NetbootStatus m_status;
    protocol::Failure m_failure; // that the helper told of before it ended
    bool m_failed = false;
    int m_checks = 0;
    int m_checking = 0; // the check that is waited for; 0: none
    QStringList m_log;
    core::Errands m_kit; // its folder may not answer
};

// Where the addresses lie that devices get unless the operator says otherwise: from .100 to .200 of
// the station's own network, or all of it where it is smaller.
void fillRange(ServiceWish &wish);

} // namespace netboot
