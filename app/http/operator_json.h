// SPDX-License-Identifier: GPL-3.0-or-later
// Devices, jobs, images and messages as the operator level shows them.
#pragma once

#include "core/station.h"

#include <QJsonObject>

namespace http
{

[[nodiscard]] QJsonObject toJson(const core::Station &station, const core::Device &device);
[[nodiscard]] QJsonObject toJson(const core::Job &job);
[[nodiscard]] QJsonObject toJson(const core::DeviceLogs::Log &log);
[[nodiscard]] QJsonObject toJson(const core::Image &image);
[[nodiscard]] QJsonObject toJson(const core::Message &message);

} // namespace http
