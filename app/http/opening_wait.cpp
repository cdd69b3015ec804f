// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/opening_wait.h"

#include <QTimer>

namespace http
{

void whenOpened(core::Station &station, const core::JobId &job, const std::function<void()> &then)
{
    if (!station.isOpening(job)) {
        then();
        return;
    }
    auto *wait = new QTimer(&station);
    const auto end = [wait, station = &station, then] {
        wait->stop();
        QObject::disconnect(station, nullptr, wait, nullptr);
        wait->deleteLater();
        then();
    };
    wait->setSingleShot(true);
    QObject::connect(wait, &QTimer::timeout, wait, end);
    QObject::connect(&station, &core::Station::destinationOpened, wait,
                     [job, end](const QString &opened) {
                         if (opened == job)
                             end();
                     });
    wait->start(openingPatience);
}

} // namespace http
