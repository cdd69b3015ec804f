// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/limits.h"
#include "protocol/upload_record.h"

#include <QTest>

#include <vector>

using namespace protocol;

class TestUploadRecord : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void roundTrip()
    {
        UploadRecord data;
        data.kind = UploadRecord::Kind::Data;
        data.frameBytes = 0x01020304 & (maxFrameBytes - 1);
        for (size_t i = 0; i < data.digest.size(); ++i)
            data.digest[i] = std::byte(i * 7);
        std::vector<std::byte> head(dataRecordHeadBytes);
        QCOMPARE(encodeHead(data, head), dataRecordHeadBytes);
        QCOMPARE(headBytes(head[0]), std::optional(dataRecordHeadBytes));
        const auto decoded = decodeHead(head);
        QVERIFY(decoded.ok());
        QVERIFY(decoded->kind == UploadRecord::Kind::Data);
        QCOMPARE(decoded->frameBytes, data.frameBytes);
        QVERIFY(decoded->digest == data.digest);

        UploadRecord zero;
        zero.zeroChunks = 70000;
        head.resize(zeroRecordBytes);
        QCOMPARE(encodeHead(zero, head), zeroRecordBytes);
        const auto decodedZero = decodeHead(head);
        QVERIFY(decodedZero.ok());
        QVERIFY(decodedZero->kind == UploadRecord::Kind::Zero);
        QCOMPARE(decodedZero->zeroChunks, 70000u);
    }

    // Byte order is part of the contract: a client on another machine reads the same bytes.
    void layout()
    {
        UploadRecord zero;
        zero.zeroChunks = 0x01020304;
        std::vector<std::byte> head(zeroRecordBytes);
        encodeHead(zero, head);
        const std::vector<std::byte> expected{std::byte(2), std::byte(4), std::byte(3),
                                              std::byte(2), std::byte(1)};
        QVERIFY(head == expected);
    }

    void refuses()
    {
        QVERIFY(!headBytes(std::byte(0)));
        QVERIFY(!headBytes(std::byte(3)));
        QVERIFY(!decodeHead({}).ok());
        std::vector<std::byte> zero(zeroRecordBytes);
        zero[0] = std::byte(2);
        QVERIFY(!decodeHead(zero).ok()); // no chunks
        std::vector<std::byte> data(dataRecordHeadBytes, std::byte(0xff));
        data[0] = std::byte(1);
        QVERIFY(!decodeHead(data).ok()); // frame of 4 GiB
        QVERIFY(!decodeHead(std::span(data).first(7)).ok());
    }
};

QTEST_APPLESS_MAIN(TestUploadRecord)
#include "tst_upload_record.moc"
