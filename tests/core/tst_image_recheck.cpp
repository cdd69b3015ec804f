// SPDX-License-Identifier: GPL-3.0-or-later
// Files of sums and bmaps that come, change or go after an image was imported: who imports it again
// has it checked again.
#include "core/file_size_limit.h"
#include "core/library_bench.h"

#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>

using namespace bench;

class TestImageRecheck : public LibraryBench
{
    Q_OBJECT

private Q_SLOTS:
    void init() { prepare(); }
    void cleanup() { tidyUp(); }

    void aWrongSumThatCameLaterCounts_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::newRow("none was there") << QByteArray();
        QTest::newRow("a right one was there") << sumLine(samples::mixed(5 * mib + 512));
        QTest::newRow("another image's was there") << QByteArray(64, 'a') + "  other.img\n";
    }

    void aWrongSumThatCameLaterCounts()
    {
        QFETCH(QByteArray, before);
        if (!before.isEmpty())
            file(u"SHA256SUMS"_s, before);
        const ImageId id = imported(u"a.img"_s);
        QVERIFY(!id.isEmpty());
        file(u"SHA256SUMS"_s, sumLine("other"));
        importAgain(id);
        QVERIFY(becomes(id, ImageState::Failed));
        QCOMPARE(m_library->image(id)->failure.code, FailureCode::ChecksumMismatch);
        QCOMPARE(m_library->image(id)->checkedBy, QStringList());
        QTRY_COMPARE_WITH_TIMEOUT(packs(), QStringList(), patience);
    }

    void aRightSumThatCameLaterIsNamed()
    {
        const ImageId id = imported(u"a.img"_s);
        const QString identity = m_library->image(id)->identity;
        file(u"a.img.sha256"_s, sumLine(m_image));
        importAgain(id);
        QTRY_COMPARE_WITH_TIMEOUT(m_library->image(id)->checkedBy, QStringList{u"a.img.sha256"_s},
                                  patience);
        QCOMPARE(m_library->image(id)->state, ImageState::Ready);
        QCOMPARE(m_library->image(id)->identity, identity);
        QCOMPARE(contentOf(id), m_image);
        QCOMPARE(packs().size(), 1);
    }

    void aSumThatIsGoneIsNotNamedAnyMore()
    {
        const QString sums = file(u"a.img.sha256"_s, sumLine(m_image));
        const ImageId id = imported(u"a.img"_s);
        QCOMPARE(m_library->image(id)->checkedBy, QStringList{u"a.img.sha256"_s});
        QVERIFY(QFile::remove(sums));
        importAgain(id);
        QTRY_COMPARE_WITH_TIMEOUT(m_library->image(id)->checkedBy, QStringList(), patience);
        QVERIFY(becomes(id, ImageState::Ready));
    }

    // Only the time of the last change of any kind tells, which no program can set.
    void otherContentsWithTheOldTime_data()
    {
        QTest::addColumn<bool>("mapped");
        QTest::newRow("written") << false;
        QTest::newRow("copied over, times and all") << true;
    }

    void otherContentsWithTheOldTime()
    {
        QFETCH(bool, mapped);
        const ImageId id = imported(u"a.img"_s);
        const QString identity = m_library->image(id)->identity;
        const QString path = m_dir->filePath(u"a.img"_s);
        const timespec before = modified(path);
        QByteArray other = m_image;
        other[3 * mib] = char(other[3 * mib] ^ 1);
        if (mapped) {
            setModified(file(u"new"_s, other), before);
            QCOMPARE(::rename(local(u"new"_s).constData(), local(u"a.img"_s).constData()), 0);
        } else {
            file(u"a.img"_s, other);
            setModified(path, before);
        }
        importAgain(id);
        QTRY_VERIFY_WITH_TIMEOUT(m_library->image(id)->identity != identity, patience);
        QVERIFY(becomes(id, ImageState::Ready));
        QCOMPARE(contentOf(id), other);
        QTRY_COMPARE_WITH_TIMEOUT(packs().size(), 1, patience);
    }

    // Other rights are a change, too: it is looked at again, and stays what it is.
    void otherRightsAreNoOtherContents()
    {
        const ImageId id = imported(u"a.img"_s);
        const Image before = *m_library->image(id);
        QVERIFY(QFile::setPermissions(m_dir->filePath(u"a.img"_s), QFile::ReadOwner));
        importAgain(id);
        QTRY_VERIFY_WITH_TIMEOUT(m_library->image(id)->sidecarStamp != before.sidecarStamp,
                                 patience);
        QVERIFY(becomes(id, ImageState::Ready));
        QCOMPARE(m_library->image(id)->identity, before.identity);
        QCOMPARE(contentOf(id), m_image);
        QCOMPARE(packs().size(), 1);
    }

    // A new check for which there is no room says nothing of the image: its pack stays.
    void aCheckThatCouldNotBeDoneTakesNothingAway()
    {
        const ImageId id = imported(u"a.img"_s);
        const QString identity = m_library->image(id)->identity;
        m_store->flush();
        file(u"a.img.sha256"_s, sumLine(m_image));
        {
            const FileSizeLimit limit(mib);
            importAgain(id);
            QVERIFY(becomes(id, ImageState::Importing) || becomes(id, ImageState::Ready));
            QTRY_VERIFY_WITH_TIMEOUT(m_library->image(id)->state != ImageState::Importing,
                                     patience);
        }
        QCOMPARE(m_library->image(id)->state, ImageState::Ready);
        QCOMPARE(m_library->image(id)->identity, identity);
        QCOMPARE(m_library->image(id)->checkedBy, QStringList());
        QCOMPARE(contentOf(id), m_image);
        QCOMPARE(packs().size(), 1);
        // And is done when there is room again.
        importAgain(id);
        QTRY_COMPARE_WITH_TIMEOUT(m_library->image(id)->checkedBy, QStringList{u"a.img.sha256"_s},
                                  patience);
    }

    // Also after a restart. What is not the image's does not matter.
    void nothingIsDoneWhereNothingChanged()
    {
        file(u"a.img.sha256"_s, sumLine(m_image));
        const ImageId id = imported(u"a.img"_s);
        m_store->flush();
        QVERIFY(!stored(id).sidecarStamp.isEmpty());
        QCOMPARE(stored(id).sidecarStamp, m_library->image(id)->sidecarStamp);
        restart();
        int imports = 0;
        connect(m_library.get(), &ImageLibrary::imageChanged, this, [this, &imports, &id] {
            imports += m_library->image(id)->state == ImageState::Importing &&
                               m_library->image(id)->done == 0
                           ? 1
                           : 0;
        });
        file(u"b.img.sha256"_s, "of another image\n");
        importAgain(id);
        // The look beside it is over before the next one of the same image begins to tell.
        file(u"SHA512SUMS"_s, "of nothing\n");
        importAgain(id);
        QTRY_COMPARE_WITH_TIMEOUT(m_library->image(id)->unchecked, QStringList{u"SHA512SUMS"_s},
                                  patience);
        QVERIFY(becomes(id, ImageState::Ready));
        QCOMPARE(imports, 1);
    }

private:
    static QByteArray sumLine(const QByteArray &bytes)
    {
        return sha256(bytes).toLatin1() + "  a.img\n";
    }

    timespec modified(const QString &path) const
    {
        struct stat facts {
        };
        if (::stat(QFile::encodeName(path).constData(), &facts) != 0)
            qFatal("%s", qPrintable(path));
        return facts.st_mtim;
    }

    void setModified(const QString &path, const timespec &time) const
    {
        const timespec times[] = {time, time};
        QCOMPARE(::utimensat(AT_FDCWD, QFile::encodeName(path).constData(), times, 0), 0);
    }

    void importAgain(const ImageId &id)
    {
        const auto again = m_library->import(m_dir->filePath(u"a.img"_s));
        QVERIFY(again.ok());
        QCOMPARE(*again, id);
    }
};

QTEST_GUILESS_MAIN(TestImageRecheck)
#include "tst_image_recheck.moc"
