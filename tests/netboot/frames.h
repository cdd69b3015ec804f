// SPDX-License-Identifier: GPL-3.0-or-later
// Ethernet frames for the tests of what reads them.
#pragma once

#include <QByteArray>

#include <cstddef>
#include <span>

namespace frames
{

inline std::span<const std::byte> bytes(const QByteArray &array)
{
    return std::as_bytes(std::span(array.constData(), size_t(array.size())));
}

inline QByteArray hex(const char *text)
{
    return QByteArray::fromHex(text);
}

// As long as Ethernet's shortest frame, as it comes from the wire.
inline QByteArray padded(const QByteArray &frame)
{
    return frame.leftJustified(60, '\0');
}

// To the bridges' group, from a switch's port; `length` of what follows.
inline QByteArray header(const char *group, quint16 length)
{
    return hex(group) + hex("001c0e8777") + hex("85") + char(length >> 8) + char(length & 0xff);
}

// From "protocol identifier" on. Root and bridge 00:1c:0e:87:78:00, hello 2 s, forward delay 15 s.
inline QByteArray configuration(const char *versionAndType)
{
    return hex("0000") + hex(versionAndType) + hex("00") + hex("8064001c0e877800") +
           hex("00000000") + hex("8064001c0e877800") + hex("8004") + hex("0000") + hex("1400") +
           hex("0200") + hex("0f00");
}

inline QByteArray bpdu(const QByteArray &message)
{
    return padded(header("0180c2000000", quint16(3 + message.size())) + hex("424203") + message);
}

inline QByteArray perVlanBpdu(const QByteArray &message)
{
    return padded(header("01000ccccccd", quint16(8 + message.size())) + hex("aaaa0300000c010b") +
                  message);
}

} // namespace frames
