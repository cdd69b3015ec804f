// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/pi_identity.h"

#include <algorithm>

namespace netboot
{

namespace
{

constexpr auto marks = std::to_array<MachineMark>({
    {{0x52, 0x50, 0x69, 0x34}, true},  // "RPi4"
    {{0x34, 0x69, 0x50, 0x52}, false}, // the same word, turned round: newer batches
    {{0x52, 0x50, 0x69, 0x35}, true},  // "RPi5"
    {{0x35, 0x69, 0x50, 0x52}, false}, // CM5
});

constexpr qsizetype wordBytes = 4;
constexpr qsizetype idBytes = 1 + 4 * wordBytes;

QByteArray word(const QByteArray &id, int index)
{
    return id.mid(1 + index * wordBytes, wordBytes);
}

QString wordText(QByteArray bytes, bool littleEndian)
{
    if (littleEndian)
        std::reverse(bytes.begin(), bytes.end());
    return QString::fromLatin1(bytes.toHex());
}

const MachineMark *markOf(const QByteArray &bytes)
{
    const auto it = std::ranges::find_if(marks, [&bytes](const MachineMark &mark) {
        return std::equal(
            mark.bytes.begin(), mark.bytes.end(), bytes.begin(), bytes.end(),
            [](unsigned char a, char b) { return a == static_cast<unsigned char>(b); });
    });
    return it == marks.end() ? nullptr : &*it;
}

// The MAC's tail says in which order the words' bytes are; the mark only suggests it.
bool isLittleEndian(const QByteArray &id, const MachineMark &mark, protocol::MacAddress mac)
{
    const QString tail = mac.toString().remove(u':').right(2 * wordBytes);
    if (wordText(word(id, 2), false) == tail)
        return false;
    return wordText(word(id, 2), true) == tail || mark.littleEndian;
}

std::optional<PiIdentity> repeatedSerial(const QByteArray &id)
{
    const QByteArray first = word(id, 0);
    const bool blank =
        first == QByteArray(wordBytes, '\0') || first == QByteArray(wordBytes, '\xff');
    if (blank || word(id, 1) != first || word(id, 2) != first || word(id, 3) != first)
        return std::nullopt;
    return PiIdentity{wordText(first, false), {}};
}

} // namespace

std::span<const MachineMark> machineMarks()
{
    return marks;
}

std::optional<PiIdentity> piIdentity(const QByteArray &machineId, protocol::MacAddress mac)
{
    if (machineId.size() != idBytes || machineId[0] != '\0')
        return std::nullopt;
    const MachineMark *mark = markOf(word(machineId, 0));
    if (!mark)
        return repeatedSerial(machineId);
    const bool littleEndian = isLittleEndian(machineId, *mark, mac);
    return PiIdentity{wordText(word(machineId, 3), littleEndian),
                      wordText(word(machineId, 1), littleEndian)};
}

} // namespace netboot
