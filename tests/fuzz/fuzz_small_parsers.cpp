// SPDX-License-Identifier: GPL-3.0-or-later
// The first byte says which: a Range header for an image of some size, a MAC address, or lines of a
// device's log.
#include "fuzz_target.h"
#include "protocol/byte_range.h"
#include "protocol/device_log.h"
#include "protocol/limits.h"
#include "protocol/messages.h"

using namespace protocol;

namespace
{

void checkRange(const QByteArray &header)
{
    for (const qint64 size : {qint64(0), qint64(1), qint64(4096), maxImageBytes}) {
        const RangeSelection selected = selectRange(header, size);
        if (selected.verdict == RangeVerdict::NotSatisfiable)
            continue;
        const ByteRange range = selected.range;
        fuzz::require(range.first >= 0 && range.length >= 0);
        fuzz::require(range.first <= size && range.length <= size - range.first);
        if (selected.verdict == RangeVerdict::Whole)
            fuzz::require(range.first == 0 && range.length == size);
    }
}

void checkMac(const QByteArray &text)
{
    const auto mac = MacAddress::parse(QString::fromUtf8(text));
    if (!mac)
        return;
    fuzz::require(!mac->isNull() && mac->value() >> 48 == 0);
    fuzz::require(MacAddress::parse(mac->toString()) == mac);
}

void checkLog(const QByteArray &body)
{
    const auto log = parseDeviceLog(body);
    if (!log)
        return;
    fuzz::require(log->lines.size() <= maxLogLines);
    for (const LogLine &line : log->lines)
        fuzz::require(line.text.size() <= maxLogText && !line.text.contains(u'\n'));
    fuzz::require(parseDeviceLog(toBody(toJson(*log))).ok());
}

} // namespace

QList<QByteArray> fuzz::seeds()
{
    return {
        QByteArray(1, '\0') + "bytes=0-511",
        QByteArray(1, '\0') + "bytes=-5",
        QByteArray(1, '\0') + "bytes=9223372036854775807-",
        QByteArray(1, '\0') + "bytes=1-2,4-5",
        "\1dc:a6:32:01:02:03",
        "\1DC-A6-32-01-02-03",
        "\1dc%3Aa6%3A32%3A01%3A02%3A03",
        "\2{\"mac\":\"dc:a6:32:01:02:03\",\"lines\":[{\"uptime_ms\":5100,\"text\":\"eth0: "
        "link\"}]}",
    };
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const QByteArray rest(reinterpret_cast<const char *>(data + 1), qsizetype(size - 1));
    switch (data[0] % 3) {
    case 0:
        checkRange(rest);
        break;
    case 1:
        checkMac(rest);
        break;
    default:
        checkLog(rest);
    }
    return 0;
}
