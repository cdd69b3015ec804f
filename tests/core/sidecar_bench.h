// SPDX-License-Identifier: GPL-3.0-or-later
// Images with files of sums and bmaps beside them.
#pragma once

#include "core/import_bench.h"
#include "core/map_writer.h"

#include <QMap>
#include <QTest>

#include <memory>

namespace bench
{

using namespace Qt::StringLiterals;
using protocol::FailureCode;

inline constexpr qint64 mib = imaging::chunkBytes;

class SidecarBench : public QObject
{
protected:
    void prepare()
    {
        m_bench = std::make_unique<ImportBench>();
        m_image = samples::noise(3 * mib + 1000, 5);
    }

    // The image, another one, and of the first what `name` says.
    void make(const QString &name)
    {
        static const QMap<QString, QString> tools{
            {u"a.img"_s, u":"_s},
            {u"a.img.xz"_s, u"xz -0 -k a.img"_s},
            {u"a.img.gz"_s, u"gzip -1 -k a.img"_s},
            {u"a.img.bz2"_s, u"bzip2 -1 -k a.img"_s},
            {u"a.img.zst"_s, u"zstd -q -1 a.img"_s},
            {u"z.zip"_s, u"zip -q -1 z.zip a.img"_s},
        };
        m_bench->write(u"a.img"_s, m_image);
        m_bench->write(u"b.img"_s, "another");
        QVERIFY(tools.contains(name) && m_bench->sh(tools[name]));
    }

    void refuses(const QString &name, FailureCode code, const QString &said)
    {
        const auto made = m_bench->import(name);
        QVERIFY(!made.ok());
        QVERIFY2(made.failure().code == code, qPrintable(made.failure().detail));
        QVERIFY2(made.failure().detail.contains(said), qPrintable(made.failure().detail));
        QVERIFY(m_bench->nothingIsLeft());
    }

    void takes(const QString &name, const QStringList &checkedBy, const QStringList &unchecked = {})
    {
        const auto made = m_bench->import(name);
        QVERIFY2(made.ok(), made ? "" : qPrintable(made.failure().detail));
        QCOMPARE(made->checkedBy, checkedBy);
        QCOMPARE(made->unchecked, unchecked);
        QVERIFY(ImportBench::contentOf(*made->pack) == m_image);
        m_warnings = ImportBench::warningsOf(*made, core::ImageWarningCode::UnmappedData);
    }

    [[nodiscard]] QByteArray fileSum(const QString &name) const
    {
        return hex(samples::readFile(m_bench->path(name)));
    }

    std::unique_ptr<ImportBench> m_bench;
    QByteArray m_image;
    QList<core::ImageWarning> m_warnings; // of data that is not mapped, in what takes() took
};

} // namespace bench
