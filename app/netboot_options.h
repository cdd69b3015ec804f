// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the command line that is about the netboot service.
#pragma once

#include "netboot/helper/wish.h"

#include <QCommandLineOption>
#include <QCommandLineParser>

struct NetbootOptions {
    QCommandLineOption netboot;
    QCommandLineOption address;
    QCommandLineOption range;
    QCommandLineOption proxy;
    QCommandLineOption uplink;
    QCommandLineOption tftpRoot;

    NetbootOptions();
    [[nodiscard]] QList<QCommandLineOption> all() const;
};

// The wish that the options make, defaults filled in. BadRequest, in words for the terminal.
// Whether the machine can do it, the helper says.
[[nodiscard]] protocol::Result<netboot::ServiceWish> netbootWish(const QCommandLineParser &parser,
                                                                 const NetbootOptions &options);
