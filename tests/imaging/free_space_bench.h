// SPDX-License-Identifier: GPL-3.0-or-later
// Devices with one partition, and what the tests of free space ask of them.
#pragma once

#include "imaging/used_blocks.h"

#include <QFile>
#include <QProcess>
#include <QTest>

namespace free_space
{

constexpr qint64 mib = 1 << 20;
constexpr qint64 partitionAt = 3 * mib;

// The program's exit code, -1 when it did not start or end; what a failure printed is shown.
inline int run(const QString &program, const QStringList &arguments)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QString path = QStringLiteral("PATH");
    environment.insert(path, environment.value(path) + QStringLiteral(":/usr/sbin:/sbin"));
    environment.insert(QStringLiteral("MTOOLS_SKIP_CHECK"), QStringLiteral("1"));
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    // env looks for it in the new PATH; QProcess would look in ours.
    process.start(QStringLiteral("/usr/bin/env"), QStringList{program} + arguments);
    if (!process.waitForFinished(60'000))
        return -1;
    if (process.exitCode() != 0)
        qInfo().noquote() << program << process.readAll();
    return process.exitCode();
}

inline imaging::PartitionTable onePartition(quint8 type, qint64 length, int number = 1)
{
    imaging::PartitionTable table;
    table.kind = imaging::PartitionTable::Kind::Mbr;
    imaging::Partition partition;
    partition.number = number;
    partition.offset = partitionAt;
    partition.length = length;
    partition.mbrType = type;
    table.partitions.push_back(partition);
    table.end = partitionAt + length;
    return table;
}

inline qint64 bytesIn(const imaging::FreeSpace &space)
{
    qint64 sum = 0;
    for (const imaging::ByteExtent &extent : space.extents)
        sum += extent.length;
    return sum;
}

// Fills what is said to be free.
inline bool overwrite(const QString &device, const imaging::FreeSpace &space, char byte)
{
    QFile writer(device);
    if (!writer.open(QIODevice::ReadWrite))
        return false;
    for (const imaging::ByteExtent &extent : space.extents) {
        const QByteArray fill(qsizetype(extent.length), byte);
        if (!writer.seek(extent.offset) || writer.write(fill) != fill.size())
            return false;
    }
    return true;
}

inline void expectRefusal(const QString &device, const imaging::PartitionTable &table,
                          const QString &word)
{
    const imaging::FreeSpace space = imaging::findFreeSpace(device, table);
    QVERIFY(space.extents.empty());
    QCOMPARE(space.notes.size(), 1);
    QVERIFY2(space.notes[0].contains(word), qPrintable(space.notes[0]));
    QVERIFY(space.notes[0].contains(QStringLiteral("copied whole")));
}

} // namespace free_space
