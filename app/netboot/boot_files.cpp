// SPDX-License-Identifier: GPL-3.0-or-later
#include "netboot/boot_files.h"

#include <QLocale>
#include <QRegularExpression>
#include <QtEndian>

#include <algorithm>

namespace netboot
{

using namespace Qt::StringLiterals;

namespace
{

// elf(5), 32 bits: what the fields of the header are, in bytes from its begin.
constexpr qsizetype elfHeader = 52;
constexpr qsizetype machineAt = 18;
constexpr qsizetype sectionsAt = 32;
constexpr qsizetype sectionSizeAt = 46;
constexpr qsizetype sectionCountAt = 48;
constexpr quint16 videoCore = 137; // EM_VIDEOCORE3

constexpr QByteArrayView gzipMark("\x1f\x8b");

template<class Number>
Number numberAt(const QByteArray &content, qsizetype at)
{
    return qFromLittleEndian<Number>(content.constData() + at);
}

// Its table of sections is the last thing in the file: with it the file is whole.
bool isWholeFirmware(const QByteArray &content)
{
    if (content.size() < elfHeader || !content.startsWith("\x7f"
                                                          "ELF\x01\x01"))
        return false;
    const qint64 sections = numberAt<quint32>(content, sectionsAt);
    const qint64 length = qint64(numberAt<quint16>(content, sectionSizeAt)) *
                          numberAt<quint16>(content, sectionCountAt);
    return numberAt<quint16>(content, machineAt) == videoCore &&
           sections + length <= content.size();
}

bool startsWithAny(const QByteArray &head, std::initializer_list<QByteArrayView> marks)
{
    return std::any_of(marks.begin(), marks.end(),
                       [&head](QByteArrayView mark) { return head.startsWith(mark); });
}

} // namespace

QDate newestRefusingFirmware()
{
    return {2021, 1, 27};
}

QDate oldestStartingFirmware()
{
    return {2022, 1, 20};
}

std::optional<QDate> firmwareDate(const QByteArray &content)
{
    if (!isWholeFirmware(content))
        return std::nullopt;
    // The same mark has the time of day, too.
    static const QRegularExpression form(
        uR"(VC_BUILD_ID_TIME: ([A-Z][a-z]{2} [ 0-3]?[0-9] [0-9]{4}))"_s);
    const auto found = form.match(QString::fromLatin1(content));
    const QDate date = QLocale::c().toDate(found.captured(1).simplified(), u"MMM d yyyy"_s);
    return date.isValid() ? std::optional(date) : std::nullopt;
}

bool isKernel(const QByteArray &head)
{
    // Documentation/arch/arm64/booting.rst
    return head.startsWith(gzipMark) || head.mid(0x38, 4) == "ARM\x64";
}

bool isDeviceTree(const QByteArray &head)
{
    return head.startsWith("\xd0\x0d\xfe\xed");
}

bool isInitramfs(const QByteArray &head)
{
    return startsWithAny(head, {"\x28\xb5\x2f\xfd", gzipMark, "070701"}); // zstd, gzip, newc
}

} // namespace netboot
