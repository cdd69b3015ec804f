// SPDX-License-Identifier: GPL-3.0-or-later
// The bodies of the operator's calls as values: what was asked, not whether it can be. BadRequest
// for what is no JSON object, has a field of a wrong type, or a word that is not one of its
// field's.
#pragma once

#include "core/model.h"
#include "protocol/messages.h"

#include <optional>

namespace http
{

struct JobRequest {
    protocol::MacAddress mac;
    core::JobKind kind = core::JobKind::Deploy;
    std::optional<QString> image; // deploy; nullopt: the golden one
    QString path;                 // backup
    core::JobOptions options;
};

struct ImportRequest {
    QString path; // absolute
    std::optional<bool> golden;
};

struct SettingsRequest {
    std::optional<int> maxDeploys;
};

// `rearm` and `accept` are no actions that a device is told.
struct DeviceActionRequest {
    bool rearm = false;
    QString accept; // the address of whoever claims to be this device; empty: another action
    protocol::ActionKind action = protocol::ActionKind::None; // reboot, poweroff or identify
};

[[nodiscard]] protocol::Result<JobRequest> parseJobRequest(const QByteArray &body);
[[nodiscard]] protocol::Result<ImportRequest> parseImportRequest(const QByteArray &body);
[[nodiscard]] protocol::Result<QString> parseGoldenRequest(const QByteArray &body); // image's id
[[nodiscard]] protocol::Result<SettingsRequest> parseSettingsRequest(const QByteArray &body);
[[nodiscard]] protocol::Result<DeviceActionRequest>
parseDeviceActionRequest(const QByteArray &body);

// Read in the same way wherever one stands; BadRequest.
[[nodiscard]] protocol::Result<protocol::MacAddress> parseMac(const QString &text);

} // namespace http
