// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/sha256.h"

#include <QCryptographicHash>
#include <QTest>

using namespace imaging;
using namespace Qt::StringLiterals;

namespace
{

std::span<const std::byte> view(const QByteArray &bytes)
{
    return std::as_bytes(std::span(bytes.constData(), size_t(bytes.size())));
}

} // namespace

class TestSha256 : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // Vectors of FIPS 180-4's example file.
    void knownVectors_data()
    {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<QString>("hex");
        QTest::newRow("empty")
            << QByteArray()
            << u"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"_s;
        QTest::newRow("abc")
            << QByteArray("abc")
            << u"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"_s;
        QTest::newRow("a million a")
            << QByteArray(1'000'000, 'a')
            << u"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"_s;
    }

    void knownVectors()
    {
        QFETCH(QByteArray, input);
        QFETCH(QString, hex);
        QCOMPARE(toHex(Sha256::of(view(input))), hex);
    }

    void piecesGiveTheSame()
    {
        QByteArray input(100'003, 'x');
        for (qsizetype i = 0; i < input.size(); ++i)
            input[i] = char(i * 31);
        Sha256 hash;
        for (size_t at = 0; at < size_t(input.size()); at += 997)
            hash.update(view(input).subspan(at, std::min<size_t>(997, size_t(input.size()) - at)));
        const QByteArray expected = QCryptographicHash::hash(input, QCryptographicHash::Sha256);
        QCOMPARE(toHex(hash.finish()), QString::fromLatin1(expected.toHex()));
    }

    void movedObjectGoesOn()
    {
        Sha256 first;
        first.update(view("ab"));
        Sha256 second = std::move(first);
        second.update(view("c"));
        QVERIFY(second.finish() == Sha256::of(view("abc")));
    }

    void hexRoundTrip()
    {
        const Digest digest = Sha256::of(view("abc"));
        QVERIFY(digestFromHex(toHex(digest)) == digest);
        QVERIFY(digestFromHex(toHex(digest).toUpper()) == digest);
    }

    void refusesWhatIsNoHex_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << QString();
        QTest::newRow("short") << QString(63, u'a');
        QTest::newRow("long") << QString(65, u'a');
        QTest::newRow("letter") << QString(63, u'a') + u'g';
        QTest::newRow("other digits") << QString(64, QChar(0x0660)); // Arabic-Indic zero
    }

    void refusesWhatIsNoHex()
    {
        QFETCH(QString, text);
        QVERIFY(!digestFromHex(text));
    }
};

QTEST_APPLESS_MAIN(TestSha256)
#include "tst_sha256.moc"
