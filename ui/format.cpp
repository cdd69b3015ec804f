// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/format.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace ui::format
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::format)
};

constexpr int shortHashDigits = 12;

// Power of 1024 in which `count` has one to four digits before the point.
int unitOf(double count)
{
    int unit = 0;
    for (; count >= 1024 && unit < 5; ++unit)
        count /= 1024;
    return unit;
}

QString unitName(int unit)
{
    static constexpr std::array<const char *, 6> names{"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
    return unit == 0 ? Tr::tr("bytes") : QString::fromLatin1(names.at(size_t(unit)));
}

QString number(double count, int unit)
{
    return QLocale().toString(count / std::pow(1024.0, unit), 'f', unit == 0 ? 0 : 1);
}

QString withUnit(double count)
{
    const int unit = unitOf(count);
    return number(count, unit) + u' ' + unitName(unit);
}

} // namespace

QString bytes(qint64 count)
{
    return withUnit(double(count));
}

QString percent(qint64 done, qint64 total)
{
    const double part = double(std::clamp<qint64>(done, 0, total)) / double(total);
    return Tr::tr("%1 %").arg(int(100 * part));
}

QString amount(qint64 done, qint64 total)
{
    if (total <= 0)
        return bytes(done);
    const int unit = unitOf(double(std::max(done, total)));
    return Tr::tr("%1 of %2 %3", "1.2 of 7.8 GiB")
        .arg(number(double(done), unit), number(double(total), unit), unitName(unit));
}

QString speed(double bytesPerSecond)
{
    return Tr::tr("%1/s", "84.2 MiB/s").arg(withUnit(std::max(0.0, bytesPerSecond)));
}

QString duration(qint64 seconds)
{
    if (seconds < 60)
        return Tr::tr("%1 s", "seconds").arg(seconds);
    if (seconds < 3600)
        return Tr::tr("%1 min %2 s").arg(seconds / 60).arg(seconds % 60);
    if (seconds < 2 * 86400)
        return Tr::tr("%1 h %2 min").arg(seconds / 3600).arg(seconds / 60 % 60);
    return coarseDuration(seconds);
}

QString coarseDuration(qint64 seconds)
{
    if (seconds < 60)
        return Tr::tr("%1 s", "seconds").arg(seconds / 10 * 10);
    if (seconds < 3600)
        return Tr::tr("%1 min").arg(seconds / 60);
    if (seconds < 2 * 86400)
        return Tr::tr("%1 h").arg(seconds / 3600);
    return Tr::tr("%n day(s)", nullptr, int(seconds / 86400));
}

QString time(const QDateTime &utc, const QDateTime &now)
{
    if (!utc.isValid())
        return {};
    const QDateTime local = utc.toLocalTime();
    const QString clock = local.time().toString(u"HH:mm:ss"_s);
    if (local.date() == now.toLocalTime().date())
        return clock;
    return local.date().toString(Qt::ISODate) + u' ' + clock;
}

QString shortHash(const QString &hex)
{
    return hex.first(std::min<qsizetype>(hex.size(), shortHashDigits));
}

} // namespace ui::format
