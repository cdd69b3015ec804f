// SPDX-License-Identifier: GPL-3.0-or-later
// What is found out about an image while its bytes come by: complete once its source has ended.
#pragma once

#include "core/image_warning.h"
#include "core/import/sum_claims.h"

#include <QList>
#include <QStringList>

namespace core
{

struct ImageFindings {
    SumMap fileSums;  // of the file as it lies there; those that were asked for
    SumMap imageSums; // of the raw image
    QList<ImageWarning> warnings;
    QStringList checkedBy; // bmaps that agree with it
    QStringList unchecked; // bmaps that state no checksums, or are another image's
};

} // namespace core
