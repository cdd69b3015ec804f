// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of the station as sentences.
#pragma once

#include "ui/job_text.h"

#include <optional>

namespace ui
{

enum class Severity { Info, Success, Warning, Error };

// What a message's ids stand for, looked up when it arrives: the device or image may be gone later.
struct MessageContext {
    QString device; // as deviceName() says it
    QString image;  // name
    QList<core::ImageWarning> imageWarnings;
    std::optional<core::Job> job;
};

struct MessageText {
    Severity severity = Severity::Info;
    QString text;     // one or two sentences
    QString nextStep; // empty when there is nothing to do
};

[[nodiscard]] MessageText messageText(const core::Message &message, const MessageContext &context);

// A refused order as a message: "Deploy refused: …".
[[nodiscard]] MessageText refusalText(const QString &order, const protocol::Failure &failure);

[[nodiscard]] Glyph severityGlyph(Severity severity);
[[nodiscard]] Tone severityTone(Severity severity);
[[nodiscard]] QString severityName(Severity severity);

} // namespace ui
