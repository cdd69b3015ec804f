// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers as people read them, in the user's language: bytes in KiB/MiB/GiB, seconds in the two
// largest units.
#pragma once

#include <QDateTime>
#include <QString>

namespace ui::format
{

[[nodiscard]] QString bytes(qint64 count); // "7.8 GiB"

// Both numbers in the unit of the larger one: "1.2 of 7.8 GiB". Without a total (0): "1.2 GiB".
[[nodiscard]] QString amount(qint64 done, qint64 total);

// "43 %", rounded down: 100 % is all of it. `total` is above 0.
[[nodiscard]] QString percent(qint64 done, qint64 total);

[[nodiscard]] QString speed(double bytesPerSecond); // "84.2 MiB/s"

// "45 s", "3 min 20 s", "2 h 5 min", "3 days".
[[nodiscard]] QString duration(qint64 seconds);

// One unit, rounded down, so that it does not flicker: "40 s", "2 min", "3 h", "2 days". Below a
// minute in tens.
[[nodiscard]] QString coarseDuration(qint64 seconds);

// Local time; with the date when it is not that of `now`.
[[nodiscard]] QString time(const QDateTime &utc, const QDateTime &now);

// The first 12 digits of a hash, enough to tell images apart by eye.
[[nodiscard]] QString shortHash(const QString &hex);

} // namespace ui::format
