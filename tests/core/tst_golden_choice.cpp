// SPDX-License-Identifier: GPL-3.0-or-later
// The golden image stays in force until the next one is ready, whoever chose it.
#include "core/golden_choice.h"
#include "core/hung_disk.h"
#include "core/library_bench.h"

using namespace bench;

class TestGoldenChoice : public LibraryBench
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        prepare();
        m_choice = std::make_unique<GoldenChoice>(*m_library, *m_store);
    }
    void cleanup()
    {
        m_choice.reset();
        tidyUp();
    }

    void theFirstIsInForceAtOnce()
    {
        const Block block(m_pool);
        const ImageId first = begun(u"a.img"_s);
        m_choice->choose(first);
        QCOMPARE(m_choice->inForce(), first);
        QCOMPARE(m_choice->next(), ImageId());
    }

    void stays_data()
    {
        QTest::addColumn<QString>("what");
        QTest::newRow("until the next is ready") << u"ready"_s;
        QTest::newRow("when the next fails") << u"fails"_s;
        QTest::newRow("when the next is cancelled") << u"cancelled"_s;
        QTest::newRow("when it is chosen again") << u"again"_s;
    }

    void stays()
    {
        QFETCH(QString, what);
        const ImageId before = chosen(u"a.img"_s);
        QSignalSpy changes(m_choice.get(), &GoldenChoice::changed);
        auto block = std::make_unique<Block>(m_pool);
        const ImageId next = begun(what == u"fails"_s ? u"b.img.xz"_s : u"b.img"_s);
        m_choice->choose(next);
        QCOMPARE(m_choice->inForce(), before);
        QCOMPARE(m_choice->next(), next);
        if (what == u"cancelled"_s)
            QVERIFY(m_library->remove(next).ok());
        if (what == u"again"_s)
            m_choice->choose(before);
        block.reset();
        if (what != u"cancelled"_s)
            QVERIFY(becomes(next, what == u"fails"_s ? ImageState::Failed : ImageState::Ready));
        QCOMPARE(m_choice->inForce(), what == u"ready"_s ? next : before);
        QCOMPARE(m_choice->next(), ImageId());
        QCOMPARE(changes.size(), what == u"ready"_s ? 1 : 0);
    }

    // Ready before it is chosen: no need to wait.
    void aReadyOneIsInForceAtOnce()
    {
        const ImageId first = chosen(u"a.img"_s);
        const ImageId second = imported(u"b.img"_s);
        m_choice->choose(second);
        QCOMPARE(m_choice->inForce(), second);
        m_choice->choose(first);
        QCOMPARE(m_choice->inForce(), first);
        m_choice->choose({});
        QCOMPARE(m_choice->inForce(), ImageId());
    }

    // The latest that was wanted counts, whichever is ready first.
    void ofSeveralTheLatestCounts()
    {
        chosen(u"a.img"_s);
        auto block = std::make_unique<Block>(m_pool);
        const ImageId second = begun(u"b.img"_s);
        const ImageId third = begun(u"c.img"_s);
        m_choice->choose(second);
        m_choice->choose(third);
        m_choice->choose(second);
        QCOMPARE(m_choice->next(), second);
        block.reset();
        QVERIFY(becomes(second, ImageState::Ready) && becomes(third, ImageState::Ready));
        QCOMPARE(m_choice->inForce(), second);
    }

    // What is still imported is waited for, too: it may be the good one.
    void anImportInForceIsWaitedFor_data()
    {
        QTest::addColumn<bool>("removed");
        QTest::newRow("it becomes ready") << false;
        QTest::newRow("it is cancelled") << true;
    }

    void anImportInForceIsWaitedFor()
    {
        QFETCH(bool, removed);
        auto block = std::make_unique<Block>(m_pool);
        const ImageId first = begun(u"a.img"_s);
        const ImageId second = begun(u"b.img.xz"_s); // fails
        m_choice->choose(first);
        m_choice->choose(second);
        QCOMPARE(m_choice->inForce(), first);
        if (removed)
            QVERIFY(m_library->remove(first).ok());
        QCOMPARE(m_choice->inForce(), removed ? second : first);
        block.reset();
        QVERIFY(becomes(second, ImageState::Failed));
        QVERIFY(removed || becomes(first, ImageState::Ready));
        QCOMPARE(m_choice->inForce(), removed ? second : first);
    }

    void aFailedOneIsNotWaitedFor()
    {
        const ImageId bad = begun(u"a.img.xz"_s);
        m_choice->choose(bad);
        QVERIFY(becomes(bad, ImageState::Failed));
        const Block block(m_pool);
        const ImageId next = begun(u"b.img"_s);
        m_choice->choose(next);
        QCOMPARE(m_choice->inForce(), next);
        m_choice->choose(bad);
        QCOMPARE(m_choice->inForce(), next);
        m_choice->choose(u"unheard of"_s);
        QCOMPARE(m_choice->inForce(), next);
    }

    // An image of the library whose file is chosen again is looked at again: what lies beside it
    // now may say that it is not the right one.
    void aKnownFileIsCheckedFirst_data()
    {
        QTest::addColumn<QString>("what");
        for (const char *what : {"nothing new", "a right sum", "a wrong sum"})
            QTest::newRow(what) << QString::fromLatin1(what);
    }

    void aKnownFileIsCheckedFirst()
    {
        QFETCH(QString, what);
        const ImageId known = imported(u"b.img"_s);
        const ImageId before = chosen(u"a.img"_s);
        const bool wrong = what == u"a wrong sum"_s;
        const QString sum = wrong ? QString(64, u'0') : sha256(m_image);
        if (what != u"nothing new"_s)
            file(u"b.img.sha256"_s, sum.toLatin1() + "  b.img\n");
        QCOMPARE(*m_library->import(m_library->image(known)->sourcePath), known);
        QVERIFY(!m_library->isSettled(known));
        m_choice->choose(known);
        QCOMPARE(m_choice->inForce(), before);
        if (wrong)
            QVERIFY(becomes(known, ImageState::Failed));
        else
            QTRY_COMPARE_WITH_TIMEOUT(m_choice->inForce(), known, patience);
        QCOMPARE(m_choice->inForce(), wrong ? before : known);
        QTRY_COMPARE(m_choice->next(), ImageId());
    }

    void aStartThatNamesItsImageWaitsForIt_data()
    {
        QTest::addColumn<QString>("what");
        for (const char *what :
             {"ready", "fails", "removed", "another", "the one before", "none before"})
            QTest::newRow(what) << QString::fromLatin1(what);
    }

    void aStartThatNamesItsImageWaitsForIt()
    {
        QFETCH(QString, what);
        const bool isFirst = what == u"none before"_s;
        const bool isGood = what == u"ready"_s || isFirst;
        const ImageId before = isFirst ? ImageId() : chosen(u"a.img"_s);
        m_choice->hold();
        QVERIFY(m_choice->isHeld());
        QSignalSpy changes(m_choice.get(), &GoldenChoice::changed);
        auto block = std::make_unique<Block>(m_pool);
        const ImageId named = begun(isGood ? u"b.img"_s : u"b.img.xz"_s);
        m_choice->choose(named);
        QCOMPARE(m_choice->isHeld(), !isFirst);
        QCOMPARE(m_choice->awaited(), isFirst ? ImageId() : named);
        QCOMPARE(m_choice->inForce(), isFirst ? named : before);
        if (what == u"removed"_s)
            QVERIFY(m_library->remove(named).ok());
        block.reset();
        if (what != u"removed"_s)
            QVERIFY(becomes(named, isGood ? ImageState::Ready : ImageState::Failed));
        QTRY_COMPARE(m_choice->inForce(), isGood ? named : before);
        QCOMPARE(m_choice->isHeld(), !isGood); // the one before is not what was meant
        if (what == u"another"_s)
            m_choice->choose(imported(u"c.img"_s));
        if (what == u"the one before"_s)
            m_choice->choose(before);
        const bool isHeld = what == u"fails"_s || what == u"removed"_s;
        QCOMPARE(m_choice->isHeld(), isHeld);
        QCOMPARE(changes.size(), isHeld ? 0 : 1);
    }

    void whatAnEarlierStartWantedIsNotTheNamedOne()
    {
        chosen(u"a.img"_s);
        auto block = std::make_unique<Block>(m_pool);
        const ImageId earlier = begun(u"b.img"_s);
        m_choice->choose(earlier);
        m_choice->hold();
        m_choice->choose(begun(u"c.img.xz"_s)); // fails
        block.reset();
        QTRY_COMPARE_WITH_TIMEOUT(m_choice->inForce(), earlier, patience);
        QVERIFY(m_choice->isHeld());
    }

    // What lies beside it cannot be asked: it is what it was when it was imported.
    void aFolderThatHangsDoesNotKeepItFromTheLine()
    {
        const ImageId known = imported(u"b.img"_s);
        const ImageId before = imported(u"a.img"_s);
        const auto disk = std::make_shared<HungDisk>();
        m_looks.sidecars = [disk](const QString &) {
            disk->ask();
            return u"another stamp"_s;
        };
        m_looks.patience = std::chrono::seconds(3); // a disk that does answer is in time
        m_choice.reset();
        restart();
        m_choice = std::make_unique<GoldenChoice>(*m_library, *m_store);
        m_choice->choose(before);
        QSignalSpy settled(m_library.get(), &ImageLibrary::imageSettled);
        QCOMPARE(*m_library->import(m_library->image(known)->sourcePath), known);
        QVERIFY(!m_library->isSettled(known));
        m_choice->choose(known);
        QCOMPARE(m_choice->inForce(), before);
        QTRY_COMPARE_WITH_TIMEOUT(m_choice->inForce(), known, patience);
        QCOMPARE(m_choice->next(), ImageId());
        QCOMPARE(settled.size(), 1);
        QCOMPARE(m_store->takeError()->code, protocol::FailureCode::SourceStalled);
        // The late answer is nobody's.
        disk->answer();
        QTRY_COMPARE_WITH_TIMEOUT(disk->answered(), 1, patience);
        for (const ImageId &id : {known, before}) // their sums are changes, too
            QTRY_VERIFY_WITH_TIMEOUT(!m_library->image(id)->sha256.isEmpty(), patience);
        QSignalSpy changed(m_library.get(), &ImageLibrary::imageChanged);
        QCOMPARE(*m_library->import(m_library->image(before)->sourcePath), before);
        QTRY_VERIFY_WITH_TIMEOUT(!changed.isEmpty(), patience); // it is imported again
        QCOMPARE(changed.first().first().toString(), before);
        QCOMPARE(m_library->image(known)->state, ImageState::Ready);
        QVERIFY(m_library->isSettled(known));
        QVERIFY(becomes(before, ImageState::Ready));
    }

    void livesOnOverARestart()
    {
        const ImageId before = chosen(u"a.img"_s);
        auto block = std::make_unique<Block>(m_pool);
        const ImageId next = begun(u"b.img"_s);
        m_choice->choose(next);
        m_store->flush();
        const auto snapshot = m_store->load();
        QVERIFY(snapshot.ok());
        m_choice.reset();
        block.reset();
        restart();
        m_choice = std::make_unique<GoldenChoice>(*m_library, *m_store);
        m_choice->restore(*snapshot);
        QVERIFY(m_choice->inForce() == before && m_choice->next() == next);
        QVERIFY(becomes(next, ImageState::Ready));
        QCOMPARE(m_choice->inForce(), next);
    }

private:
    ImageId begun(const QString &name)
    {
        const auto id = m_library->import(file(name, m_image));
        return id ? *id : ImageId();
    }

    ImageId chosen(const QString &name)
    {
        const ImageId id = imported(name);
        m_choice->choose(id);
        return id;
    }

    std::unique_ptr<GoldenChoice> m_choice;
};

QTEST_GUILESS_MAIN(TestGoldenChoice)
#include "tst_golden_choice.moc"
