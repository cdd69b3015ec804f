// SPDX-License-Identifier: GPL-3.0-or-later
// What the library knows of a pack, in a file beside it, so that the pack can be taken in again
// when the database is lost: IDENTITY.json. A record is a help, never a condition: what is missing
// or makes no sense is not known. `facts` are those of image_facts_json.h.
#pragma once

#include "core/files.h"
#include "core/model.h"

#include <QByteArray>

#include <optional>

namespace core
{

struct PackRecord {
    // Id, name, source, checksums and facts; the rest is for the pack itself to tell.
    Image image;
    // It was taken off the library, and is kept for a job alone.
    bool removed = false;
    // The file as it was when all of it was last found to be right, and when that was.
    FileStamp checked;
    QDateTime checkedAt; // UTC

    [[nodiscard]] QByteArray toJson() const;
    [[nodiscard]] static std::optional<PackRecord> fromJson(const QByteArray &bytes);
};

} // namespace core
