// SPDX-License-Identifier: GPL-3.0-or-later
// Space that is kept for the database on the disk that it shares with images: a file NAME-reserve
// beside it, given up when the disk is full, made anew when there is room. Not thread-safe.
#pragma once

#include <QString>

namespace core
{

inline constexpr qint64 storeReserveBytes = 8 * 1024 * 1024;

class StoreReserve
{
public:
    explicit StoreReserve(const QString &database);

    // Gives the space up; false when there was none.
    bool release();
    // Makes it when it is not there and several times as much is free. Where the file system cannot
    // reserve space there is none.
    void renew();

private:
    QString m_path;
    bool m_held = false; // known to be there
};

} // namespace core
