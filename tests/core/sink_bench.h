// SPDX-License-Identifier: GPL-3.0-or-later
// Sinks in a folder of their own, and what a full-level client sends them.
#pragma once

#include "core/backup_sink.h"

#include "core/backup_journal.h"
#include "core/file_size_limit.h"
#include "core/upload_samples.h"
#include "imaging/pack.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <memory>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bench
{

using namespace core;
using namespace Qt::StringLiterals;
using protocol::FailureCode;
using samples::Upload;

inline constexpr qint64 mib = imaging::chunkBytes;

using SinkPtr = std::shared_ptr<BackupSink>;

inline SinkPtr opened(const QString &path, bool overwrite = false)
{
    auto sink = BackupSink::open(path, overwrite);
    if (!sink)
        qWarning("%s", qPrintable(sink.failure().detail));
    return sink ? *sink : nullptr;
}

inline bool send(BackupSink &sink, const std::vector<Upload> &uploads, size_t from, size_t to)
{
    for (size_t i = from; i < to; ++i) {
        const auto taken = sink.append(uploads[i].index, uploads[i].record, uploads[i].frame);
        if (!taken) {
            qWarning("record %zu: %s", i, qPrintable(taken.failure().detail));
            return false;
        }
    }
    return true;
}

// What the file gives to somebody who has only standard tools.
inline QByteArray unpacked(const QString &path)
{
    if (path.endsWith(".img"_L1))
        return samples::readFile(path);
    QProcess zstd;
    zstd.start(u"zstd"_s, {u"-dcq"_s, path});
    return zstd.waitForFinished(60'000) && zstd.exitCode() == 0 ? zstd.readAllStandardOutput()
                                                                : QByteArray();
}

// Has the journal of a copied backup tell of the copy, as if that were the file that was made.
inline void adoptCopy(const QString &path)
{
    const QString name = path + u".part.journal"_s;
    const auto contents = BackupJournal::read(name);
    QFile part(path + u".part"_s);
    if (!contents || !part.open(QIODevice::ReadOnly))
        return; // no proof there either
    BackupJournal journal(name);
    QVERIFY(
        journal.create(contents->format, contents->size, BackupJournal::identityOf(part.handle()))
            .ok());
    if (contents->chunks.count() > 0)
        QVERIFY(journal.append(0, contents->chunks).ok());
}

inline void copyFolder(const QString &from, const QString &to)
{
    QVERIFY(QDir().mkpath(to));
    for (const QString &name : QDir(from).entryList(QDir::Files))
        QVERIFY(QFile::copy(from + u'/' + name, to + u'/' + name));
    for (const QString &name : QDir(to).entryList({u"*.part"_s}, QDir::Files))
        adoptCopy(to + u'/' + name.chopped(5));
}

// What the tests have in common; prepare() before each.
class SinkBench : public QObject
{
protected:
    void prepare()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_image = samples::mixed(7 * mib + 512);
        m_uploads = samples::uploadsOf(m_image);
    }

    static void formats()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("pack") << u"a.img.zst"_s;
        QTest::newRow("raw") << u"a.img"_s;
    }

    QString target()
    {
        QFETCH(QString, name);
        return m_dir->filePath(name);
    }

    QString made(const QString &name)
    {
        const QString path = m_dir->filePath(name);
        completes(path);
        return path;
    }

    // Leaves a backup with its first records durable, each by a sync of its own.
    void half(const QString &path, size_t records = 4)
    {
        const SinkPtr sink = opened(path);
        QVERIFY(sink && sink->setSize(m_image.size()));
        for (size_t i = 0; i < records; ++i)
            QVERIFY(send(*sink, m_uploads, i, i + 1) && sink->sync());
    }

    // Does what a client does that comes back: asks for `next` and sends the rest.
    void completes(const QString &path)
    {
        const SinkPtr sink = opened(path);
        QVERIFY(sink);
        QVERIFY(sink->setSize(m_image.size()).ok());
        size_t record = 0;
        while (record + 1 < m_uploads.size() && m_uploads[record + 1].index <= sink->next())
            ++record;
        QVERIFY(send(*sink, m_uploads, record, m_uploads.size()));
        const auto result = sink->commit(samples::claimOf(m_image));
        QVERIFY2(result.ok(), result ? "" : qPrintable(result.failure().detail));
        QCOMPARE(unpacked(path), m_image);
    }

    static void refuses(BackupSink &sink, const Upload &upload, FailureCode code)
    {
        const auto taken = sink.append(upload.index, upload.record, upload.frame);
        QVERIFY(!taken.ok());
        QCOMPARE(taken.failure().code, code);
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    QByteArray m_image;
    std::vector<Upload> m_uploads;
};

} // namespace bench
