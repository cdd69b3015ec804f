// SPDX-License-Identifier: GPL-3.0-or-later
// A folder in which image files are made by the real tools, and imported.
#pragma once

#include "core/image_import.h"
#include "imaging/samples.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>

class ImportBench
{
public:
    using Outcome = protocol::Result<core::ImportedPack>;

    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }

    QString write(const QString &name, const QByteArray &content) const
    {
        if (!samples::writeFile(path(name), content))
            qFatal("%s", qPrintable(name));
        return path(name);
    }

    // Runs a line of shell in the folder.
    [[nodiscard]] bool sh(const QString &line) const
    {
        QProcess shell;
        shell.setWorkingDirectory(m_folder.path());
        shell.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        shell.start(QStringLiteral("sh"), {QStringLiteral("-ec"), line});
        return shell.waitForFinished(120'000) && shell.exitStatus() == QProcess::NormalExit &&
               shell.exitCode() == 0;
    }

    [[nodiscard]] Outcome import(const QString &name, const core::ImportLimits &limits = {})
    {
        m_control.done = 0;
        return core::importPack(path(name), part(), m_pool, m_control, limits);
    }

    [[nodiscard]] QString part() const { return path(QStringLiteral("x.part")); }
    [[nodiscard]] bool nothingIsLeft() const { return !QFile::exists(part()); }
    [[nodiscard]] core::WorkControl &control() { return m_control; }
    [[nodiscard]] imaging::WorkerPool &pool() { return m_pool; }

    // Noise has other faults than those that a test is about: no partition table, say.
    [[nodiscard]] static QList<core::ImageWarning> warningsOf(const core::ImportedPack &made,
                                                              core::ImageWarningCode code)
    {
        QList<core::ImageWarning> found;
        for (const core::ImageWarning &warning : made.warnings) {
            if (warning.code == code)
                found << warning;
        }
        return found;
    }

    [[nodiscard]] static QByteArray contentOf(const imaging::PackReader &pack)
    {
        const imaging::BlockMap &map = pack.tail().map();
        QByteArray content(qsizetype(map.imageSize()), Qt::Uninitialized);
        const auto out = std::as_writable_bytes(std::span(content.data(), size_t(content.size())));
        for (quint64 i = 0; i < map.count(); ++i) {
            const auto chunk = out.subspan(size_t(i) * imaging::chunkBytes, map.length(i));
            if (!pack.readChunk(i, chunk))
                return {};
        }
        return content;
    }

private:
    QTemporaryDir m_folder;
    imaging::WorkerPool m_pool{2};
    core::WorkControl m_control;
};
