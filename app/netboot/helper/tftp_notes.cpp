// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/helper/tftp_notes.h"

#include "netboot/helper/ipv4.h"

#include <QFileInfo>
#include <QRegularExpression>

namespace netboot
{

using namespace Qt::StringLiterals;

bool isTftpLine(const QString &line)
{
    return line.startsWith("dnsmasq-tftp["_L1);
}

protocol::MacAddress neighbourIn(const QByteArray &neighbours, const QString &address)
{
    // IP address, HW type, flags, HW address, mask, device
    for (const QByteArray &line : neighbours.split('\n')) {
        const QList<QByteArray> fields = line.simplified().split(' ');
        if (fields.size() > 3 && QString::fromLatin1(fields[0]) == address)
            return protocol::MacAddress::parse(QString::fromLatin1(fields[3]))
                .value_or(protocol::MacAddress());
    }
    return {};
}

TftpNotes notesOn(const QString &line, const QString &root, const QByteArray &neighbours)
{
    TftpNotes notes;
    static const QRegularExpression peer(uR"( ([0-9.]{7,15})\z)"_s);
    const auto found = peer.match(line);
    if (!isTftpLine(line) || !found.hasMatch())
        return notes;
    notes.mac = neighbourIn(neighbours, found.captured(1));
    static const QRegularExpression sent(uR"(\]: sent (/.*) to [0-9.]+\z)"_s);
    const QString path = sent.match(line).captured(1);
    if (path.startsWith(root + u'/') && !path.contains("/../"_L1))
        notes.bytes = QFileInfo(path).size();
    return notes;
}

} // namespace netboot
